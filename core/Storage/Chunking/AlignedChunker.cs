using System.Numerics;

namespace SnapshotBot.Storage.Chunking;

/// <summary>
/// Cuts at multiples of a page size, for files that change in place: a changed page costs one chunk, whatever lies around it.
/// Runs of zero pages are one chunk (up to the maximum, at its own multiples, so that equal runs are equal chunks).
/// </summary>
internal sealed class AlignedChunker : IChunker
{
    private readonly int _page;
    private readonly int _head;

    /// <summary>Chunks of <paramref name="page"/> bytes.</summary>
    /// <param name="page">Chunk size, a power of two.</param>
    /// <param name="head">A first chunk of its own size (a header that every change rewrites); 0 for none.</param>
    /// <param name="maximum">The longest run of zeros in one chunk; a power of two.</param>
    public AlignedChunker(int page, int head, int maximum)
    {
        if (!BitOperations.IsPow2(page) || !BitOperations.IsPow2(maximum))
            throw new ArgumentOutOfRangeException(nameof(page), page, "Aligned chunks have sizes that are powers of two.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(head, page);
        _page = page;
        _head = head;
        MaximumSize = maximum;
    }

    public int MaximumSize { get; }

    public int FindCut(ReadOnlySpan<byte> window, long offset)
    {
        if (offset < _head)
            return (int)Math.Min(window.Length, _head - offset);
        int cut = ToNext(_page, offset, window.Length);
        int end = ToNext(MaximumSize, offset, window.Length);
        if (end == cut || window[..cut].ContainsAnyExcept((byte)0))
            return cut;
        while (cut < end)
        {
            int next = Math.Min(end, cut + _page);
            if (window[cut..next].ContainsAnyExcept((byte)0))
                break;
            cut = next;
        }

        return cut;
    }

    private static int ToNext(int size, long offset, int available) => (int)Math.Min(available, size - (offset & (size - 1)));
}
