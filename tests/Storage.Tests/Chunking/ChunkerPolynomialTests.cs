using Shouldly;
using SnapshotBot.Storage.Chunking;
using Xunit;

namespace SnapshotBot.Storage.Tests.Chunking;

public sealed class ChunkerPolynomialTests
{
    [Theory]
    [InlineData(0b10, true)] // x
    [InlineData(0b11, true)] // x + 1
    [InlineData(0b111, true)]
    [InlineData(0b101, false)] // (x + 1)^2
    [InlineData(0b1011, true)]
    [InlineData(0b1101, true)]
    [InlineData(0b1111, false)]
    [InlineData(0b10011, true)]
    [InlineData(0b10101, false)] // (x^2 + x + 1)^2: passes the first half of the test, fails the second
    [InlineData(0x11B, true)] // AES's
    [InlineData(0x11D, true)]
    [InlineData(0x11C, false)]
    [InlineData(0x3DA3358B4DC173, true)] // the one in restic's own tests
    [InlineData(0x3DA3358B4DC172, false)]
    [InlineData(1, false)]
    [InlineData(0, false)]
    public void IsIrreducible_KnownPolynomials_AreToldApart(ulong polynomial, bool irreducible) =>
        ChunkerPolynomial.IsIrreducible(polynomial).ShouldBe(irreducible);

    [Fact]
    public void IsIrreducible_AllOfDegreeUpTo12_AgreesWithTrialDivision()
    {
        for (ulong f = 2; f < 1 << 13; f++)
            ChunkerPolynomial.IsIrreducible(f).ShouldBe(HasNoDivisor(f), $"0x{f:x}");
    }

    [Fact]
    public void Random_ManyTimes_IsOfDegree53AndReadsBack()
    {
        var seen = new HashSet<ulong>();
        for (int i = 0; i < 20; i++)
        {
            var polynomial = ChunkerPolynomial.Random();
            ChunkerPolynomial.DegreeOf(polynomial.Value).ShouldBe(53);
            ChunkerPolynomial.IsIrreducible(polynomial.Value).ShouldBeTrue();
            ChunkerPolynomial.TryParse(polynomial.ToString(), out ChunkerPolynomial read).ShouldBeTrue();
            read.ShouldBe(polynomial);
            seen.Add(polynomial.Value).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("11b")] // irreducible, of another degree
    [InlineData("3da3358b4dc172")] // divisible by x
    [InlineData("13da3358b4dc173ff")]
    [InlineData("-3da3358b4dc173")]
    public void TryParse_NotWhatResticAsksFor_Refuses(string text) => ChunkerPolynomial.TryParse(text, out _).ShouldBeFalse();

    private static bool HasNoDivisor(ulong f)
    {
        for (ulong d = 2; 2 * ChunkerPolynomial.DegreeOf(d) <= ChunkerPolynomial.DegreeOf(f); d++)
        {
            ulong rest = f;
            while (rest != 0 && ChunkerPolynomial.DegreeOf(rest) >= ChunkerPolynomial.DegreeOf(d))
                rest ^= d << (ChunkerPolynomial.DegreeOf(rest) - ChunkerPolynomial.DegreeOf(d));
            if (rest == 0)
                return false;
        }

        return true;
    }
}
