using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;
using SnapshotBot.Storage.Tests.Restoring;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Staging;

/// <summary>What is laid ready beside a live tree, what that takes, and what it never touches.</summary>
public sealed class StagerTests : IAsyncLifetime
{
    private readonly SwapBench _bench = new();

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Stage_DirectoriesOfTheCallersOwn_StayWhereTheyAre()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var own = _bench.Around.At("_data/removed-dir/deep");
        using var folder = DirectoryHandle.OpenRoot(own);
        using var above = DirectoryHandle.OpenRoot(Path.GetDirectoryName(own)!);
        var request = SwapBench.Request(tree, area) with
        {
            Standing = new StandingDirectories(new HashSet<FileIdentity> { folder.Status().Identity }, new HashSet<FileIdentity> { above.Status().Identity }),
        };
        var staged = (await _bench.Stager.StageAsync(request, new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        SwapBench.Swapper(_bench.Saved(staged.Tree)).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.ReadAllText(Path.Combine(own, "file")).ShouldBe("made since");
        File.Exists(_bench.Around.At("_data/removed")).ShouldBeFalse();
        File.ReadAllText(_bench.Around.At("_data/dir/inner")).ShouldBe("inner of the snapshot");
    }

    [Fact]
    public async Task Stage_AgainAfterTheServerWroteOn_TakesOverWhatIsStagedAndAddsTheRest()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var first = await _bench.StageAsync(tree, area);
        File.WriteAllText(_bench.Around.At("_data/unchanged"), "the server wrote on");
        File.WriteAllText(_bench.Around.At("_data/another"), "and made this");
        var again = (await _bench.Stager.StageAsync(SwapBench.Request(tree, area), new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        again.Totals.BytesStaged.ShouldBe(new FileInfo(_bench.Source.At("unchanged")).Length);
        again.Tree.Entries.Count(entry => entry.Action != SwapAction.Describe)
            .ShouldBe(first.Entries.Count(entry => entry.Action != SwapAction.Describe) + 2);
        SwapBench.Swapper(_bench.Saved(again.Tree)).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await _bench.AssertLiveIsAsync(_bench.Source.Root);
    }

    [Fact]
    public async Task Stage_MissingPiece_EndsWithNothingLiveTouched()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        foreach (var pack in _bench.Backend.OfKind(FileKind.Pack).ToList())
        {
            _bench.Backend.Cut(pack, _bench.Backend.Files[pack].Length > 100_000 ? 50_000 : _bench.Backend.Files[pack].Length);
        }

        var outcome = await _bench.Stager.StageAsync(SwapBench.Request(tree, area), new RestoreProgress(), CancellationToken.None);
        outcome.ShouldBeOfType<StageOutcome.Impossible>().Problems.ShouldAllBe(problem => problem.Kind == RestoreProblemKind.Damaged);
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
    }

    [Fact]
    public async Task Stage_LessRoomThanTheReserve_RefusesWithTheFigures()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var request = SwapBench.Request(tree, area) with { Reserve = _bench.Live.Space().TotalBytes };
        var outcome = await _bench.Stager.StageAsync(request, new RestoreProgress(), CancellationToken.None);
        outcome.ShouldBeOfType<StageOutcome.NoRoom>().Needed.ShouldBeGreaterThan(0);
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
    }

    [Fact]
    public async Task Measure_MoreFilesThanOneBatch_IsWhatStagingAllOfThemTakes()
    {
        const int files = 8200;
        _bench.Source.Root.CreateDirectory("many"u8, 0x1ed);
        for (var i = 0; i < files; i++)
            File.WriteAllText(_bench.Source.At($"many/{i}"), "x");
        File.WriteAllText(_bench.Source.At("touched"), "as it was");
        File.WriteAllBytes(_bench.Source.At("large"), SwapWorlds.RandomBytes(100_000));
        var tree = await _bench.ArchiveAsync();
        File.WriteAllText(_bench.Around.At("_data/touched"), "as it was");
        File.SetLastWriteTimeUtc(_bench.Around.At("_data/touched"), File.GetLastWriteTimeUtc(_bench.Source.At("touched")));
        var scope = new StageScope { Tree = tree };

        var most = await _bench.Stager.MeasureAsync(scope, _bench.Live, ContentProof.Status, CancellationToken.None);
        var read = await _bench.Stager.MeasureAsync(scope, _bench.Live, ContentProof.Reading, CancellationToken.None);

        const long block = 4096;
        read.ShouldBe((files * block) + (25 * block));
        most.ShouldBe(read + block, "whether one is the same only reading tells");
        Directory.GetFileSystemEntries(_bench.Around.Path).Select(Path.GetFileName).ShouldBe(["_data"]);
    }

    [Fact]
    public async Task Open_NoDirectoryBesideOnTheSameMount_StagesInsideAndLeavesItselfOut()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var elsewhere = InMemory();
        using var area = StagingArea.Open(_bench.Live, Bytes(_bench.Around.At("_data")), elsewhere.Root, Bytes(elsewhere.Path), "6566676800000001");
        PathText.Show(area.Path).ShouldStartWith(_bench.Around.At("_data/"));
        var swapper = SwapBench.Swapper(_bench.Saved(await _bench.StageAsync(tree, area)));
        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        swapper.Discard(CancellationToken.None);
        await RestoreBench.AssertSameAsync(_bench.Source.Root, _bench.Live, "tree after staging inside it");
    }
}
