namespace SnapshotBot.Storage.Restoring;

/// <summary>How a restore ended. What stops it whole (a full disk, no repository) is an exception instead.</summary>
public abstract record RestoreOutcome
{
    private RestoreOutcome()
    {
    }

    public required RestoreTotals Totals { get; init; }

    /// <summary>The target has all the snapshot has.</summary>
    public sealed record Complete : RestoreOutcome;

    /// <summary>Some entries could not be restored: they are as they were before, or absent, never wrong. All others are restored.</summary>
    /// <param name="Problems">The first thousand.</param>
    /// <param name="Count">All of them.</param>
    public sealed record Partial(IReadOnlyList<RestoreProblem> Problems, long Count) : RestoreOutcome;
}

/// <summary>What a restore did. Bytes are of content.</summary>
public sealed record RestoreTotals(long FilesWritten, long FilesUnchanged, long BytesWritten, long BytesUnchanged, long EntriesRemoved);

/// <summary>Why an entry was not restored.</summary>
public enum RestoreProblemKind
{
    /// <summary>The repository does not have what is needed, or has it damaged.</summary>
    Damaged,

    /// <summary>The target refused.</summary>
    NotWritable,

    /// <summary>Something the snapshot does not have is in the way and was to be kept.</summary>
    InTheWay,

    /// <summary>Of a type or shape that can't be restored here.</summary>
    NotSupported,
}

/// <summary>An entry that was not restored.</summary>
/// <param name="Path">From the target, in bytes.</param>
/// <param name="Kind">Why.</param>
/// <param name="Message">A sentence.</param>
public sealed record RestoreProblem(ReadOnlyMemory<byte> Path, RestoreProblemKind Kind, string Message);
