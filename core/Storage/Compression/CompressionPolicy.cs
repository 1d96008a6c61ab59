namespace SnapshotBot.Storage.Compression;

/// <summary>Which level a content gets. The figures behind it are in docs/decisions/0004-compression.md.</summary>
internal static class CompressionPolicy
{
    /// <summary>Game data is compressed already; what is left to win (padding, repeats) the negative levels find as well, three times as fast.</summary>
    public const int BinaryLevel = -1;

    /// <summary>Text, trees and repository files. On trees, mostly hashes in hexadecimal, it even beats the levels up to 12.</summary>
    public const int TextLevel = 1;

    /// <summary>For the first text of a run: an hour's new log lines end up smaller, a terabyte's first run does not notice.</summary>
    public const int ThoroughTextLevel = 10;

    public const int MaximumLevel = 19;

    /// <summary>Bytes of text a compressor gives the thorough level before it hurries.</summary>
    public const long ThoroughTextBytes = 4 * 1024 * 1024;

    /// <summary>The same for small files, which have too little in them for a higher level to work with.</summary>
    public const int ThoroughSmallLevel = 4;

    /// <summary>Where small ends.</summary>
    public const int ThoroughTextFrom = 64 * 1024;

    /// <summary>Below this a frame's own bytes eat the gain.</summary>
    public const int SmallestWorthwhile = 32;

    private const int SampleFrom = 256 * 1024;
    private const int SampleSize = 16 * 1024;

    /// <summary>True when a frame saves at least 3 %.</summary>
    public static bool Pays(int length, int compressed) => compressed > 0 && compressed <= length - (length >> 5) - (length >> 8);

    /// <summary>True when a binary content shrank so much at the fast level that there is structure a better one would find.</summary>
    public static bool HasStructure(int length, int compressed) => compressed < length - (length >> 2) - (length >> 3);

    /// <summary>A large content is judged by a piece first; a small one is compressed as fast as it is judged.</summary>
    public static bool WantsSample(ReadOnlySpan<byte> content) => content.Length >= SampleFrom;

    /// <summary>A piece out of the middle: heads are unlike the rest of a file.</summary>
    public static ReadOnlySpan<byte> SampleOf(ReadOnlySpan<byte> content) => content.Slice((content.Length - SampleSize) / 2, SampleSize);
}
