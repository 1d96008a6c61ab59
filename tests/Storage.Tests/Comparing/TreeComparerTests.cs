using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Tests.Restoring;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Comparing;

public sealed class TreeComparerTests : IAsyncLifetime
{
    private readonly RestoreBench _bench = new();

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Compare_TwoSnapshots_TellsEachDifferenceOnceInWalkOrder()
    {
        Make();
        var before = await _bench.ArchiveAsync();
        Change();
        var after = await _bench.ArchiveAsync();
        using var first = new SnapshotTreeSource(_bench.Trees, before);
        using var second = new SnapshotTreeSource(_bench.Trees, after);
        var told = await TellAsync(first, second, Considered());
        told.ShouldBe([
            "+ added/", "+ added/file", "* content Content", "* dir/mode Mode", "- gone/", "- gone/deep/", "- gone/deep/file",
            "* type Type", "- type/inner"]);
    }

    [Fact]
    public async Task Compare_SnapshotWithLiveTree_ReadsNothingThatTimesProve()
    {
        Make();
        using var snapshot = new SnapshotTreeSource(_bench.Trees, await _bench.ArchiveAsync());
        using var live = new LiveTreeSource(_bench.Source.Root, LiveDetail.StatusAndAttributes);
        (await TellAsync(snapshot, live, Considered())).ShouldBeEmpty();
        using var again = new LiveTreeSource(_bench.Source.Root, LiveDetail.StatusAndAttributes);
        using var kept = new SnapshotTreeSource(_bench.Trees, await _bench.ArchiveAsync());
        var unproven = await TellAsync(kept, again, new() { ContentProof = ContentProof.Reading });
        unproven.ShouldBe(["* content ContentUnproven", "* dir/mode ContentUnproven", "* gone/deep/file ContentUnproven", "* type/inner ContentUnproven"]);
    }

    [Fact]
    public async Task Compare_EqualSubtrees_AreNotEvenRead()
    {
        Make();
        var before = await _bench.ArchiveAsync();
        File.WriteAllText(_bench.Source.At("content"), "only this changed");
        var after = await _bench.ArchiveAsync();
        var reads = Reads();
        using var first = new SnapshotTreeSource(_bench.Trees, before);
        using var second = new SnapshotTreeSource(_bench.Trees, after);
        (await TellAsync(first, second, Considered())).ShouldBe(["* content Content"]);
        (Reads() - reads).ShouldBe(2);
    }

    [Fact]
    public async Task Compare_RemovedDirectoryAsOne_IsOneChange()
    {
        Make();
        var before = await _bench.ArchiveAsync();
        TreeRemover.Remove(_bench.Source.Root, "gone"u8, CancellationToken.None);
        using var first = new SnapshotTreeSource(_bench.Trees, before);
        using var second = new LiveTreeSource(_bench.Source.Root, LiveDetail.Status);
        var told = await TellAsync(first, second, Considered() with { RemovedDirectories = RemovedDirectories.AsOne });
        told.ShouldBe(["- gone/"]);
    }

    [Fact]
    public async Task Compare_UnreadableTree_IsToldAndItsFilesAreNotTakenForRemoved()
    {
        Make();
        var tree = await _bench.ArchiveAsync();
        var node = (await _bench.Trees.FindAsync(tree, "gone"u8.ToArray(), CancellationToken.None))!;
        _bench.Blobs.Index.TryFind(node.Subtree!.Value.Blob, BlobKind.Tree, out var at).ShouldBeTrue();
        _bench.Backend.Flip(new RepositoryFile(FileKind.Pack, at.Pack.Value), (int)at.Offset + 20);
        using var live = new LiveTreeSource(_bench.Source.Root, LiveDetail.StatusAndAttributes);
        using var snapshot = new SnapshotTreeSource(_bench.Trees, tree);
        (await TellAsync(live, snapshot, Considered())).ShouldBe(["* gone/ Unreadable"]);
        snapshot.Damaged.ShouldHaveSingleItem();
    }

    [Fact]
    public void AttributesEqual_AnyOrderAndForeignLabel_AreEqual()
    {
        ExtendedAttribute a = new("user.a"u8.ToArray(), [1]), b = new("user.b"u8.ToArray(), [2]);
        ExtendedAttribute label = new("security.selinux"u8.ToArray(), [3]), other = new("user.b"u8.ToArray(), [9]);
        TreeComparer.AttributesEqual([a, b], [b, a, label]).ShouldBeTrue();
        TreeComparer.AttributesEqual([a, b], [a, other]).ShouldBeFalse();
        TreeComparer.AttributesEqual([a], [a, b]).ShouldBeFalse();
        TreeComparer.AttributesEqual([a, b], [a]).ShouldBeFalse();
    }

    [Fact]
    public void TreePath_OfNestedDirectories_IsTheirNamesWithSlashes()
    {
        var root = TreePath.NewRoot();
        var deep = root.Child("a"u8.ToArray(), null, null).Child([0xff], null, null);
        root.ToBytes().ShouldBeEmpty();
        deep.ToBytes().ShouldBe([(byte)'a', (byte)'/', 0xff]);
        deep.PathOf("f"u8).ShouldBe([(byte)'a', (byte)'/', 0xff, (byte)'/', (byte)'f']);
        root.PathOf("f"u8).ShouldBe("f"u8.ToArray());
        deep.Depth.ShouldBe(2);
    }

    /// <summary>Times of directories change with everything in them; these tests are about the rest.</summary>
    private static TreeComparisonOptions Considered() => new() { Considered = ChangeAspects.All & ~ChangeAspects.Time };

    private void Make()
    {
        var root = _bench.Source.Root;
        File.WriteAllText(_bench.Source.At("content"), "before");
        root.CreateDirectory("dir"u8, 0x1ed);
        File.WriteAllText(_bench.Source.At("dir/mode"), "mode");
        Directory.CreateDirectory(_bench.Source.At("gone/deep"));
        File.WriteAllText(_bench.Source.At("gone/deep/file"), "file");
        root.CreateDirectory("type"u8, 0x1ed);
        File.WriteAllText(_bench.Source.At("type/inner"), "inner");
        root.CreateSymbolicLink("link"u8, "content"u8);
    }

    private void Change()
    {
        var root = _bench.Source.Root;
        File.WriteAllText(_bench.Source.At("content"), "after, and longer");
        using (var dir = root.OpenDirectory("dir"u8))
        {
            dir.SetMode("mode"u8, 0x180);
        }

        TreeRemover.Remove(root, "gone"u8, CancellationToken.None);
        TreeRemover.Remove(root, "type"u8, CancellationToken.None);
        root.CreateFile("type"u8, 0x1ed).Dispose();
        Directory.CreateDirectory(_bench.Source.At("added"));
        File.WriteAllText(_bench.Source.At("added/file"), "x");
    }

    private int Reads() => _bench.Backend.Calls.Count(call => call.Operation == BackendOperation.Read);

    private static async Task<List<string>> TellAsync(ITreeSource before, ITreeSource after, TreeComparisonOptions options)
    {
        var told = new List<string>();
        await foreach (var change in TreeComparer.CompareAsync(before, after, options, CancellationToken.None))
        {
            var slash = (change.After ?? change.Before)!.Type == NodeType.Directory ? "/" : "";
            var path = PathText.Show(change.ToPath()) + slash;
            told.Add(change.IsAdded ? $"+ {path}" : change.IsRemoved ? $"- {path}" : $"* {path} {change.Aspects}");
        }

        return told;
    }
}
