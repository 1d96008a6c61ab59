using System.Numerics;

namespace SnapshotBot.Storage.Chunking;

/// <summary>The sizes a content-defined chunker aims at, in bytes.</summary>
public readonly record struct ChunkSizes
{
    /// <summary>Sizes with <paramref name="minimum"/> &lt; <paramref name="average"/> &lt; <paramref name="maximum"/>, the average a power of two.</summary>
    public ChunkSizes(int minimum, int average, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 64);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(average, minimum);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maximum, average);
        if (!BitOperations.IsPow2(average))
            throw new ArgumentOutOfRangeException(nameof(average), average, "The average must be a power of two.");
        Minimum = minimum;
        Average = average;
        Maximum = maximum;
    }

    public int Minimum { get; }

    public int Average { get; }

    public int Maximum { get; }
}
