namespace SnapshotBot.Storage.Chunking;

/// <summary>
/// Chooses how a file is cut by how such files change. The figures behind it are in docs/decisions/0003-chunk-sizes.md.
/// One instance per repository; safe for many threads.
/// </summary>
public sealed class ChunkingPolicy
{
    /// <summary>No chunker of this policy makes a longer chunk: the size of a reader's window.</summary>
    public const int MaximumChunkSize = 1024 * 1024;

    /// <summary>Enough of a file's beginning for <see cref="For"/> to recognise it.</summary>
    public const int HeadSize = 16;

    private readonly AlignedChunker _region = new(32 * 1024, 8 * 1024, MaximumChunkSize);
    private readonly AlignedChunker _pages = new(32 * 1024, 4 * 1024, MaximumChunkSize);
    private readonly GearChunker _general;

    /// <summary>The policy of the repository with this polynomial.</summary>
    public ChunkingPolicy(ChunkerPolynomial polynomial) =>
        _general = new GearChunker(GearTable.Create(polynomial), new ChunkSizes(128 * 1024, 512 * 1024, MaximumChunkSize));

    /// <summary>The chunker for one file.</summary>
    /// <param name="name">The file's name in its folder, as bytes.</param>
    /// <param name="size">Its length now; it may change while it is read.</param>
    /// <param name="head">Its first bytes, up to <see cref="HeadSize"/> or more.</param>
    public IChunker For(ReadOnlySpan<byte> name, long size, ReadOnlySpan<byte> head)
    {
        if (name.EndsWith(".mca"u8) || name.EndsWith(".mcr"u8))
            return _region;
        if (head.StartsWith("SQLite format 3\0"u8))
            return _pages;
        return _general;
    }
}
