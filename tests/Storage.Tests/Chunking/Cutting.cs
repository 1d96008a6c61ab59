using SnapshotBot.Storage.Chunking;

namespace SnapshotBot.Storage.Tests.Chunking;

internal static class Cutting
{
    /// <summary>The lengths of a whole content's chunks, asked for through windows of at most <paramref name="window"/> bytes.</summary>
    public static List<int> Cut(IChunker chunker, ReadOnlySpan<byte> content, int window = int.MaxValue)
    {
        window = Math.Max(window, chunker.MaximumSize);
        List<int> cuts = [];
        for (int at = 0; at < content.Length;)
        {
            int cut = chunker.FindCut(content.Slice(at, Math.Min(window, content.Length - at)), at);
            if (cut < 1 || cut > chunker.MaximumSize || cut > content.Length - at)
                throw new InvalidOperationException($"A cut of {cut} at {at}.");
            cuts.Add(cut);
            at += cut;
        }

        return cuts;
    }

    /// <summary>The chunks themselves, as text, to be compared as sets.</summary>
    public static List<string> Chunks(IChunker chunker, byte[] content)
    {
        List<string> chunks = [];
        int at = 0;
        foreach (int cut in Cut(chunker, content))
        {
            chunks.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content.AsSpan(at, cut))));
            at += cut;
        }

        return chunks;
    }

    public static ChunkerPolynomial Polynomial(string hexadecimal = "3da3358b4dc173") =>
        ChunkerPolynomial.TryParse(hexadecimal, out ChunkerPolynomial polynomial) ? polynomial : throw new FormatException();
}
