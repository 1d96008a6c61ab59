namespace SnapshotBot.Storage.Staging;

/// <summary>How a swap ended.</summary>
public abstract record SwapOutcome
{
    private SwapOutcome()
    {
    }

    /// <summary>Every step is done and durable. What was replaced is in the staging area until it is discarded.</summary>
    public sealed record Swapped(int Steps) : SwapOutcome;

    /// <summary>
    /// The live tree is as it was before the swap, durably, whatever a program did with the entries that were swapped in: what it put in their
    /// place is moved to the staging area.
    /// </summary>
    /// <param name="Reason">Why it was not carried through; null when it was asked for.</param>
    /// <param name="Left">Entries that somebody else had changed before the swap came to them: left as found. Paths in their live trees.</param>
    /// <param name="Stranded">Entries whose way is barred: what belongs there is still in the staging area, which must not be removed.</param>
    public sealed record TakenBack(IOException? Reason, IReadOnlyList<byte[]> Left, IReadOnlyList<byte[]> Stranded) : SwapOutcome;
}
