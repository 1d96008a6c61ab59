namespace SnapshotBot.Storage.Crypto;

/// <summary>The cost of scrypt (RFC 7914): N rounds of memory, r blocks wide, p times.</summary>
/// <param name="N">A power of two; memory is 128 * N * r bytes.</param>
/// <param name="R">Block size.</param>
/// <param name="P">Parallelism: how many times the work is done.</param>
public readonly record struct KdfParameters(int N, int R, int P)
{
    /// <summary>Bytes of salt a new key gets.</summary>
    public const int SaltSize = 64;

    /// <summary>The most memory and the most work a key file may ask for: a hostile one must not take the machine.</summary>
    public const long MaximumCost = 1L << 30;

    /// <summary>What new keys use, and restic's own floor.</summary>
    public static KdfParameters Default => new(32768, 8, 1);

    /// <summary>Bytes that all rounds of all p passes touch; bounds memory (N * r) and time (N * r * p) together.</summary>
    public long Cost => 128L * N * R * P;

    /// <summary>True when the numbers are valid for scrypt and within <see cref="MaximumCost"/>.</summary>
    public bool IsAcceptable =>
        N > 1 && int.IsPow2(N) && R is > 0 and <= 1024 && P is > 0 and <= 1024
        && 128L * N * R <= MaximumCost && (128L * N * R) * P <= MaximumCost;
}
