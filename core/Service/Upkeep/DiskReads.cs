using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Looks at the disk the repository lies on, and at what the last days say of the next ones.</summary>
public sealed class DiskReads
{
    /// <summary>Shorter histories say nothing of a week.</summary>
    private static readonly TimeSpan ShortestHistory = TimeSpan.FromHours(12);

    private static readonly TimeSpan LookBack = TimeSpan.FromDays(7);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    private readonly RepositoryAccess _access;
    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;
    private readonly DiskProbe _probe;

    internal DiskReads(RepositoryAccess access, CatalogStore catalog, DiskProbe probe, TimeProvider time)
    {
        _access = access;
        _catalog = catalog;
        _probe = probe;
        _time = time;
    }

    /// <summary>The disk now; null when the repository is no folder of this machine, or none yet.</summary>
    public DiskSpace? Read()
    {
        if (_access.LocalPath is not { } path || _probe.Look(path) is not { } space)
            return null;
        var since = _time.GetUtcNow() - LookBack;
        var samples = _catalog.Read(UpkeepRows.Samples, "WHERE \"At\" >= @0 AND \"Free\" IS NOT NULL ORDER BY \"At\"", since.UtcTicks);
        var (locked, safety) = Held();
        var fullIn = FullIn([.. samples.Select(row => (new DateTimeOffset(row.At, TimeSpan.Zero), row.Free!.Value))], space.Free);
        return new()
        {
            Path = path,
            Total = space.Total,
            Free = space.Free,
            FullIn = fullIn,
            Repository = samples.Count > 0 ? samples[^1].Bytes : 0,
            Locked = locked,
            Safety = safety,
            Level = LevelOf(space.Total, space.Free, fullIn),
        };
    }

    /// <summary>How full it is now, without a look at the days before; <see cref="DiskLevel.Fine"/> when it is no folder of this machine.</summary>
    internal DiskLevel LevelNow() =>
        _access.LocalPath is { } path && _probe.Look(path) is { } space ? LevelOf(space.Total, space.Free, null) : DiskLevel.Fine;

    internal static DiskLevel LevelOf(long total, long free, TimeSpan? fullIn) => total <= 0 ? DiskLevel.Fine
        : free <= SpaceGuard.ReserveOf(total) ? DiskLevel.Full
        : free <= total * 3 / 20 ? DiskLevel.Low
        : fullIn <= Soon ? DiskLevel.FullSoon
        : DiskLevel.Fine;

    /// <summary>When the free room is gone, by the straight line through what was seen (least squares); null when it does not shrink.</summary>
    internal static TimeSpan? FullIn(IReadOnlyList<(DateTimeOffset At, long Free)> seen, long free)
    {
        if (seen.Count < 3 || seen[^1].At - seen[0].At < ShortestHistory)
            return null;
        var start = seen[0].At;
        var middleX = seen.Average(one => (one.At - start).TotalHours);
        var middleY = seen.Average(one => (double)one.Free);
        var spread = seen.Sum(one => Math.Pow((one.At - start).TotalHours - middleX, 2));
        var slope = seen.Sum(one => ((one.At - start).TotalHours - middleX) * (one.Free - middleY)) / spread;

        // A line that loses less than a thousandth of the room a day is level: noise is no forecast.
        return slope < 0 && -slope * 24 * 1000 > free && free / -slope < TimeSpan.MaxValue.TotalHours / 2 ? TimeSpan.FromHours(free / -slope) : null;
    }

    private (long Locked, long Safety) Held()
    {
        var (locked, safety) = (0L, 0L);
        foreach (var row in _catalog.Read(Rows.Snapshots, "WHERE NOT \"Hidden\""))
        {
            locked += row.Locked ? row.BytesAdded : 0;
            safety += row.Reason == "safety" ? row.BytesAdded : 0;
        }

        return (locked, safety);
    }
}

/// <summary>Asks the file system; replaced where a test makes its own disk.</summary>
internal class DiskProbe
{
    public virtual (long Total, long Free)? Look(string path) =>
        DataFolder.SpaceOf(path) is { } space ? (space.Space.TotalBytes, space.Space.FreeBytes) : null;
}
