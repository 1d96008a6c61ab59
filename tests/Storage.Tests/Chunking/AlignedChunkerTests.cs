using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Tests.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Chunking;

public sealed class AlignedChunkerTests
{
    private const int Page = 1024;
    private const int Head = 512;
    private const int Maximum = 8192;
    private static readonly AlignedChunker Chunker = new(Page, Head, Maximum);

    [Fact]
    public void FindCut_PagesWithContent_CutsAtTheHeadAndEveryPage() =>
        Cutting.Cut(Chunker, Vectors.Bytes(1, 5000)).ShouldBe([512, 512, 1024, 1024, 1024, 904]);

    [Fact]
    public void FindCut_OnePageChanged_ChangesOneChunk()
    {
        byte[] content = Vectors.Bytes(2, 100_000);
        List<string> before = Cutting.Chunks(Chunker, content);
        content[50_000] ^= 1;
        List<string> after = Cutting.Chunks(Chunker, content);
        after.Count.ShouldBe(before.Count);
        after.Except(before, StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public void FindCut_ZeroPages_BecomeEqualChunksOnTheMaximumsOwnMultiples()
    {
        byte[] content = [.. Vectors.Bytes(3, 3 * Page), .. new byte[40 * Page], .. Vectors.Bytes(4, Page)];
        List<int> cuts = Cutting.Cut(Chunker, content);
        // To the next multiple of the maximum, four whole ones, the three pages that are left, then content.
        cuts.ShouldBe([512, 512, 1024, 1024, 5 * Page, Maximum, Maximum, Maximum, Maximum, 3 * Page, 1024]);
    }

    [Fact]
    public void FindCut_AnyMixtureOfZerosAndWindows_LosesNothingAndDoesNotDependOnTheWindow()
    {
        Gen.Int[0, 2].Array[1, 60].Sample(pages =>
        {
            byte[] content = [.. pages.SelectMany((p, i) => p == 0 ? new byte[Page] : Vectors.Bytes(i, p == 1 ? Page : Page / 2))];
            List<int> whole = Cutting.Cut(Chunker, content);
            whole.Sum().ShouldBe(content.Length);
            Cutting.Cut(Chunker, content, Maximum).ShouldBe(whole);
        });
    }

    [Theory]
    [InlineData(1000, 500, 8192)]
    [InlineData(1024, 2048, 8192)]
    [InlineData(1024, 512, 8000)]
    public void Constructor_SizesThatCannotAlign_Refuses(int page, int head, int maximum) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new AlignedChunker(page, head, maximum));
}
