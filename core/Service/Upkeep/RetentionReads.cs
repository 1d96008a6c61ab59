using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Forgetting;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Says what retention keeps and why. Runs where it is called; changes nothing.</summary>
public sealed class RetentionReads
{
    private readonly ServerStore _servers;
    private readonly SnapshotReads _snapshots;
    private readonly SnapshotStore _store;
    private readonly UpkeepSettings _settings;
    private readonly IScheduleFacts _schedules;
    private readonly OperationQueue _queue;
    private readonly Holds _holds;
    private readonly TimeProvider _time;

    internal RetentionReads(
        ServerStore servers, SnapshotReads snapshots, SnapshotStore store, UpkeepSettings settings, IScheduleFacts schedules, OperationQueue queue, Holds holds, TimeProvider time)
    {
        _servers = servers;
        _snapshots = snapshots;
        _store = store;
        _settings = settings;
        _schedules = schedules;
        _queue = queue;
        _holds = holds;
        _time = time;
    }

    /// <summary>What stays and what goes at the next expiry.</summary>
    public async Task<RetentionForecast> OfAsync(ServerId server, CancellationToken cancellationToken)
    {
        // Lists look whether the repository was changed by others.
        _ = await _snapshots.ListAsync(new SnapshotFilter { Server = server, Limit = 1 }, cancellationToken);
        return Forecast(server, Decide(server));
    }

    /// <summary>What a policy would come to, before it is saved.</summary>
    /// <param name="server">The server, or null for none yet.</param>
    /// <param name="schedule">The schedule it is for, by its id; that of a new one is none of those there are.</param>
    /// <param name="keep">The policy as people write it; null for what the server has.</param>
    /// <param name="every">How often it runs, as far as that can be said: for what it is estimated to hold.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<KeepPreview> PreviewAsync(ServerId? server, string schedule, string? keep, TimeSpan every, CancellationToken cancellationToken)
    {
        var own = server is { } id ? _servers.Find(id) : null;
        var chosen = KeepText.Read(keep);
        RetentionForecast? forecast = null;
        if (own is not null)
        {
            _ = await _snapshots.ListAsync(new SnapshotFilter { Server = own.Id, Limit = 1 }, cancellationToken);
            var rules = Rules(own.Id);
            var schedules = new Dictionary<string, RetentionPolicy>(rules.Schedules, StringComparer.Ordinal);
            schedules.Remove(schedule);
            if (chosen is not null)
                schedules[schedule] = chosen;
            forecast = Forecast(own.Id, SnapshotRetention.Plan(All(own.Id), rules with { Schedules = schedules }));
        }

        return KeepPreview.Of(chosen ?? _settings.Retention(own), every, own is null ? [] : All(own.Id), forecast);
    }

    /// <summary>What would stay and what would go with another policy of the server's own.</summary>
    /// <param name="server">The server.</param>
    /// <param name="keep">The policy as people write it; null for none of its own.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<RetentionForecast> PreviewAsync(ServerId server, string? keep, CancellationToken cancellationToken)
    {
        _ = await _snapshots.ListAsync(new SnapshotFilter { Server = server, Limit = 1 }, cancellationToken);
        var rule = KeepText.Read(keep) ?? KeepText.Read(_settings.Shared(_settings.HomeOf(_servers.Find(server))).Text);
        return Forecast(server, SnapshotRetention.Plan(All(server), Rules(server) with { Default = rule }));
    }

    /// <summary>What would stay and what would go with a setting set so, of each server whose snapshots that changes.</summary>
    public async Task<IReadOnlyList<ServerForecast>> PreviewAsync(SettingOutcome.Set planned, CancellationToken cancellationToken)
    {
        _ = await _snapshots.ListAsync(new SnapshotFilter { Limit = 1 }, cancellationToken);
        var settings = _settings.With(planned);
        var changed = new List<ServerForecast>();
        foreach (var server in _servers.All().Where(one => planned.Guild is null || _settings.HomeOf(one) == planned.Guild))
        {
            var decision = SnapshotRetention.Plan(All(server.Id), Rules(server.Id, settings));
            if (!Gone(decision).SetEquals(Gone(Decide(server.Id))))
                changed.Add(new(server.Name, Forecast(server.Id, decision)));
        }

        return changed;

        static HashSet<SnapshotId> Gone(RetentionDecision decision) => [.. decision.Forgotten.Select(one => one.Snapshot.Id)];
    }

    /// <summary>The policy of the snapshots that no schedule's own policy speaks for.</summary>
    public RetentionInForce RuleOf(ServerId server) => _settings.Rule(_servers.Find(server));

    /// <summary>The policy of a guild's servers that have none of their own.</summary>
    public RetentionInForce RuleOf(ulong guild) => _settings.Shared(guild);

    internal RetentionDecision Decide(ServerId server) => SnapshotRetention.Plan(All(server), Rules(server));

    internal IReadOnlyList<SnapshotInfo> All(ServerId server) => _store.All(server);

    private RetentionForecast Forecast(ServerId server, RetentionDecision decision) => new(
        decision.Kept, decision.Forgotten, decision.Kept.Sum(one => one.Snapshot.BytesAdded), _holds.Of(server)?.Cause);

