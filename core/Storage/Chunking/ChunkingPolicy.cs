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

    /// <summary>16, 32, 64, 128 and 256 KiB.</summary>
    private const int DatabaseSteps = 5;

    private readonly AlignedChunker _region;
    private readonly AlignedChunker[] _database = new AlignedChunker[DatabaseSteps];
    private readonly AlignedChunker _preallocated;
    private readonly GearChunker _general;
    private readonly long _databaseStep;

    /// <summary>The policy of the repository with this polynomial.</summary>
    public ChunkingPolicy(ChunkerPolynomial polynomial)
        : this(polynomial, new ChunkingOptions())
    {
    }

    internal ChunkingPolicy(ChunkerPolynomial polynomial, ChunkingOptions options)
    {
        _region = new AlignedChunker(options.RegionPage, options.RegionHead, MaximumChunkSize);
        for (int i = 0; i < DatabaseSteps; i++)
            _database[i] = new AlignedChunker(options.DatabasePage << i, options.DatabaseHead, MaximumChunkSize);
        _databaseStep = options.DatabaseStep;
        _preallocated = new AlignedChunker(options.PreallocatedPage, 0, MaximumChunkSize);
        _general = new GearChunker(GearTable.Create(polynomial), options.General);
    }

    /// <summary>The chunker for one file.</summary>
    /// <param name="name">The file's name in its folder, as bytes.</param>
    /// <param name="size">Its length now; it may change while it is read.</param>
    /// <param name="head">Its first bytes, up to <see cref="HeadSize"/> or more.</param>
    public IChunker For(ReadOnlySpan<byte> name, long size, ReadOnlySpan<byte> head)
    {
        if (IsRegion(name))
            return _region;
        if (IsDatabase(name, head))
            return DatabaseFor(size);
        if (size > MaximumChunkSize && head.Length >= HeadSize && !head[..HeadSize].ContainsAnyExcept((byte)0))
            return _preallocated;
        return _general;
    }

    /// <summary>Worlds in sectors that are rewritten in place: Minecraft (Anvil and before), 7 Days to Die.</summary>
    private static bool IsRegion(ReadOnlySpan<byte> name) =>
        name.EndsWith(".mca"u8) || name.EndsWith(".mcr"u8) || name.EndsWith(".7rg"u8);

    /// <summary>SQLite by its head; InnoDB and LMDB by their names, for their heads say less.</summary>
    private static bool IsDatabase(ReadOnlySpan<byte> name, ReadOnlySpan<byte> head) =>
        head.StartsWith("SQLite format 3\0"u8) || name.EndsWith(".ibd"u8) || name.EndsWith(".mdb"u8);

    private AlignedChunker DatabaseFor(long size)
    {
        int step = 0;
        for (long limit = _databaseStep; size > limit && step < DatabaseSteps - 1; limit *= 2)
            step++;
        return _database[step];
    }
}
