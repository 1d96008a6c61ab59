namespace SnapshotBot.Storage.Pruning;

/// <summary>How thoroughly to prune. The defaults are restic's.</summary>
public sealed record PruneOptions
{
    /// <summary>Percent of the repository that may stay unused, 0 to 100: the rest of a half-used pack is cheaper left than rewritten.</summary>
    public double MaxUnusedPercent { get; init; } = 5;

    /// <summary>Packs that no index names stay for so long after they were written: another program may be about to name them.</summary>
    public TimeSpan KeepUnlisted { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>What pruning is at.</summary>
public enum PruneStep
{
    ReadingIndex,
    FindingUsedData,
    Deciding,
    RewritingPacks,
    WritingIndex,
    RemovingIndexes,
    RemovingPacks,
}

/// <summary>How far a step is; <see cref="Total"/> is 0 where it isn't known.</summary>
public readonly record struct PruneProgress(PruneStep Step, long Done, long Total);
