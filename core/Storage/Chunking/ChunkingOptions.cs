namespace SnapshotBot.Storage.Chunking;

/// <summary>The figures of <see cref="ChunkingPolicy"/>; a benchmark tries others.</summary>
internal sealed record ChunkingOptions
{
    /// <summary>Two tables of 4 KiB begin a region file, and every save rewrites them.</summary>
    public int RegionHead { get; init; } = 8 * 1024;

    public int RegionPage { get; init; } = 16 * 1024;

    /// <summary>A database's first page holds counters that every transaction changes.</summary>
    public int DatabaseHead { get; init; } = 4 * 1024;

    public int DatabasePage { get; init; } = 16 * 1024;

    /// <summary>A database larger than this gets pages twice as large, and so on: its list of chunks is written anew with every snapshot.</summary>
    public long DatabaseStep { get; init; } = 4L << 30;

    /// <summary>For files laid out in advance and filled here and there.</summary>
    public int PreallocatedPage { get; init; } = 64 * 1024;

    public ChunkSizes General { get; init; } = new(128 * 1024, 512 * 1024, ChunkingPolicy.MaximumChunkSize);
}
