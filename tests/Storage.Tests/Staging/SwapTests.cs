using Shouldly;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Staging;

/// <summary>What a swap makes of a live tree, and its way back, killed wherever it may be.</summary>
public sealed class SwapTests : IAsyncLifetime
{
    private readonly SwapBench _bench = new();

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Swap_EveryKindOfDifference_MakesTheLiveTreeTheSnapshots()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var staged = await _bench.StageAsync(tree, area);
        // Until the swap nothing live is touched.
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
        var untouched = _bench.Inode("unchanged");
        SwapBench.Swapper(_bench.Saved(staged)).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await _bench.AssertLiveIsAsync(_bench.Source.Root);
        _bench.Inode("unchanged").ShouldBe(untouched);
    }

    [Fact]
    public async Task TakeBack_AfterTheSwap_BringsBackEveryByteAndTime()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var swapper = SwapBench.Swapper(_bench.Saved(await _bench.StageAsync(tree, area)));
        swapper.Run(CancellationToken.None);
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
        swapper.Discard(CancellationToken.None);
        Directory.GetFileSystemEntries(_bench.Around.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["_data", "swap"]);
    }

    [Fact]
    public async Task Run_KilledAfterEveryStep_IsFinishedOrTakenBackFromTheManifestAlone()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        _bench.Saved(await _bench.StageAsync(tree, area));
        var changes = Count(_bench.Loaded(), swapper => swapper.Run(CancellationToken.None));
        changes.ShouldBeGreaterThan(10);
        _bench.Loaded().TakeBack();
        for (var kill = 1; kill <= changes; kill++)
        {
            Kill(kill, swapper => swapper.Run(CancellationToken.None));
            _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
            await _bench.AssertLiveIsAsync(_bench.Before.Root);
            Kill(kill, swapper => swapper.Run(CancellationToken.None));
            _bench.Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
            await _bench.AssertLiveIsAsync(_bench.Source.Root);
            // And back, killed on the way, and killed again.
            Kill(kill, swapper => swapper.TakeBack());
            Kill(1, swapper => swapper.TakeBack());
            _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
            await _bench.AssertLiveIsAsync(_bench.Before.Root);
        }
    }

    [Fact]
    public async Task TakeBack_BetweenTwoRenames_PutsTheOldEntryBack()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var staged = await _bench.StageAsync(tree, area);
        var replaced = staged.Entries.First(entry => entry.Action == SwapAction.Replace && !entry.Path.Contains((byte)'/'));
        _bench.Saved(staged);
        _bench.Live.Rename(replaced.Path, area.Root, replaced.AsideName);
        _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
        _bench.Live.Rename(replaced.Path, area.Root, replaced.AsideName);
        _bench.Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await _bench.AssertLiveIsAsync(_bench.Source.Root);
        _bench.Loaded().TakeBack();
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
    }

    [Fact]
    public async Task Run_SomebodyChangedAnEntryMeanwhile_TakesEverythingBackAndLeavesThatEntry()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var manifest = _bench.Saved(await _bench.StageAsync(tree, area));
        File.WriteAllText(_bench.Around.At("_data/new"), "written by a container that started by itself");
        File.Move(_bench.Around.At("_data/new"), _bench.Around.At("_data/changed"), overwrite: true);
        var outcome = SwapBench.Swapper(manifest).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.TakenBack>();
        outcome.Reason.ShouldNotBeNull();
        outcome.Left.ShouldHaveSingleItem().ShouldBe("changed"u8.ToArray());
        File.ReadAllText(_bench.Around.At("_data/changed")).ShouldStartWith("written by");
        File.ReadAllText(_bench.Around.At("_data/removed")).ShouldBe("made since");
    }

    [Fact]
    public async Task TakeBack_AfterAGameReplacedAndRemovedWhatWasSwappedIn_BringsBackEveryByte()
    {
        var tree = await _bench.MakeWorldsAsync();
        for (var kill = 0; kill < 20; kill++)
        {
            using var area = _bench.OpenArea();
            _bench.Saved(await _bench.StageAsync(tree, area));
            PlayAfterSwap();
            if (kill > 0)
            {
                Kill(kill, one => one.TakeBack());
            }

            var outcome = _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>();
            outcome.Left.ShouldBeEmpty();
            outcome.Stranded.ShouldBeEmpty();
            await _bench.AssertLiveIsAsync(_bench.Before.Root);
            _bench.Loaded().Discard(CancellationToken.None);
        }
    }

    [Fact]
    public async Task TakeBack_SomethingBarsTheWay_KeepsWhatBelongsThereAndSaysSo()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var swapper = SwapBench.Swapper(_bench.Saved(await _bench.StageAsync(tree, area)));
        swapper.Run(CancellationToken.None);
        Directory.Delete(_bench.Around.At("_data/dir"), recursive: true);
        File.CreateSymbolicLink(_bench.Around.At("_data/dir"), "/etc");
        var outcome = _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>();
        outcome.Stranded.Select(path => PathText.Show(path)).ShouldBe(["dir/inner", "dir/since"], ignoreOrder: true);
        File.Delete(_bench.Around.At("_data/dir"));
        _bench.Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Stranded.ShouldBeEmpty();
        await _bench.AssertLiveIsAsync(_bench.Before.Root);
    }

    [Fact]
    public async Task Swap_OnlyOneFolderSelected_PutsThatFolderBackAndNothingElse()
    {
        var tree = await _bench.MakeWorldsAsync();
        using var area = _bench.OpenArea();
        var request = SwapBench.Request(tree, area) with { Selection = PathSelection.Of(["dir"u8.ToArray()]) };
        var staged = (await _bench.Stager.StageAsync(request, new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        staged.Tree.Entries.ShouldAllBe(entry => entry.Path.Length == 0 || PathText.Show(entry.Path).StartsWith("dir", StringComparison.Ordinal));
        SwapBench.Swapper(_bench.Saved(staged.Tree)).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.ReadAllText(_bench.Around.At("_data/dir/inner")).ShouldBe("inner of the snapshot");
        File.Exists(_bench.Around.At("_data/dir/since")).ShouldBeFalse();
        File.ReadAllText(_bench.Around.At("_data/removed")).ShouldBe("made since");
    }

    [Theory]
    [InlineData("linked")]
    [InlineData("")]
    public async Task Swap_OneNameOfALinkedFileCutOff_LinksItToTheUntouchedOneAgain(string content)
    {
        File.WriteAllText(_bench.Around.At("_data/one"), content);
        _bench.Live.CreateHardLink("two"u8, _bench.Live, "one"u8);
        _bench.Live.SetTimes("one"u8, new(1, 1), new(2, 2));
        var tree = await _bench.ArchiveAsync(_bench.Live);
        File.Delete(_bench.Around.At("_data/two"));
        File.WriteAllText(_bench.Around.At("_data/two"), content);
        _bench.Live.SetTimes("two"u8, new(1, 1), new(2, 2));
        File.WriteAllText(_bench.Around.At("_data/.snapshotbot-stage-notes"), "made since");
        using var area = _bench.OpenArea();
        var swapper = SwapBench.Swapper(_bench.Saved(await _bench.StageAsync(tree, area)));

        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();

        _bench.Inode("two").ShouldBe(_bench.Inode("one"));
        File.Exists(_bench.Around.At("_data/.snapshotbot-stage-notes")).ShouldBeFalse();
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        _bench.Inode("two").ShouldNotBe(_bench.Inode("one"));
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("")]
    public async Task Swap_EqualFilesWereMadeNamesOfOne_AreFilesOfTheirOwnAgain(string content)
    {
        foreach (var name in (string[])["one", "two", "three"])
        {
            File.WriteAllText(_bench.Around.At("_data/" + name), content);
            _bench.Live.SetTimes(Bytes(name), new(1, 1), new(2, 2));
        }

        _bench.Live.CreateHardLink("four"u8, _bench.Live, "three"u8);
        var tree = await _bench.ArchiveAsync(_bench.Live);
        await _bench.KeepBeforeAsync();

        // One and three are one file now, two and four another: as many names each as three had.
        _bench.Live.RemoveFileIfThere("three"u8);
        _bench.Live.CreateHardLink("three"u8, _bench.Live, "one"u8);
        _bench.Live.RemoveFileIfThere("four"u8);
        _bench.Live.CreateHardLink("four"u8, _bench.Live, "two"u8);
        using var area = _bench.OpenArea();
        var swapper = SwapBench.Swapper(_bench.Saved(await _bench.StageAsync(tree, area)));

        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        _bench.Inode("one").ShouldNotBe(_bench.Inode("three"));
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        _bench.Inode("one").ShouldBe(_bench.Inode("three"));
        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        swapper.Discard(CancellationToken.None);

        await _bench.AssertLiveIsAsync(_bench.Before.Root);
    }

    [Fact]
    public void TryLoad_NoManifest_IsNothingSwapped() => SwapManifest.TryLoad(_bench.Around.Root, "swap"u8).ShouldBeNull();

    /// <summary>As games save: a new file renamed over the old one; one that was to be gone is made again; folders are cleared away.</summary>
    private void PlayAfterSwap()
    {
        _bench.Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.WriteAllText(_bench.Around.At("_data/level.new"), "saved by the game");
        File.Move(_bench.Around.At("_data/level.new"), _bench.Around.At("_data/changed"), overwrite: true);
        File.WriteAllText(_bench.Around.At("_data/removed"), "made again");
        Directory.Delete(_bench.Around.At("_data/dir"), recursive: true);

        // The file system gives its number to the next that comes: what is made again in its place is another.
        File.WriteAllText(_bench.Around.At($"taken-{Guid.NewGuid():N}"), "");
        Directory.Delete(_bench.Around.At("_data/added-dir"), recursive: true);
        Directory.CreateDirectory(_bench.Around.At("_data/added-dir"));
        File.Delete(_bench.Around.At("_data/was-dir"));
    }

    private void Kill(int after, Action<Swapper> act)
    {
        var swapper = _bench.Loaded();
        var changes = 0;
        swapper.AfterChange = () =>
        {
            if (++changes == after)
            {
                throw new KilledException();
            }
        };
        try
        {
            act(swapper);
        }
        catch (KilledException)
        {
            // What a killed process leaves is on the disk.
        }
    }

    private static int Count(Swapper swapper, Action<Swapper> act)
    {
        var changes = 0;
        swapper.AfterChange = () => changes++;
        act(swapper);
        return changes;
    }

    private sealed class KilledException : Exception;
}
