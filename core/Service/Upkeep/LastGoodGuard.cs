using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Keeps a broken world from pushing the good ones out: when something looks broken it locks the last good snapshot, stops the server's
/// expiry and opens an incident. It looks at every new snapshot before anything may expire, whoever asks for that.
/// </summary>
internal sealed class LastGoodGuard(
    SnapshotStore store, SnapshotEditor editor, ServerSizes sizes, Holds holds, Incidents incidents, Marks marks, RetentionReads retention)
{
    /// <summary>A server never looked at: how many of its snapshots are looked at to learn its size.</summary>
    private const int FirstLook = 20;

    private const string HurtKey = "hurt:";

    /// <summary>Looks at the snapshots made since the last look, the oldest first.</summary>
    /// <returns>What keeps the server's snapshots from expiring, or null.</returns>
    public async Task<IncidentCause?> ExamineAsync(ServerId server, CancellationToken cancellationToken)
    {
        if (holds.Of(server) is { } held)
            return held.Cause;
        var good = marks.Read(KeyOf(server), GuardJson.Default.GoodMark);
        var all = retention.All(server).Where(one => one.Reason != "safety").OrderBy(one => one.CreatedAt).ToList();
        var news = good is null ? all.TakeLast(FirstLook) : all.Where(one => one.CreatedAt > good.At);
        foreach (var snapshot in news)
        {
            ServerSize now;
            try
            {
                now = await sizes.OfAsync(snapshot.Id, cancellationToken);
            }
            catch (RepositoryDamagedException error)
            {
                var damaged = new IncidentCause.Damaged(snapshot.Id, snapshot.Name, 1, error.Message);
                await HoldAsync(server, damaged, [snapshot.Id], cancellationToken);
                return damaged;
            }

            // What people leave out from now on, or do not take in any more, is not missing.
            var isSame = (good?.Ignored ?? []).SequenceEqual(now.Ignored, StringComparer.Ordinal);
            if (good is not null && isSame && PlaceSizes.Shrunk(good.Places, now.Places) is { } place)
            {
                var (before, after) = (good.Places[place], now.Places.GetValueOrDefault(place) ?? PlaceSize.None);
                var cause = new IncidentCause.WorldShrank(snapshot.Id, snapshot.Name, place, before.Bytes, after.Bytes, before.Files, after.Files);
                await HoldAsync(server, cause, [snapshot.Id], cancellationToken);
                return cause;
            }

            good = GoodMark.Of(snapshot, now);
            await marks.WriteAsync(KeyOf(server), good, GuardJson.Default.GoodMark, cancellationToken);
        }

        return null;
    }

    /// <summary>Locks the last good snapshot, stops the expiry, opens or repeats the incident.</summary>
    /// <param name="server">The server that looks broken.</param>
    /// <param name="cause">Why.</param>
    /// <param name="bad">All of its snapshots that are known to show it; none of them is the good one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task HoldAsync(ServerId server, IncidentCause cause, IReadOnlyCollection<SnapshotId> bad, CancellationToken cancellationToken)
    {
        var hurt = await HurtAsync(server, cause, bad, cancellationToken);
        if (holds.Of(server) is not { } held)
        {
            // The lock first: killed between the two, nothing good can go, and the next look finds the same.
            var good = await LastGoodAsync(server, cause, bad, hurt, cancellationToken);
            await holds.AddAsync(server, cause, good?.Id, await LockAsync(server, good, cancellationToken), cancellationToken);
            await marks.RemoveAsync(LockKeyOf(server), cancellationToken);
        }
        else if (held.LastGood is { } called && hurt.Contains(called))
        {
            // What was called good is hurt too. Nothing of the server expires meanwhile, locked or not.
            if (held.LockedHere && store.Find(called) is { Locked: true })
                await editor.ChangeAsync(called, tags => tags with { IsLocked = false }, cancellationToken);
            var good = await LastGoodAsync(server, cause, bad, hurt, cancellationToken);
            await holds.ChangeAsync(server, good?.Id, await LockAsync(server, good, cancellationToken), cancellationToken);
            await marks.RemoveAsync(LockKeyOf(server), cancellationToken);
        }

        await incidents.OpenAsync(server, cause, cancellationToken);
    }

    /// <summary>Holds the server of a snapshot that could not be read back whole.</summary>
    public Task HoldAsync(VerifySnapshotOutcome.Damaged damaged, CancellationToken cancellationToken)
    {
        var (snapshot, first) = (damaged.Snapshot, damaged.Errors[0]);
        var cause = new IncidentCause.Damaged(snapshot.Id, snapshot.Name, damaged.Errors.Count, $"{first.Path}: {first.Message}");
        return HoldAsync(snapshot.ServerId, cause, [snapshot.Id, .. damaged.AlsoHurt], cancellationToken);
    }

    /// <summary>A snapshot was read back whole, whatever was found before.</summary>
    public async Task SoundAsync(SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        if (marks.Read(HurtKeyOf(snapshot.ServerId), GuardJson.Default.HurtMark) is { } known && known.Snapshots.Contains(snapshot.Id))
        {
            var left = new HurtMark([.. known.Snapshots.Where(id => id != snapshot.Id)]);
            await marks.WriteAsync(HurtKeyOf(snapshot.ServerId), left, GuardJson.Default.HurtMark, cancellationToken);
        }
    }

    /// <summary>Everything was read back whole.</summary>
    public Task AllSoundAsync(CancellationToken cancellationToken) => marks.RemoveAllAsync(HurtKey, cancellationToken);

    /// <summary>Takes what the server holds now as its measure from here on, whatever it was before.</summary>
    public async Task AcceptAsync(ServerId server, CancellationToken cancellationToken)
    {
        await marks.RemoveAsync(LockKeyOf(server), cancellationToken);
        if (retention.All(server).FirstOrDefault(one => one.Reason != "safety") is not { } newest)
        {
            await marks.RemoveAsync(KeyOf(server), cancellationToken);
            return;
        }

        try
        {
            var mark = GoodMark.Of(newest, await sizes.OfAsync(newest.Id, cancellationToken));
            await marks.WriteAsync(KeyOf(server), mark, GuardJson.Default.GoodMark, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            // It can't be a measure; the next good one is.
            await marks.RemoveAsync(KeyOf(server), cancellationToken);
        }
    }

    /// <summary>Snapshots of a server that were found damaged and not whole since.</summary>
    public IReadOnlySet<SnapshotId> HurtOf(ServerId server) => Hurt(server);

    private HashSet<SnapshotId> Hurt(ServerId server) => marks.Read(HurtKeyOf(server), GuardJson.Default.HurtMark)?.Snapshots.ToHashSet() ?? [];

    private async Task<SnapshotInfo?> LastGoodAsync(
        ServerId server, IncidentCause cause, IReadOnlyCollection<SnapshotId> bad, HashSet<SnapshotId> hurt, CancellationToken cancellationToken)
    {
        var well = retention.All(server).Where(one => one.Reason != "safety" && !bad.Contains(one.Id) && !hurt.Contains(one.Id));

        // Damage hits what it hits; of a world that shrank or does not boot, all that came after is no better.
        if (cause is not IncidentCause.Damaged && bad.Select(store.Find).OfType<SnapshotInfo>().MinBy(one => one.CreatedAt) is { } first)
            well = well.Where(one => one.CreatedAt < first.CreatedAt);
        var begun = marks.Read(LockKeyOf(server), GuardJson.Default.LockMark)?.Snapshot;
        var known = marks.Read(KeyOf(server), GuardJson.Default.GoodMark)?.Snapshot;
        foreach (var one in well.OrderBy(one => one.Id == begun ? 0 : one.Id == known ? 1 : 2))
        {
            if (await IsReadableAsync(one.Id, cancellationToken))
                return one;
        }

        return null;
    }

    private async Task<bool> IsReadableAsync(SnapshotId snapshot, CancellationToken cancellationToken)
    {
        try
        {
            _ = await sizes.OfAsync(snapshot, cancellationToken);
            return true;
        }
        catch (RepositoryDamagedException)
        {
            return false;
        }
    }

    /// <summary>Locks what is not locked, and says whether the lock is the guard's: also when it was killed after it had locked.</summary>
    private async Task<bool> LockAsync(ServerId server, SnapshotInfo? good, CancellationToken cancellationToken)
    {
        if (good is null)
            return false;
        if (good.Locked)
            return marks.Read(LockKeyOf(server), GuardJson.Default.LockMark)?.Snapshot == good.Id;
        await marks.WriteAsync(LockKeyOf(server), new LockMark(good.Id), GuardJson.Default.LockMark, cancellationToken);
        return await editor.ChangeAsync(good.Id, tags => tags with { IsLocked = true }, cancellationToken) is not null;
    }

    /// <summary>The snapshots of a server that are known to be damaged, those found now among them: one of them is never called good later.</summary>
    private async Task<HashSet<SnapshotId>> HurtAsync(
        ServerId server, IncidentCause cause, IReadOnlyCollection<SnapshotId> bad, CancellationToken cancellationToken)
    {
        var hurt = Hurt(server);
        var before = hurt.Count;
        if (cause is IncidentCause.Damaged)
            hurt.UnionWith(bad);
        if (hurt.Count > before)
            await marks.WriteAsync(HurtKeyOf(server), new HurtMark([.. hurt.Where(id => store.Find(id) is not null)]), GuardJson.Default.HurtMark, cancellationToken);
        return hurt;
    }

    private static string KeyOf(ServerId server) => "good:" + server.Value;

    private static string HurtKeyOf(ServerId server) => HurtKey + server.Value;

    private static string LockKeyOf(ServerId server) => "locking:" + server.Value;
}

/// <summary>The last snapshot of a server that looked well, and how much it held.</summary>
internal sealed record GoodMark(SnapshotId Snapshot, DateTimeOffset At, IReadOnlyDictionary<string, PlaceSize> Places, IReadOnlyList<string>? Ignored = null)
{
    public static GoodMark Of(SnapshotInfo snapshot, ServerSize size) =>
        new(snapshot.Id, snapshot.CreatedAt, PlaceSizes.WorthKnowing(size.Places), size.Ignored.Count > 0 ? size.Ignored : null);
}

/// <summary>The snapshot that the guard is about to lock: written before, so that a lock is known as its own whenever it is killed.</summary>
internal sealed record LockMark(SnapshotId Snapshot);

/// <summary>Snapshots of a server that were found damaged and not whole since.</summary>
internal sealed record HurtMark(IReadOnlyList<SnapshotId> Snapshots);
