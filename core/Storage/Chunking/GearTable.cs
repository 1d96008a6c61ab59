namespace SnapshotBot.Storage.Chunking;

/// <summary>256 random words, drawn from a repository's polynomial by SplitMix64 (Steele, Lea, Flood 2014).</summary>
internal static class GearTable
{
    public static ulong[] Create(ChunkerPolynomial polynomial)
    {
        var table = new ulong[256];
        ulong state = polynomial.Value;
        for (int i = 0; i < table.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            table[i] = z ^ (z >> 31);
        }

        return table;
    }
}
