using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Tests.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.Restoring.RestoreBench;

namespace SnapshotBot.Storage.Tests.Restoring;

/// <summary>Restores from a repository that lacks pieces: what is intact comes back, nothing comes back wrong.</summary>
public sealed class DamagedRestoreTests : IAsyncLifetime
{
    private const int MiB = 1 << 20;

    private readonly RestoreBench _bench = new();

    private ScratchFolder Source => _bench.Source;

    private ScratchFolder Target => _bench.Target;

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Restore_OnePieceDamaged_NamesThatFileAndRestoresAllOthers()
    {
        WriteRandom(Source, "good", 30_000);
        WriteRandom(Source, "bad", 6 * MiB);
        WriteRandom(Source, "other", 6 * MiB);
        var tree = await _bench.ArchiveAsync();
        var node = (await _bench.Trees.FindAsync(tree, "bad"u8.ToArray(), CancellationToken.None))!;
        _bench.Blobs.Index.TryFind(node.Content![^1], BlobKind.Data, out var at).ShouldBeTrue();
        _bench.Backend.Flip(new RepositoryFile(FileKind.Pack, at.Pack.Value), (int)at.Offset + 100);

        var partial = (await _bench.RestoreAsync(tree)).ShouldBeOfType<RestoreOutcome.Partial>();
        var problem = partial.Problems.ShouldHaveSingleItem();
        PathText.Show(problem.Path.Span).ShouldBe("bad");
        problem.Kind.ShouldBe(RestoreProblemKind.Damaged);
        File.ReadAllBytes(Target.At("good")).ShouldBe(File.ReadAllBytes(Source.At("good")));
        File.ReadAllBytes(Target.At("other")).ShouldBe(File.ReadAllBytes(Source.At("other")));
        Inodes(Target.Root).Keys.Order(StringComparer.Ordinal).ShouldBe(["good", "other"]);
    }

    [Fact]
    public async Task Restore_PieceAndTreeDamagedInOneOfTwoPacks_AreTakenFromTheOther()
    {
        WriteRandom(Source, "file", 3 * MiB);
        var tree = await _bench.ArchiveAsync();
        var first = _bench.Backend.Files.Keys.Where(f => f.Kind == FileKind.Pack).ToList();
        await _bench.ArchiveOnceMoreAsync();
        foreach (var pack in first)
        {
            _bench.Backend.Flip(pack, 100);
        }

        await _bench.RestoreWhollyAsync(tree);
        await _bench.AssertSameAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task Restore_DamagedPieceOfAnExistingFile_LeavesThatFileAsItWas(long patchFrom)
    {
        WriteRandom(Source, "db", 6 * MiB);
        var tree = await _bench.ArchiveAsync();
        await _bench.RestoreWhollyAsync(tree);
        Overwrite(Target.At("db"), 100, [1, 2, 3]);
        Overwrite(Target.At("db"), 5 * MiB, [1, 2, 3]);
        var changed = File.ReadAllBytes(Target.At("db"));
        var node = (await _bench.Trees.FindAsync(tree, "db"u8.ToArray(), CancellationToken.None))!;
        _bench.Blobs.Index.TryFind(node.Content![0], BlobKind.Data, out var at).ShouldBeTrue();
        _bench.Backend.Flip(new RepositoryFile(FileKind.Pack, at.Pack.Value), (int)at.Offset + 100);

        (await _bench.RestoreAsync(tree, new() { PatchFrom = patchFrom })).ShouldBeOfType<RestoreOutcome.Partial>();
        File.ReadAllBytes(Target.At("db")).ShouldBe(changed);
        Inodes(Target.Root).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Restore_PackCutShort_RestoresWhatLiesBeforeTheCut()
    {
        for (var i = 0; i < 200; i++)
        {
            WriteRandom(Source, $"f{i}", 10_000);
        }

        var tree = await _bench.ArchiveAsync();
        var data = _bench.Backend.Files.Where(f => f.Key.Kind == FileKind.Pack).MaxBy(f => f.Value.Length);
        _bench.Backend.Cut(data.Key, data.Value.Length / 2);
        var partial = (await _bench.RestoreAsync(tree)).ShouldBeOfType<RestoreOutcome.Partial>();
        partial.Count.ShouldBeGreaterThan(0);
        partial.Totals.FilesWritten.ShouldBeGreaterThan(0);
        (partial.Count + partial.Totals.FilesWritten).ShouldBe(200);
        foreach (var name in Inodes(Target.Root).Keys)
        {
            File.ReadAllBytes(Target.At(name)).ShouldBe(File.ReadAllBytes(Source.At(name)));
        }
    }
}
