using System.Buffers;

namespace SnapshotBot.Storage.Compression;

/// <summary>Tells text from binary by the bytes that text does not have.</summary>
internal static class TextDetector
{
    private const int Probe = 512;

    /// <summary>Control characters but for tab, line feed, form feed, carriage return and escape (colours in logs).</summary>
    private static readonly SearchValues<byte> NeverInText = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 127]);

    public static bool IsText(ReadOnlySpan<byte> content)
    {
        if (content.Length <= 2 * Probe)
            return !content.ContainsAny(NeverInText);
        return !content[..Probe].ContainsAny(NeverInText) && !content[^Probe..].ContainsAny(NeverInText);
    }
}
