using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>How well each server is protected now: green, amber or red, and why. Runs where it is called.</summary>
public sealed class FreshnessReads
{
    private readonly SnapshotReads _snapshots;
    private readonly RetentionReads _retention;
    private readonly ServerReads _servers;
    private readonly IScheduleFacts _schedules;
    private readonly Holds _holds;
    private readonly SecondCopy _copy;
    private readonly OwnDisk _own;
    private readonly DiskReads _disk;

    internal FreshnessReads(
        SnapshotReads snapshots, RetentionReads retention, ServerReads servers, IScheduleFacts schedules, Holds holds, SecondCopy copy, OwnDisk own, DiskReads disk)
    {
        _snapshots = snapshots;
        _retention = retention;
        _servers = servers;
        _schedules = schedules;
        _holds = holds;
        _copy = copy;
        _own = own;
        _disk = disk;
    }

    /// <summary>One server's light.</summary>
    public async Task<Freshness> OfAsync(ServerId server, CancellationToken cancellationToken)
    {
        _ = await _snapshots.ListAsync(new SnapshotFilter { Limit = 1 }, cancellationToken);
        return Of(server, _copy.Info(), _disk.Read());
    }

    /// <summary>All servers' lights.</summary>
    public async Task<IReadOnlyDictionary<ServerId, Freshness>> AllAsync(CancellationToken cancellationToken)
    {
        _ = await _snapshots.ListAsync(new SnapshotFilter { Limit = 1 }, cancellationToken);
        var (copy, disk) = (_copy.Info(), _disk.Read());
        return _servers.All().ToDictionary(server => server.Id, server => Of(server.Id, copy, disk));
    }

    /// <summary>All servers' lights by what the catalog says: neither the repository nor an engine is asked.</summary>
    public IReadOnlyList<ServerLight> Known()
    {
        var (copy, disk) = (_copy.Info(), _disk.Read());
        return [.. _servers.All().Select(server => new ServerLight(server.Id, server.Name, Of(server.Id, copy, disk).Light))];
    }

    private Freshness Of(ServerId server, CopyInfo? copy, DiskSpace? disk)
    {
        var all = _retention.All(server);
        var last = all.FirstOrDefault(one => one.Reason != "safety");
        var reasons = Reasons(server, all, last, copy, disk).OrderByDescending(reason => reason.Light).ToList();
        return new(reasons.Count == 0 ? Light.Green : reasons[0].Light, reasons, last);
    }

    private IEnumerable<FreshnessReason> Reasons(ServerId server, IReadOnlyList<SnapshotInfo> all, SnapshotInfo? last, CopyInfo? copy, DiskSpace? disk)
    {
        if (_holds.Of(server) is { } hold)
            yield return new FreshnessReason.Held(hold.Cause, hold.Since);
        if (last is null)
            yield return new FreshnessReason.NoSnapshot();
        if (disk is { Level: DiskLevel.Full })
            yield return new FreshnessReason.DiskFull(disk);
        var schedules = _schedules.Of(server).Where(one => !one.IsPaused).ToList();
        if (schedules.Count == 0)
            yield return new FreshnessReason.NoSchedule();
        foreach (var schedule in schedules.Where(one => one.RunsMissing > 0))
            yield return new FreshnessReason.RunsMissing(schedule.Name, schedule.RunsMissing, schedule.MissingSince ?? default);
        if (last is null)
            yield break;
        if (_own.IsOnlyCopy(copy))
            yield return new FreshnessReason.OnlyCopy();
        else if (copy is { } there && all.Any(one => there.Late.Contains(one.Id)))
            yield return new FreshnessReason.CopyBehind(there.At);
    }
}
