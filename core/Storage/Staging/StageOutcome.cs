using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>How staging ended. Live data is untouched in every case.</summary>
public abstract record StageOutcome
{
    private StageOutcome()
    {
    }

    /// <summary>All is at hand and durable; these steps make the live tree what the snapshot has.</summary>
    public sealed record Staged(SwapTree Tree, StageTotals Totals) : StageOutcome;

    /// <summary>The repository lacks something, or an entry can't be made here. The first thousand problems.</summary>
    public sealed record Impossible(IReadOnlyList<RestoreProblem> Problems, long Count) : StageOutcome;

    /// <summary>Staging would leave the file system less than the reserve. All in bytes.</summary>
    public sealed record NoRoom(long Needed, long Free, long Reserve) : StageOutcome;
}

/// <summary>What a swap will do to live data, in entries that differ. Folders that only get back the times the swap itself changes are not counted.</summary>
/// <param name="Described">Entries whose content stays and whose owner, mode, times or attributes change.</param>
public sealed record StageTotals(long Added, long Replaced, long Removed, long Described, long BytesStaged);
