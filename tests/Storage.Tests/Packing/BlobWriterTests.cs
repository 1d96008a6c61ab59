using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Tests.Repositories;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Packing;

public sealed class BlobWriterTests
{
    private const int Mebi = 1 << 20;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WriteAsync_LanesShareManyBlobs_EachIsWrittenOnceAndReadsBack(int version)
    {
        await using var made = new MadeRepository(version);
        var blobs = Enumerable.Range(0, 3_000).Select(i => Blob(i, 1 + (i * 7 % 9_000))).ToArray();
        var written = 0;
        await using (var writer = new BlobWriter(made.Open, new BlobIndex(), 2))
        {
            var lanes = Enumerable.Range(0, 4).Select(_ => writer.OpenLane(BlobKind.Data)).ToArray();
            await Task.WhenAll(lanes.Select((lane, number) => Task.Run(async () =>
            {
                foreach (var (id, plain) in blobs.OrderBy(b => HashCode.Combine(b.Id, number)))
                {
                    Interlocked.Add(ref written, await lane.WriteAsync(id, plain, None) ? 1 : 0);
                }
            })));
            await writer.FlushAsync(None);
            lanes.Sum(l => l.Blobs).ShouldBe(3_000);
        }

        written.ShouldBe(3_000);
        var index = await LoadAsync(made);
        index.Count.ShouldBe(3_000);
        var reader = new BlobReader(made.Open, index);
        foreach (var (id, plain) in blobs)
        {
            (await reader.ReadAsync(id, BlobKind.Data, None)).ShouldBe(plain);
        }

        index.TryFind(blobs[0].Id, BlobKind.Data, out var at).ShouldBeTrue();
        (version == 1 && at.IsCompressed).ShouldBeFalse();
    }

    [Fact]
    public async Task FlushAsync_HalfFilledLanes_MakeOnePackOfAKind()
    {
        await using var made = new MadeRepository();
        await using var writer = new BlobWriter(made.Open, new BlobIndex(), 2);
        for (var i = 0; i < 6; i++)
        {
            var (id, plain) = Blob(i, 100_000);
            await writer.OpenLane(i < 4 ? BlobKind.Data : BlobKind.Tree).WriteAsync(id, plain, None);
        }

        await writer.FlushAsync(None);
        made.Backend.OfKind(FileKind.Pack).Count().ShouldBe(2);
        (await LoadAsync(made)).Count.ShouldBe(6);
    }

    [Fact]
    public async Task KeepAsync_Little_StaysInMemoryWhereTreesAreRead_AndIsOnePackOfAKindAtLast()
    {
        await using var made = new MadeRepository();
        var index = new BlobIndex();
        await using var writer = new BlobWriter(made.Open, index, 1);
        var (trees, data) = (writer.OpenLane(BlobKind.Tree), writer.OpenLane(BlobKind.Data));
        var reader = new BlobReader(made.Open, index, writer);
        var blobs = Enumerable.Range(0, 6).Select(i => Blob(i, 100_000)).ToArray();
        foreach (var (id, plain) in blobs)
        {
            await trees.WriteAsync(id, plain, None);
            await data.WriteAsync(id, plain, None);
            await writer.KeepAsync(None);
            foreach (var (known, expected) in blobs.TakeWhile(one => one.Id != id))
            {
                (await reader.ReadAsync(known, BlobKind.Tree, None)).ShouldBe(expected);
            }

            await Should.ThrowAsync<RepositoryDamagedException>(() => reader.ReadAsync(id, BlobKind.Data, None));
        }

        made.Backend.OfKind(FileKind.Pack).ShouldBeEmpty();
        await writer.FlushAsync(None);

        made.Backend.OfKind(FileKind.Pack).Count().ShouldBe(2);
        made.Backend.OfKind(FileKind.Index).Count().ShouldBe(1);
        foreach (var (id, plain) in blobs)
        {
            (await reader.ReadAsync(id, BlobKind.Tree, None)).ShouldBe(plain);
            (await reader.ReadAsync(id, BlobKind.Data, None)).ShouldBe(plain);
        }
    }

