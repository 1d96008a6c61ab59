using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Tests.Restoring;
using Xunit;

namespace SnapshotBot.Storage.Tests.Comparing;

/// <summary>Files written through mappings: their times need not move.</summary>
public sealed class UnprovenTests : IAsyncLifetime
{
    private readonly RestoreBench _bench = new();

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Compare_FileWhoseTimesDidNotMove_IsUnprovenWhenItsStatusProvesNothing()
    {
        _bench.Source.Root.CreateDirectory("sub"u8, 0x1ed);
        File.WriteAllText(_bench.Source.At("sub/page"), "before");
        // The same tree is both: nothing tells them apart but what is in the snapshot.
        var tree = await _bench.ArchiveAsync();
        var file = _bench.Source.At("sub/page");
        var node = (await _bench.Trees.FindAsync(tree, "sub/page"u8.ToArray(), CancellationToken.None)).ShouldNotBeNull();
        var options = new TreeComparisonOptions();
        (await ChangesAsync(options)).ShouldBeEmpty();
        (await ChangesAsync(options with { Unproven = new HashSet<PathBytes> { new("sub/page"u8.ToArray()) } }))
            .ShouldHaveSingleItem().Aspects.ShouldBe(ChangeAspects.ContentUnproven);
        node.Size.ShouldBe((ulong)new FileInfo(file).Length);

        async Task<List<TreeChange>> ChangesAsync(TreeComparisonOptions chosen)
        {
            var found = new List<TreeChange>();
            using var live = new LiveTreeSource(_bench.Source.Root, LiveDetail.StatusAndAttributes);
            using var kept = new SnapshotTreeSource(_bench.Trees, tree);
            await foreach (var change in TreeComparer.CompareAsync(live, kept, chosen, CancellationToken.None))
            {
                found.Add(change);
            }

            return found;
        }
    }
}
