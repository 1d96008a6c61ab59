namespace SnapshotBot.Storage.Compression;

/// <summary>Which level a content gets. The figures behind it are in docs/decisions/0004-compression.md.</summary>
internal static class CompressionPolicy
{
    public const int StoreRaw = 0;
    public const int FastLevel = 1;
    public const int TextLevel = 3;
    public const int FileLevel = 3;
    public const int MaximumLevel = 19;

    /// <summary>Below this a frame's own bytes eat the gain.</summary>
    private const int SmallestWorthwhile = 32;

    private const int SampleFrom = 256 * 1024;
    private const int SampleSize = 16 * 1024;

    public static int LevelFor(CompressionEffort effort, ReadOnlySpan<byte> content) => effort switch
    {
        CompressionEffort.Off => StoreRaw,
        _ when content.Length < SmallestWorthwhile => StoreRaw,
        CompressionEffort.Maximum => MaximumLevel,
        _ => TextDetector.IsText(content) ? TextLevel : FastLevel,
    };

    /// <summary>True when a frame saves at least 3 %.</summary>
    public static bool Pays(int length, int compressed) => compressed > 0 && compressed <= length - (length >> 5) - (length >> 8);

    /// <summary>A large content is judged by a piece first; a small one is compressed as fast as it is judged.</summary>
    public static bool WantsSample(ReadOnlySpan<byte> content) => content.Length >= SampleFrom;

    /// <summary>A piece out of the middle: heads are unlike the rest of a file.</summary>
    public static ReadOnlySpan<byte> SampleOf(ReadOnlySpan<byte> content) => content.Slice((content.Length - SampleSize) / 2, SampleSize);
}
