using System.Text;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Tests.Repositories;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Indexing;

public sealed class IndexLoaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task LoadAsync_SeveralFilesOneDamaged_LoadsTheOthersAndNamesIt(int version)
    {
        await using var made = new MadeRepository(version);
        List<IndexedBlob> blobs = [];
        for (var i = 0; i < 5; i++)
        {
            blobs.AddRange(await SaveAsync(made, 100));
        }

        var broken = made.Backend.OfKind(FileKind.Index).First();
        made.Backend.Flip(broken, 40);
        var nonsense = made.Put(FileKind.Index, "{\"packs\":[{]}"u8);
        var index = await IndexLoader.LoadAsync(made.Open, CancellationToken.None);
        index.Files.Count.ShouldBe(4);
        index.Damaged.Select(d => d.File!.Value).ShouldBe([broken, nonsense], ignoreOrder: true);
        index.Index.Count.ShouldBe(400);
        blobs.Count(b => index.Index.TryFind(b.Id, b.Location.Kind, out var at) && at == b.Location).ShouldBe(400);
    }

    [Fact]
    public async Task LoadAsync_FileReplacedByAnotherMeanwhile_ReadsWhatReplacedIt()
    {
        await using var made = new MadeRepository();
        await SaveAsync(made, 3);
        var old = made.Backend.OfKind(FileKind.Index).Single();
        IndexedBlob[] merged = [];
        made.Backend.BeforeAsync = async (call, _) =>
        {
            if (call.Operation is BackendOperation.Read or BackendOperation.ReadAll)
            {
                made.Backend.BeforeAsync = null;
                made.Backend.Lose(old);
                merged = await SaveAsync(made, 7);
            }
        };
        var index = await IndexLoader.LoadAsync(made.Open, CancellationToken.None);
        index.Index.Count.ShouldBe(7);
        merged.ShouldAllBe(b => index.Index.Contains(b.Id, b.Location.Kind));
    }

    [Fact]
    public async Task LoadAsync_FileListedButNeverReadable_FailsNamingIt()
    {
        await using var made = new MadeRepository();
        await SaveAsync(made, 3);
        made.Backend.BeforeAsync = (call, _) => call.Operation is BackendOperation.Read or BackendOperation.ReadAll
            ? throw new BackendException(BackendFailure.NotFound, call.File, "gone")
            : Task.CompletedTask;
        (await Should.ThrowAsync<BackendException>(() => IndexLoader.LoadAsync(made.Open, CancellationToken.None))).Failure.ShouldBe(BackendFailure.NotFound);
    }

    [Fact]
    public async Task LoadAsync_FilesStoredAsPlainJson_AreRead()
    {
        await using var made = new MadeRepository();
        var pack = new PackId(ObjectId.Random());
        IndexedBlob blob = new(new BlobId(ObjectId.Random()), new BlobLocation(pack, BlobKind.Tree, 1, 60, 99));
        made.Put(FileKind.Index, IndexFileTests.Write([(pack, [blob])]));
        made.Put(FileKind.Index, Encoding.UTF8.GetBytes($"[{{\"id\":\"{pack}\",\"blobs\":[]}}]"));
        var index = await IndexLoader.LoadAsync(made.Open, CancellationToken.None);
        index.Index.TryFind(blob.Id, BlobKind.Tree, out var at).ShouldBeTrue();
        at.ShouldBe(blob.Location);
        index.Index.Packs.ShouldBe([pack]);
    }

    private static async Task<IndexedBlob[]> SaveAsync(MadeRepository made, int count)
    {
        var pack = new PackId(ObjectId.Random());
        IndexedBlob[] blobs = [.. Enumerable.Range(0, count).Select(i => new IndexedBlob(
            new BlobId(ObjectId.Random()), new BlobLocation(pack, (BlobKind)(i % 2), (uint)i * 40, 40, 0)))];
        await made.Open.Files.SaveAsync(FileKind.Index, IndexFileTests.Write([(pack, blobs)]), CancellationToken.None);
        return blobs;
    }
}
