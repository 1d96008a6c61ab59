using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What the repository holds and how safe it lies. Runs where it is called.</summary>
public sealed class StorageReads
{
    private readonly RepositoryAccess _access;
    private readonly SnapshotReads _snapshots;
    private readonly CatalogStore _catalog;
    private readonly UpkeepSettings _settings;
    private readonly SecondCopy _copy;
    private readonly DiskReads _disk;
    private readonly ReadTurns _turns;
    private readonly Incidents _incidents;
    private readonly OwnDisk _own;

    internal StorageReads(
        RepositoryAccess access, SnapshotReads snapshots, CatalogStore catalog, UpkeepSettings settings, SecondCopy copy, DiskReads disk, ReadTurns turns, Incidents incidents, OwnDisk own)
    {
        _access = access;
        _snapshots = snapshots;
        _catalog = catalog;
        _settings = settings;
        _copy = copy;
        _disk = disk;
        _turns = turns;
        _incidents = incidents;
        _own = own;
    }

    /// <summary>Everything about it: lists the repository's files by their sizes, reads nothing of them.</summary>
    public async Task<StorageInfo> OfAsync(CancellationToken cancellationToken)
    {
        _ = await _snapshots.ListAsync(new SnapshotFilter { Limit = 1 }, cancellationToken);
        var (bytes, _) = await _access.MeasureAsync(cancellationToken);
        var rows = _catalog.Read(Rows.Snapshots, "WHERE NOT \"Hidden\"");
        var locked = rows.Where(row => row.Locked).ToList();
        var safety = rows.Where(row => row.Reason == "safety").ToList();
        var disk = _disk.Read() is { } read ? read with { Repository = bytes } : null;
        var copy = _copy.Info();
        var quota = _settings.Quota(null);
        var reasons = Reasons(bytes, locked.Sum(row => row.BytesAdded), quota, disk, copy).OrderByDescending(reason => reason.Light).ToList();
        return new()
        {
            Location = _access.LocationText,
            Light = reasons.Count == 0 ? Light.Green : reasons[0].Light,
            Reasons = reasons,
            Bytes = bytes,
            Snapshots = rows.Count,
            Servers = Shares(rows),
            Locked = locked.Count,
            LockedBytes = locked.Sum(row => row.BytesAdded),
            Safety = safety.Count,
            SafetyBytes = safety.Sum(row => row.BytesAdded),
            Quota = quota,
            Disk = disk,
            Copy = copy,
            PasswordKept = _settings.IsPasswordKept,
            Reading = _turns.Info(),
            Growth = Growth(),
        };
    }

    /// <summary>The repository's size over time, oldest first.</summary>
    public IReadOnlyList<StorageSample> Growth() =>
        [.. _catalog.Read(UpkeepRows.Samples, "ORDER BY \"At\"")
            .Select(row => new StorageSample(new DateTimeOffset(row.At, TimeSpan.Zero), row.Bytes, row.Snapshots, row.Free))];

    private IEnumerable<StorageReason> Reasons(long bytes, long locked, long? quota, DiskSpace? disk, CopyInfo? copy)
    {
        if (_incidents.List(IncidentFilter.Open, 1000).Select(one => one.Cause).OfType<IncidentCause.Damaged>().FirstOrDefault() is { } damage)
            yield return new StorageReason.Damage(damage.First);
        if (disk is { Level: not DiskLevel.Fine })
            yield return new StorageReason.Disk(disk);
        if (_own.IsOnlyCopy(copy))
            yield return new StorageReason.OnlyCopy();
        if (copy is { } there && (there.Failure is not null || there.Late.Count > 0))
            yield return new StorageReason.CopyBehind(there.Missing, there.Failure);
        if (bytes > 0 && !_settings.IsPasswordKept)
            yield return new StorageReason.PasswordNotKept();
        if (quota is not { } most)
            yield break;
        if (bytes > most)
            yield return new StorageReason.OverQuota(bytes, most);
        if (locked > most / 2)
            yield return new StorageReason.ManyLocks(locked, most);
    }

    private List<ServerShare> Shares(IReadOnlyList<SnapshotRow> rows)
    {
        var names = _catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);
        return [.. rows.GroupBy(row => row.ServerId, StringComparer.Ordinal)
            .Select(group => new ServerShare(
                new ServerId(group.Key), names.GetValueOrDefault(group.Key) ?? group.MaxBy(row => row.CreatedAt)!.ServerName, group.Count(), group.Sum(row => row.BytesAdded)))
            .OrderByDescending(share => share.Bytes)];
    }
}

/// <summary>Whether a repository shares its disk with the worlds it protects, so that one broken disk takes both.</summary>
internal sealed class OwnDisk(RepositoryAccess access, DataFolder folder)
{
    /// <summary>Where engines keep volumes and layers, and the machine's own disk: the places worlds lie.</summary>
    private static readonly string[] Worlds = ["/var/lib/docker", "/var/lib/containerd", "/srv", "/"];

    /// <summary>Whether the only copy lies on the disk it protects.</summary>
    public bool IsOnlyCopy(CopyInfo? copy) => copy is not { IsElsewhere: true, At: not null } && IsOnWorldsDisk();

    private bool IsOnWorldsDisk()
    {
        if (access.LocalPath is not { } path || DataFolder.SpaceOf(path)?.Device is not { } own)
            return false;
        return Worlds.Append(folder.Path).Any(world => DataFolder.SpaceOf(world)?.Device == own);
    }
}
