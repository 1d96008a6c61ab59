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
    /// The live tree is as it was before the swap, durably. <see cref="Left"/> names entries somebody else changed meanwhile: they were left
    /// as found, and what belongs there is still in the staging area.
    /// </summary>
    /// <param name="Reason">Why it was not carried through; null when it was asked for.</param>
    /// <param name="Left">Paths in their live trees.</param>
    public sealed record TakenBack(IOException? Reason, IReadOnlyList<byte[]> Left) : SwapOutcome;
}
