namespace SnapshotBot.Service.Snapshots;

/// <summary>What differs between a snapshot and another one, or between it and now: a closed family.</summary>
public abstract record SnapshotDiff
{
    private SnapshotDiff()
    {
    }

    /// <summary>The difference. Sizes are bytes; a changed file counts with its new size in <paramref name="BytesAdded"/> and its old in
    /// <paramref name="BytesRemoved"/>.</summary>
    /// <param name="Added">Entries only the later side has.</param>
    /// <param name="Changed">Entries both have, with other content or other metadata.</param>
    /// <param name="Removed">Entries only the earlier side has.</param>
    public sealed record Difference(
        long Added,
        long Changed,
        long Removed,
        long BytesAdded,
        long BytesRemoved,
        IReadOnlyList<DiffEntry> Entries) : SnapshotDiff;

    public sealed record Refused(Refusal Refusal) : SnapshotDiff;
}

/// <summary>One path that differs.</summary>
/// <param name="Path">As the game sees it.</param>
/// <param name="Change">What happened to it.</param>
/// <param name="Type">restic's word for its type on the side that has it, the later one first.</param>
/// <param name="SizeBefore">Bytes on the earlier side; null when it is not there.</param>
/// <param name="SizeAfter">Bytes on the later side; null when it is not there.</param>
public sealed record DiffEntry(string Path, DiffChange Change, string Type, long? SizeBefore, long? SizeAfter);

/// <summary>What happened to a path.</summary>
public enum DiffChange
{
    Added,

    /// <summary>Other content, other target or another type.</summary>
    Changed,

    /// <summary>Same content; owner, mode, times, links or attributes differ.</summary>
    Metadata,
    Removed,
}
