using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using Xunit;

namespace SnapshotBot.Storage.Tests.Indexing;

public sealed class PacksToListTests
{
    private const int Full = IndexFileWriter.FullAt;

    private static readonly Gen<(BlobKind Kind, int Blobs)[]> Waiting = Gen.Select(
        Gen.Bool, Gen.Int[1, Full * 3 / 4], (isTree, blobs) => (isTree ? BlobKind.Tree : BlobKind.Data, blobs)).Array[0, 40];

    [Fact]
    public void Take_AtTheEnd_TakesEachPackOnceAndLeavesAtMostOneFileHalfFull()
    {
        Waiting.Sample(packs =>
        {
            PacksToList<int> list = Listing(packs);
            var files = Files(list, isEnd: true);
            files.SelectMany(file => file).Order().ShouldBe(Enumerable.Range(0, packs.Length));
            files.Count(file => file.Sum(i => packs[i].Blobs) < Full).ShouldBeLessThanOrEqualTo(1);
            list.IsEmpty.ShouldBeTrue();
        });
    }

    [Fact]
    public void Take_ThatDataFillsAFile_KeepsTreesOutOfIt()
    {
        Waiting.Sample(packs =>
        {
            foreach (var file in Files(Listing(packs), isEnd: true).Where(file => file.DistinctBy(i => packs[i].Kind).Count() == 2))
                file.Where(i => packs[i].Kind == BlobKind.Data).Sum(i => packs[i].Blobs).ShouldBeLessThan(Full);
        });
    }

    [Fact]
    public void Take_AsTheWorkGoesOn_TakesOnlyWhatLeavesNoFileHalfFull()
    {
        Waiting.Sample(packs =>
        {
            PacksToList<int> list = Listing(packs);
            foreach (var file in Files(list, isEnd: false))
            {
                file.Sum(i => packs[i].Blobs).ShouldBeGreaterThanOrEqualTo(Full);
                file.DistinctBy(i => packs[i].Kind).Count().ShouldBe(1);
            }

            list.All.GroupBy(i => packs[i].Kind).ShouldAllBe(kind => kind.Sum(i => packs[i].Blobs) < 3 * Full + (Full * 3 / 4));
        });
    }

    [Fact]
    public void Take_FewOfBothKinds_IsOneFile() =>
        Files(Listing([(BlobKind.Tree, 10), (BlobKind.Data, Full - 1), (BlobKind.Tree, 5)]), isEnd: true).Count.ShouldBe(1);

    [Fact]
    public void Take_AllThatWouldFillTwoFiles_SharesItEvenly() =>
        Files(Listing([.. Enumerable.Repeat((BlobKind.Data, 1_000), 138)]), isEnd: true).Select(file => file.Count).ShouldBe([69, 69]);

    private static PacksToList<int> Listing((BlobKind Kind, int Blobs)[] packs)
    {
        var list = new PacksToList<int>();
        for (var i = 0; i < packs.Length; i++)
            list.Add(i, packs[i].Kind, packs[i].Blobs);
        return list;
    }

    private static List<List<int>> Files(PacksToList<int> list, bool isEnd)
    {
        var files = new List<List<int>>();
        while (list.Take(isEnd) is { Count: > 0 } file)
            files.Add(file);
        return files;
    }
}
