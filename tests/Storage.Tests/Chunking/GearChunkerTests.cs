using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Tests.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Chunking;

public sealed class GearChunkerTests
{
    private static readonly ChunkSizes Small = new(256, 1024, 4096);

    [Fact]
    public void FindCut_AnyContent_KeepsTheBoundsAndLosesNothing()
    {
        GearChunker chunker = Create(Small);
        Gen.Byte.Array[1, 20_000].Sample(content =>
        {
            List<int> cuts = Cutting.Cut(chunker, content);
            cuts.Sum().ShouldBe(content.Length);
            cuts[..^1].ShouldAllBe(cut => cut > Small.Minimum && cut <= Small.Maximum);
        });
    }

    [Fact]
    public void FindCut_WindowsOfAnySize_GiveTheSameChunks()
    {
        GearChunker chunker = Create(Small);
        byte[] content = Vectors.Bytes(1, 200_000);
        List<int> whole = Cutting.Cut(chunker, content);
        foreach (int window in (int[])[4096, 4097, 5000, 65_536])
            Cutting.Cut(chunker, content, window).ShouldBe(whole);
    }

    [Fact]
    public void FindCut_RandomContent_GathersRoundTheAverage()
    {
        List<int> cuts = Cutting.Cut(Create(Small), Vectors.Bytes(2, 4_000_000));
        cuts.Average().ShouldBeInRange(Small.Average * 0.7, Small.Average * 1.6);
        cuts.Count(c => c == Small.Maximum).ShouldBeLessThan(cuts.Count / 50);
    }

    [Fact]
    public void FindCut_BytesPutInAtTheFront_FindsTheOldChunksAgain()
    {
        GearChunker chunker = Create(Small);
        byte[] content = Vectors.Bytes(3, 500_000);
        List<string> before = Cutting.Chunks(chunker, content);
        byte[] shifted = [1, 2, 3, 4, 5, .. content];
        List<string> after = Cutting.Chunks(chunker, shifted);
        after.Except(before, StringComparer.Ordinal).Count().ShouldBeLessThan(8);
    }

    [Fact]
    public void FindCut_AnotherPolynomial_CutsElsewhere()
    {
        byte[] content = Vectors.Bytes(4, 300_000);
        List<string> one = Cutting.Chunks(Create(Small), content);
        List<string> other = Cutting.Chunks(new GearChunker(GearTable.Create(ChunkerPolynomial.Random()), Small), content);
        one.Intersect(other, StringComparer.Ordinal).Count().ShouldBeLessThan(one.Count / 10);
    }

    [Fact]
    public void FindCut_SameRepositoryNextYear_CutsAtTheSamePlaces()
    {
        // Pinned: a chunker that changes its mind stores every world a second time.
        List<int> cuts = Cutting.Cut(Create(Small), Vectors.Bytes(5, 10_000));
        cuts.ShouldBe(PinnedCuts);
    }

    private static readonly int[] PinnedCuts = [582, 1068, 1278, 1723, 742, 1249, 1093, 1268, 997];

    private static GearChunker Create(ChunkSizes sizes) => new(GearTable.Create(Cutting.Polynomial()), sizes);
}
