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

    /// <summary>Smaller places come and go.</summary>
    private const long SmallBytes = 1 << 20;

    private const long FewFiles = 20;

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
            IReadOnlyDictionary<string, PlaceSize> now;
            try
            {
                now = await sizes.OfAsync(snapshot.Id, cancellationToken);
            }
            catch (RepositoryDamagedException error)
            {
                var damaged = new IncidentCause.Damaged(snapshot.Id, snapshot.Name, 1, error.Message);
                await HoldAsync(server, damaged, snapshot.Id, cancellationToken);
                return damaged;
            }

            if (good is not null && Shrunk(snapshot, good, now) is { } cause)
            {
                await HoldAsync(server, cause, snapshot.Id, cancellationToken);
                return cause;
            }

            good = new GoodMark(snapshot.Id, snapshot.CreatedAt, now);
            await marks.WriteAsync(KeyOf(server), good, GuardJson.Default.GoodMark, cancellationToken);
        }

        return null;
    }

    /// <summary>Locks the last good snapshot, stops the expiry, opens or repeats the incident.</summary>
    /// <param name="server">The server that looks broken.</param>
    /// <param name="cause">Why.</param>
    /// <param name="bad">The snapshot that shows it, which is not the good one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task HoldAsync(ServerId server, IncidentCause cause, SnapshotId? bad, CancellationToken cancellationToken)
    {
        if (holds.Of(server) is null)
        {
            // The lock first: killed between the two, nothing good can go, and the next look finds the same.
            var good = LastGood(server, bad);
            var locked = good is { Locked: false } && await editor.ChangeAsync(good.Id, tags => tags with { IsLocked = true }, cancellationToken) is not null;
            await holds.AddAsync(server, cause, good?.Id, locked, cancellationToken);
        }

        await incidents.OpenAsync(server, cause, cancellationToken);
    }

    /// <summary>Holds the server of a snapshot that could not be read back whole.</summary>
    public Task HoldAsync(VerifySnapshotOutcome.Damaged damaged, CancellationToken cancellationToken)
    {
        var (snapshot, first) = (damaged.Snapshot, damaged.Errors[0]);
        var cause = new IncidentCause.Damaged(snapshot.Id, snapshot.Name, damaged.Errors.Count, $"{first.Path}: {first.Message}");
        return HoldAsync(snapshot.ServerId, cause, snapshot.Id, cancellationToken);
    }

    /// <summary>Takes what the server holds now as its measure from here on, whatever it was before.</summary>
    public async Task AcceptAsync(ServerId server, CancellationToken cancellationToken)
    {
        if (retention.All(server).FirstOrDefault(one => one.Reason != "safety") is not { } newest)
        {
            await marks.RemoveAsync(KeyOf(server), cancellationToken);
            return;
        }

        try
        {
            var mark = new GoodMark(newest.Id, newest.CreatedAt, await sizes.OfAsync(newest.Id, cancellationToken));
            await marks.WriteAsync(KeyOf(server), mark, GuardJson.Default.GoodMark, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            // It can't be a measure; the next good one is.
            await marks.RemoveAsync(KeyOf(server), cancellationToken);
        }
    }

    private SnapshotInfo? LastGood(ServerId server, SnapshotId? bad)
    {
        var all = retention.All(server).Where(one => one.Reason != "safety" && one.Id != bad).ToList();
        var known = marks.Read(KeyOf(server), GuardJson.Default.GoodMark)?.Snapshot;
        if (known is { } id && id != bad && store.Find(id) is { } good)
            return good;
        var before = bad is { } broken && store.Find(broken) is { } at ? all.Where(one => one.CreatedAt < at.CreatedAt) : all;
        return before.FirstOrDefault();
    }

    private static IncidentCause.WorldShrank? Shrunk(SnapshotInfo snapshot, GoodMark good, IReadOnlyDictionary<string, PlaceSize> now)
    {
        foreach (var (place, before) in good.Places)
        {
            var after = now.GetValueOrDefault(place) ?? new PlaceSize(0, 0);
            if ((before.Bytes >= SmallBytes && after.Bytes < before.Bytes / 2) || (before.Files >= FewFiles && after.Files < before.Files / 2))
                return new(snapshot.Id, snapshot.Name, place, before.Bytes, after.Bytes, before.Files, after.Files);
        }

        return null;
    }

    private static string KeyOf(ServerId server) => "good:" + server.Value;
}

/// <summary>The last snapshot of a server that looked well, and how much it held.</summary>
internal sealed record GoodMark(SnapshotId Snapshot, DateTimeOffset At, IReadOnlyDictionary<string, PlaceSize> Places);