    [Theory]
    [InlineData(BlobKind.Data)]
    [InlineData(BlobKind.Tree)]
    public async Task KeepAsync_MoreThanOnePack_IsFlushed(BlobKind kind)
    {
        await using var made = new MadeRepository();
        await using var writer = new BlobWriter(made.Open, new BlobIndex(), 1);
        var lane = writer.OpenLane(kind);
        for (var i = 0; i < 40; i++)
        {
            var (id, plain) = Blob(i, Mebi);
            await lane.WriteAsync(id, plain, None);
            if (i % 10 == 9)
            {
                await writer.KeepAsync(None);
            }
        }

        (await AssertHonestAsync(made)).Count.ShouldBeGreaterThan(15);
        await writer.FlushAsync(None);
        (await AssertHonestAsync(made)).Count.ShouldBe(40);
    }

    [Fact]
    public async Task WriteAsync_BlobLargerThanAPack_GetsAPackOfItsOwn()
    {
        await using var made = new MadeRepository();
        await using var writer = new BlobWriter(made.Open, new BlobIndex(), 1);
        var lane = writer.OpenLane(BlobKind.Tree);
        var blobs = new[] { Blob(1, 100), Blob(2, 20 * Mebi), Blob(3, 100), Blob(4, 17 * Mebi) };
        foreach (var (id, plain) in blobs)
        {
            await lane.WriteAsync(id, plain, None);
        }

        await writer.FlushAsync(None);
        var reader = new BlobReader(made.Open, await LoadAsync(made));
        foreach (var (id, plain) in blobs)
        {
            (await reader.ReadAsync(id, BlobKind.Tree, None)).AsSpan().SequenceEqual(plain).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Index_WhileTheWorkGoesOn_NamesOnlyPacksThatAreThere()
    {
        await using var made = new MadeRepository();
        List<int> packsBeforeIndex = [];
        made.Backend.After = call =>
        {
            if (call is { Operation: BackendOperation.Save, File.Kind: FileKind.Index })
            {
                lock (packsBeforeIndex)
                {
                    packsBeforeIndex.Add(made.Backend.OfKind(FileKind.Pack).Count());
                }
            }
        };
        await using var writer = new BlobWriter(made.Open, new BlobIndex(), 2);
        var lane = writer.OpenLane(BlobKind.Data);
        const int Blobs = 240_000;
        for (var i = 0; i < Blobs; i++)
        {
            var (id, plain) = Blob(i, 250);
            await lane.WriteAsync(id, plain, None);
        }

        packsBeforeIndex.ShouldNotBeEmpty();
        await AssertHonestAsync(made);
        await writer.FlushAsync(None);
        (await AssertHonestAsync(made)).Count.ShouldBe(Blobs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Save_BackendFailsAtTheNthTime_SaysSoAndNamesNoMissingPack(int number)
    {
        await using var made = new MadeRepository();
        made.Backend.FailCall(BackendOperation.Save, number, BackendFailure.Unavailable);
        var index = new BlobIndex();
        await using (var writer = new BlobWriter(made.Open, index, 1))
        {
            (await Should.ThrowAsync<BackendException>(() => WriteAllAsync(writer, 48))).Failure.ShouldBe(BackendFailure.Unavailable);

            // The failure stays: nobody can go on and commit what is not there.
            made.Backend.BeforeAsync = null;
            await Should.ThrowAsync<BackendException>(() => writer.FlushAsync(None));
        }

        await AssertHonestAsync(made);

        // And the index of this process does not believe in what was never listed: a second attempt writes all of it.
        (await LoadAsync(made)).Count.ShouldBe(ListedBy(index));
        await using (var again = new BlobWriter(made.Open, index, 1))
        {
            await WriteAllAsync(again, 48);
        }

        await AllReadBackAsync(made, 48);
    }

    [Fact]
    public async Task Save_DiskFull_SaysSoAndNamesNoMissingPack()
    {
        await using var made = new MadeRepository();
        made.Backend.Room = 20 * Mebi;
        await using (var writer = new BlobWriter(made.Open, new BlobIndex(), 2))
        {
            (await Should.ThrowAsync<BackendException>(() => WriteAllAsync(writer, 48))).Failure.ShouldBe(BackendFailure.NoSpace);
        }

        await AssertHonestAsync(made);
    }

    [Fact]
    public async Task Save_Cancelled_EndsQuicklyAndIndexForgetsWhatWasNotListed()
    {
        await using var made = new MadeRepository();
        using var cancel = new CancellationTokenSource();
        made.Backend.BeforeAsync = async (call, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        var index = new BlobIndex();
        await using (var writer = new BlobWriter(made.Open, index, 1))
        {
            await Should.ThrowAsync<OperationCanceledException>(() => WriteAllAsync(writer, 48, cancel.Token));
        }

        made.Backend.BeforeAsync = null;
        index.Contains(Blob(0, Mebi).Id, BlobKind.Data).ShouldBeFalse();
        await using (var again = new BlobWriter(made.Open, index, 1))
        {
            await WriteAllAsync(again, 48);
        }

        await AllReadBackAsync(made, 48);
    }

    [Fact]
    public async Task DisposeAsync_WithoutFlush_IndexForgetsWhatWasClaimed()
    {
        await using var made = new MadeRepository();
        var index = new BlobIndex();
        await using (var writer = new BlobWriter(made.Open, index, 1))
        {
            var (id, plain) = Blob(1, 1000);
            await writer.OpenLane(BlobKind.Data).WriteAsync(id, plain, None);
            index.Contains(id, BlobKind.Data).ShouldBeTrue();
        }

        index.Contains(Blob(1, 1000).Id, BlobKind.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAsync_PackLostCutOrFlipped_IsDamagedAndNamesThem()
    {
        await using var made = new MadeRepository();
        await using (var writer = new BlobWriter(made.Open, new BlobIndex(), 1))
        {
            await WriteAllAsync(writer, 2);
        }

        var index = await LoadAsync(made);
        var reader = new BlobReader(made.Open, index);
        var id = Blob(1, Mebi).Id;
        index.TryFind(id, BlobKind.Data, out var at).ShouldBeTrue();
        var pack = new RepositoryFile(FileKind.Pack, at.Pack.Value);
        made.Backend.Flip(pack, (int)(at.Offset + at.Length - 20));
        await ThrowsAsync();
        made.Backend.Cut(pack, (int)at.Offset + 5);
        await ThrowsAsync();
        made.Backend.Lose(pack);
        await ThrowsAsync();
        (await Should.ThrowAsync<RepositoryDamagedException>(() => reader.ReadAsync(id, BlobKind.Tree, None))).File.ShouldBeNull();

        async Task ThrowsAsync()
        {
            var e = await Should.ThrowAsync<RepositoryDamagedException>(() => reader.ReadAsync(id, BlobKind.Data, None));
            e.Blob.ShouldBe(id);
            e.File.ShouldBe(pack);
        }
    }

    private static (BlobId Id, byte[] Plain) Blob(int seed, int length)
    {
        var plain = new byte[length];
        new Random(seed).NextBytes(plain);
        return (new BlobId(ObjectId.Hash(plain)), plain);
    }

    private static async Task WriteAllAsync(BlobWriter writer, int mebibytes, CancellationToken cancellationToken = default)
    {
        var lanes = new[] { writer.OpenLane(BlobKind.Data), writer.OpenLane(BlobKind.Data) };
        for (var i = 0; i < mebibytes; i++)
        {
            var (id, plain) = Blob(i, Mebi);
            await lanes[i % 2].WriteAsync(id, plain, cancellationToken);
        }

        await writer.FlushAsync(cancellationToken);
    }

    private static async Task AllReadBackAsync(MadeRepository made, int mebibytes)
    {
        var reader = new BlobReader(made.Open, await LoadAsync(made));
        for (var i = 0; i < mebibytes; i++)
        {
            var (id, plain) = Blob(i, Mebi);
            (await reader.ReadAsync(id, BlobKind.Data, None)).AsSpan().SequenceEqual(plain).ShouldBeTrue();
        }
    }

    private static async Task<BlobIndex> LoadAsync(MadeRepository made)
    {
        var loaded = await IndexLoader.LoadAsync(made.Open, None);
        loaded.Damaged.ShouldBeEmpty();
        return loaded.Index;
    }

    private static async Task<BlobIndex> AssertHonestAsync(MadeRepository made)
    {
        var index = await LoadAsync(made);
        foreach (var pack in index.Packs)
        {
            made.Backend.Files.ContainsKey(new RepositoryFile(FileKind.Pack, pack.Value)).ShouldBeTrue();
        }

        return index;
    }

    private static int ListedBy(BlobIndex index)
    {
        var count = 0;
        index.ForEach((_, _) => count++);
        return count;
    }
}
