using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// When the next prune is due that nobody asked for, and what it makes way for. The fuller the disk, the less that is: what a prune gives back is
/// what snapshots wait for then, and one that always makes way never gives anything.
/// </summary>
internal sealed class PruneTurns(OperationQueue queue, DiskReads disk, Marks marks, TimeProvider time)
{
    private const string Key = "prune";
    private const string Again = "again";
    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);
    private static readonly TimeSpan WhenFull = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterMakingWay = TimeSpan.FromMinutes(10);

    public bool IsDue()
    {
        if (marks.WrittenAt(Key) is not { } last)
            return true;
        var every = marks.Read(Key, GuardJson.Default.SettingsMark)?.Hash == Again ? AfterMakingWay
            : disk.LevelNow() is DiskLevel.Low or DiskLevel.Full ? WhenFull
            : Usual;
        return time.GetUtcNow() - last >= every;
    }

    /// <summary>One was asked for.</summary>
    public Task BegunAsync(CancellationToken cancellationToken) => marks.WriteAsync(Key, new SettingsMark(""), GuardJson.Default.SettingsMark, cancellationToken);

    /// <summary>One ended before its work was done: the next comes soon.</summary>
    public Task AgainAsync(CancellationToken cancellationToken) => marks.WriteAsync(Key, new SettingsMark(Again), GuardJson.Default.SettingsMark, cancellationToken);

    /// <summary>Whether an operation waits or runs that a prune makes way for.</summary>
    /// <param name="own">The prune itself; null before there is one.</param>
    public bool IsSomebodyWaiting(OperationId? own)
    {
        var others = queue.Unfinished().Where(row => row.Id != own?.Value && row.Kind != PruneRepository.KindText).ToList();
        if (others.Count == 0)
            return false;
        return disk.LevelNow() switch
        {
            // Nothing can be made before something was given back; runs of schedules only say that they did not run.
            DiskLevel.Full => own is null && others.Exists(row => row.Kind != RunSchedule.KindText),
            DiskLevel.Low => others.Exists(row => own is null ? row.Kind != RunSchedule.KindText : !IsClockwork(row)),
            _ => own is null || others.Exists(row => row.RequestedBy != WorkRounds.Own.Text),
        };
    }

    private static bool IsClockwork(Catalog.OperationRow row) => row.RequestedBy == WorkRounds.Own.Text || row.RequestedBy == Occurrences.Clock.Text;
}
