using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Chunking;

/// <summary>
/// The polynomial over GF(2) that a repository's config holds. restic's own chunker needs it irreducible and of degree 53;
/// our chunkers only draw their secret from it, so that chunk lengths tell nobody what a repository holds.
/// </summary>
public readonly record struct ChunkerPolynomial
{
    /// <summary>The degree restic asks for.</summary>
    public const int Degree = 53;

    private ChunkerPolynomial(ulong value) => Value = value;

    /// <summary>Bit i is the coefficient of x^i.</summary>
    public ulong Value { get; }

    /// <summary>A new random irreducible polynomial.</summary>
    public static ChunkerPolynomial Random()
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            // About one in 26 candidates of this degree with a constant term is irreducible.
            RandomNumberGenerator.Fill(bytes);
            ulong candidate = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            candidate = (candidate & ((1UL << Degree) - 1)) | (1UL << Degree) | 1;
            if (IsIrreducible(candidate))
                return new ChunkerPolynomial(candidate);
        }
    }

    /// <summary>Reads the hexadecimal digits of a config; false when it is no irreducible polynomial of degree 53.</summary>
    public static bool TryParse(ReadOnlySpan<char> hexadecimal, out ChunkerPolynomial polynomial)
    {
        polynomial = default;
        if (!ulong.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            return false;
        if (DegreeOf(value) != Degree || !IsIrreducible(value))
            return false;
        polynomial = new ChunkerPolynomial(value);
        return true;
    }

    /// <summary>As the config has it.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>
    /// Rabin's test: f of degree n is irreducible when x^(2^n) = x (mod f) and, for each prime q that divides n,
    /// x^(2^(n/q)) - x has no factor in common with f.
    /// </summary>
    internal static bool IsIrreducible(ulong f)
    {
        int n = DegreeOf(f);
        if (n < 1)
            return false;
        if (n == 1)
            return true;
        for (int q = 2, rest = n; rest > 1; q++)
        {
            if (rest % q != 0)
                continue;
            while (rest % q == 0)
                rest /= q;
            if (GreatestCommonDivisor(f, FrobeniusOfX(n / q, f) ^ 2) != 1)
                return false;
        }

        return FrobeniusOfX(n, f) == Remainder(2, f);
    }

    internal static int DegreeOf(ulong f) => 63 - BitOperations.LeadingZeroCount(f);

    /// <summary>x^(2^times) mod f.</summary>
    private static ulong FrobeniusOfX(int times, ulong f)
    {
        ulong value = Remainder(2, f);
        for (int i = 0; i < times; i++)
            value = MultiplyModulo(value, value, f);
        return value;
    }

    private static ulong MultiplyModulo(ulong a, ulong b, ulong f)
    {
        ulong product = 0;
        int degree = DegreeOf(f);
        for (; b != 0; b >>= 1)
        {
            if ((b & 1) != 0)
                product ^= a;
            a <<= 1;
            if (((a >> degree) & 1) != 0)
                a ^= f;
        }

        return product;
    }

    private static ulong Remainder(ulong a, ulong f)
    {
        int degree = DegreeOf(f);
        while (a != 0 && DegreeOf(a) >= degree)
            a ^= f << (DegreeOf(a) - degree);
        return a;
    }

    private static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0)
            (a, b) = (b, Remainder(a, b));
        return a;
    }
}