    private RetentionRules Rules(ServerId server) => Rules(server, _settings);

    private RetentionRules Rules(ServerId server, UpkeepSettings settings)
    {
        var own = _servers.Find(server);
        var policies = new Dictionary<string, RetentionPolicy>(StringComparer.Ordinal);
        foreach (var schedule in _schedules.Of(server))
        {
            if (KeepText.Read(schedule.Keep) is { } policy)
                policies[schedule.Id] = policy;
        }

        return new()
        {
            Server = server,
            Now = _time.GetUtcNow(),
            Zone = settings.Zone(own),
            Default = settings.Retention(own),
            Schedules = policies,
            InUse = InUse(server),
            MostSnapshots = settings.MostSnapshots(own),
            MostBytes = RoomOf(own, settings),
        };
    }

    /// <summary>Whether an operation names it that has not ended.</summary>
    internal bool IsInUse(SnapshotId id) =>
        _queue.Unfinished().Any(row => row.Kind != ExpireSnapshots.KindText && row.Request.Contains($"\"{id.Value}\"", StringComparison.Ordinal));

    /// <summary>While all servers together fit into the quota nothing goes for its sake; after that each has an equal part of it.</summary>
    private long? RoomOf(GameServer? own, UpkeepSettings settings)
    {
        if (settings.Quota(own) is not { } quota)
            return null;
        var servers = _servers.All().Where(server => settings.HomeOf(server) == settings.HomeOf(own)).ToList();
        return servers.Sum(server => All(server.Id).Sum(one => one.BytesAdded)) <= quota ? null : quota / Math.Max(1, servers.Count);
    }

    /// <summary>What an operation names that has not ended, whatever it does: ids are 16 digits in quotes, in a request of any kind.</summary>
    private HashSet<SnapshotId> InUse(ServerId server)
    {
        var requests = _queue.Unfinished().Where(row => row.Kind != ExpireSnapshots.KindText).Select(row => row.Request).ToList();
        return requests.Count == 0
            ? []
            : [.. All(server).Select(one => one.Id).Where(id => requests.Exists(text => text.Contains($"\"{id.Value}\"", StringComparison.Ordinal)))];
    }
}

/// <summary>What becomes of one server's snapshots.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Forecast">What stays and what goes.</param>
public sealed record ServerForecast(string Server, RetentionForecast Forecast);

/// <summary>What a policy keeps, before it is saved.</summary>
/// <param name="Buckets">One for each rule.</param>
/// <param name="EstimatedBytes">About what all of it will hold; null when nothing was made yet that it could be told from.</param>
/// <param name="Most">How many snapshots at most, when the rules overlap in nothing.</param>
/// <param name="Forecast">What becomes of the snapshots there are; null without a server.</param>
public sealed record KeepPreview(IReadOnlyList<KeepBucket> Buckets, int Most, long? EstimatedBytes, RetentionForecast? Forecast)
{
    internal static KeepPreview Of(RetentionPolicy? policy, TimeSpan every, IReadOnlyList<SnapshotInfo> made, RetentionForecast? forecast)
    {
        var buckets = new List<KeepBucket>();
        if (policy is not null)
        {
            Add("last", policy.Last, every);
            Add("hourly", policy.Hourly, TimeSpan.FromHours(1));
            Add("daily", policy.Daily, TimeSpan.FromDays(1));
            Add("weekly", policy.Weekly, TimeSpan.FromDays(7));
            Add("monthly", policy.Monthly, TimeSpan.FromDays(30));
            Add("yearly", policy.Yearly, TimeSpan.FromDays(365));
            if (!policy.Within.IsZero)
            {
                var within = policy.Within;
                var covers = TimeSpan.FromDays((within.Years * 365.0) + (within.Months * 30.0) + within.Days) + TimeSpan.FromHours(within.Hours);
                buckets.Add(new("within", every > TimeSpan.Zero ? (int)Math.Clamp(Math.Ceiling(covers / every), 1, 1_000_000) : 1, covers));
            }
        }

        var most = buckets.Sum(bucket => bucket.Count);
        return new(buckets, most, Estimate(made, most), forecast);

        void Add(string rule, int count, TimeSpan each)
        {
            if (count > 0)
                buckets.Add(new(rule, count, (each < every ? every : each) * count));
        }
    }

    /// <summary>The first snapshot is the whole world; each later one adds about as much as the middle of those made so far.</summary>
    private static long? Estimate(IReadOnlyList<SnapshotInfo> made, int most)
    {
        if (made.Count == 0 || most == 0)
            return null;
        var first = made.Max(one => one.BytesAdded);
        var later = made.Select(one => one.BytesAdded).Order().ToList();
        var middle = later[later.Count / 2];
        return first + (Math.Max(0, most - 1) * (made.Count == 1 ? first / 20 : middle));
    }
}

/// <summary>One rule of a policy.</summary>
/// <param name="Bucket">Its word, as in <see cref="KeepText.Rules"/>.</param>
/// <param name="Count">How many it keeps at most.</param>
/// <param name="Covers">How far back it reaches.</param>
public sealed record KeepBucket(string Bucket, int Count, TimeSpan Covers);
