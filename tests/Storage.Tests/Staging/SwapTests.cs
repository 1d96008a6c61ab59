using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Storage.Tests.Restoring;
using SnapshotBot.Testing;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Staging;

public sealed class SwapTests : IAsyncLifetime
{
    private const long NoReserve = 0;

    private readonly RestoreBench _bench = new();
    private ScratchFolder _around = null!;
    private DirectoryHandle _live = null!;
    private ScratchFolder _before = null!;

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        _around = OnDisk();
        _around.Root.CreateDirectory("_data"u8, 0x1ed);
        _live = _around.Root.OpenDirectory("_data"u8);
        _before = OnDisk();
    }

    public async ValueTask DisposeAsync()
    {
        _live.Dispose();
        _around.Dispose();
        _before.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Swap_EveryKindOfDifference_MakesTheLiveTreeTheSnapshots()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var staged = await StageAsync(tree, area);
        // Until the swap nothing live is touched.
        await AssertLiveIsAsync(_before.Root);
        var untouched = Inode("unchanged");
        new Swapper(Saved(staged), Open).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await AssertLiveIsAsync(_bench.Source.Root);
        Inode("unchanged").ShouldBe(untouched);
    }

    [Fact]
    public async Task TakeBack_AfterTheSwap_BringsBackEveryByteAndTime()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var swapper = new Swapper(Saved(await StageAsync(tree, area)), Open);
        swapper.Run(CancellationToken.None);
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        await AssertLiveIsAsync(_before.Root);
        swapper.Discard(CancellationToken.None);
        Directory.GetFileSystemEntries(_around.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["_data", "swap"]);
    }

    [Fact]
    public async Task Run_KilledAfterEveryStep_IsFinishedOrTakenBackFromTheManifestAlone()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        Saved(await StageAsync(tree, area));
        var changes = Count(Loaded(), swapper => swapper.Run(CancellationToken.None));
        changes.ShouldBeGreaterThan(10);
        Loaded().TakeBack();
        for (var kill = 1; kill <= changes; kill++)
        {
            Kill(kill, swapper => swapper.Run(CancellationToken.None));
            Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
            await AssertLiveIsAsync(_before.Root);
            Kill(kill, swapper => swapper.Run(CancellationToken.None));
            Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
            await AssertLiveIsAsync(_bench.Source.Root);
            // And back, killed on the way, and killed again.
            Kill(kill, swapper => swapper.TakeBack());
            Kill(1, swapper => swapper.TakeBack());
            Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
            await AssertLiveIsAsync(_before.Root);
        }
    }

    [Fact]
    public async Task TakeBack_BetweenTwoRenames_PutsTheOldEntryBack()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var staged = await StageAsync(tree, area);
        var replaced = staged.Entries.First(entry => entry.Action == SwapAction.Replace && !entry.Path.Contains((byte)'/'));
        Saved(staged);
        _live.Rename(replaced.Path, area.Root, replaced.AsideName);
        Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        await AssertLiveIsAsync(_before.Root);
        _live.Rename(replaced.Path, area.Root, replaced.AsideName);
        Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await AssertLiveIsAsync(_bench.Source.Root);
        Loaded().TakeBack();
        await AssertLiveIsAsync(_before.Root);
    }

    [Fact]
    public async Task Run_SomebodyChangedAnEntryMeanwhile_TakesEverythingBackAndLeavesThatEntry()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var manifest = Saved(await StageAsync(tree, area));
        File.WriteAllText(_around.At("_data/new"), "written by a container that started by itself");
        File.Move(_around.At("_data/new"), _around.At("_data/changed"), overwrite: true);
        var outcome = new Swapper(manifest, Open).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.TakenBack>();
        outcome.Reason.ShouldNotBeNull();
        outcome.Left.ShouldHaveSingleItem().ShouldBe("changed"u8.ToArray());
        File.ReadAllText(_around.At("_data/changed")).ShouldStartWith("written by");
        File.ReadAllText(_around.At("_data/removed")).ShouldBe("made since");
    }

    [Fact]
    public async Task TakeBack_AfterAGameReplacedAndRemovedWhatWasSwappedIn_BringsBackEveryByte()
    {
        var tree = await MakeWorldsAsync();
        for (var kill = 0; kill < 20; kill++)
        {
            using var area = OpenArea();
            Saved(await StageAsync(tree, area));
            PlayAfterSwap();
            if (kill > 0)
            {
                Kill(kill, one => one.TakeBack());
            }

            var outcome = Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>();
            outcome.Left.ShouldBeEmpty();
            outcome.Stranded.ShouldBeEmpty();
            await AssertLiveIsAsync(_before.Root);
            Loaded().Discard(CancellationToken.None);
        }
    }

    [Fact]
    public async Task TakeBack_SomethingBarsTheWay_KeepsWhatBelongsThereAndSaysSo()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var swapper = new Swapper(Saved(await StageAsync(tree, area)), Open);
        swapper.Run(CancellationToken.None);
        Directory.Delete(_around.At("_data/dir"), recursive: true);
        File.CreateSymbolicLink(_around.At("_data/dir"), "/etc");
        var outcome = Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>();
        outcome.Stranded.Select(path => PathText.Show(path)).ShouldBe(["dir/inner", "dir/since"], ignoreOrder: true);
        File.Delete(_around.At("_data/dir"));
        Loaded().TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Stranded.ShouldBeEmpty();
        await AssertLiveIsAsync(_before.Root);
    }

    [Fact]
    public async Task Stage_DirectoriesOfTheCallersOwn_StayWhereTheyAre()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var own = _around.At("_data/removed-dir/deep");
        using var folder = DirectoryHandle.OpenRoot(own);
        using var above = DirectoryHandle.OpenRoot(Path.GetDirectoryName(own)!);
        var request = Request(tree, area) with
        {
            Standing = new StandingDirectories(new HashSet<FileIdentity> { folder.Status().Identity }, new HashSet<FileIdentity> { above.Status().Identity }),
        };
        var staged = (await new Stager(_bench.Blobs, _bench.Trees).StageAsync(request, new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        new Swapper(Saved(staged.Tree), Open).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.ReadAllText(Path.Combine(own, "file")).ShouldBe("made since");
        File.Exists(_around.At("_data/removed")).ShouldBeFalse();
        File.ReadAllText(_around.At("_data/dir/inner")).ShouldBe("inner of the snapshot");
    }

    /// <summary>As games save: a new file renamed over the old one; one that was to be gone is made again; folders are cleared away.</summary>
    private void PlayAfterSwap()
    {
        Loaded().Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.WriteAllText(_around.At("_data/level.new"), "saved by the game");
        File.Move(_around.At("_data/level.new"), _around.At("_data/changed"), overwrite: true);
        File.WriteAllText(_around.At("_data/removed"), "made again");
        Directory.Delete(_around.At("_data/dir"), recursive: true);

        // The file system gives its number to the next that comes: what is made again in its place is another.
        File.WriteAllText(_around.At($"taken-{Guid.NewGuid():N}"), "");
        Directory.Delete(_around.At("_data/added-dir"), recursive: true);
        Directory.CreateDirectory(_around.At("_data/added-dir"));
        File.Delete(_around.At("_data/was-dir"));
    }

    [Fact]
    public async Task Stage_AgainAfterTheServerWroteOn_TakesOverWhatIsStagedAndAddsTheRest()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var first = await StageAsync(tree, area);
        File.WriteAllText(_around.At("_data/unchanged"), "the server wrote on");
        File.WriteAllText(_around.At("_data/another"), "and made this");
        var again = (await new Stager(_bench.Blobs, _bench.Trees).StageAsync(Request(tree, area), new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        again.Totals.BytesStaged.ShouldBe(new FileInfo(_bench.Source.At("unchanged")).Length);
        again.Tree.Entries.Count(entry => entry.Action != SwapAction.Describe)
            .ShouldBe(first.Entries.Count(entry => entry.Action != SwapAction.Describe) + 2);
        new Swapper(Saved(again.Tree), Open).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        await AssertLiveIsAsync(_bench.Source.Root);
    }

    [Fact]
    public async Task Stage_MissingPiece_EndsWithNothingLiveTouched()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        foreach (var pack in _bench.Backend.OfKind(FileKind.Pack).ToList())
        {
            _bench.Backend.Cut(pack, _bench.Backend.Files[pack].Length > 100_000 ? 50_000 : _bench.Backend.Files[pack].Length);
        }

        var outcome = await new Stager(_bench.Blobs, _bench.Trees).StageAsync(Request(tree, area), new RestoreProgress(), CancellationToken.None);
        outcome.ShouldBeOfType<StageOutcome.Impossible>().Problems.ShouldAllBe(problem => problem.Kind == RestoreProblemKind.Damaged);
        await AssertLiveIsAsync(_before.Root);
    }

    [Fact]
    public async Task Stage_LessRoomThanTheReserve_RefusesWithTheFigures()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var request = Request(tree, area) with { Reserve = _live.Space().TotalBytes };
        var outcome = await new Stager(_bench.Blobs, _bench.Trees).StageAsync(request, new RestoreProgress(), CancellationToken.None);
        outcome.ShouldBeOfType<StageOutcome.NoRoom>().Needed.ShouldBeGreaterThan(0);
        await AssertLiveIsAsync(_before.Root);
    }

    [Fact]
    public async Task Measure_MoreFilesThanOneBatch_IsWhatStagingAllOfThemTakes()
    {
        const int files = 8200;
        _bench.Source.Root.CreateDirectory("many"u8, 0x1ed);
        for (var i = 0; i < files; i++)
            File.WriteAllText(_bench.Source.At($"many/{i}"), "x");
        File.WriteAllText(_bench.Source.At("touched"), "as it was");
        File.WriteAllBytes(_bench.Source.At("large"), RandomBytes(100_000));
        var tree = await _bench.ArchiveAsync();
        File.WriteAllText(_around.At("_data/touched"), "as it was");
        File.SetLastWriteTimeUtc(_around.At("_data/touched"), File.GetLastWriteTimeUtc(_bench.Source.At("touched")));
        var scope = new StageScope { Tree = tree };

        var most = await new Stager(_bench.Blobs, _bench.Trees).MeasureAsync(scope, _live, ContentProof.Status, CancellationToken.None);
        var read = await new Stager(_bench.Blobs, _bench.Trees).MeasureAsync(scope, _live, ContentProof.Reading, CancellationToken.None);

        const long block = 4096;
        read.ShouldBe((files * block) + (25 * block));
        most.ShouldBe(read + block, "whether one is the same only reading tells");
        Directory.GetFileSystemEntries(_around.Path).Select(Path.GetFileName).ShouldBe(["_data"]);
    }

    [Fact]
    public async Task Swap_OnlyOneFolderSelected_PutsThatFolderBackAndNothingElse()
    {
        var tree = await MakeWorldsAsync();
        using var area = OpenArea();
        var request = Request(tree, area) with { Selection = PathSelection.Of(["dir"u8.ToArray()]) };
        var staged = (await new Stager(_bench.Blobs, _bench.Trees).StageAsync(request, new RestoreProgress(), CancellationToken.None))
            .ShouldBeOfType<StageOutcome.Staged>();
        staged.Tree.Entries.ShouldAllBe(entry => entry.Path.Length == 0 || PathText.Show(entry.Path).StartsWith("dir", StringComparison.Ordinal));
        new Swapper(Saved(staged.Tree), Open).Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        File.ReadAllText(_around.At("_data/dir/inner")).ShouldBe("inner of the snapshot");
        File.Exists(_around.At("_data/dir/since")).ShouldBeFalse();
        File.ReadAllText(_around.At("_data/removed")).ShouldBe("made since");
    }

    [Fact]
    public async Task Open_NoDirectoryBesideOnTheSameMount_StagesInsideAndLeavesItselfOut()
    {
        var tree = await MakeWorldsAsync();
        using var elsewhere = InMemory();
        using var area = StagingArea.Open(_live, Bytes(_around.At("_data")), elsewhere.Root, Bytes(elsewhere.Path), "6566676800000001");
        PathText.Show(area.Path).ShouldStartWith(_around.At("_data/"));
        var swapper = new Swapper(Saved(await StageAsync(tree, area)), Open);
        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        swapper.Discard(CancellationToken.None);
        await RestoreBench.AssertSameAsync(_bench.Source.Root, _live, "tree after staging inside it");
    }

    [Theory]
    [InlineData("linked")]
    [InlineData("")]
    public async Task Swap_OneNameOfALinkedFileCutOff_LinksItToTheUntouchedOneAgain(string content)
    {
        File.WriteAllText(_around.At("_data/one"), content);
        _live.CreateHardLink("two"u8, _live, "one"u8);
        _live.SetTimes("one"u8, new(1, 1), new(2, 2));
        var tree = await _bench.ArchiveAsync(_live);
        File.Delete(_around.At("_data/two"));
        File.WriteAllText(_around.At("_data/two"), content);
        _live.SetTimes("two"u8, new(1, 1), new(2, 2));
        File.WriteAllText(_around.At("_data/.snapshotbot-stage-notes"), "made since");
        using var area = OpenArea();
        var swapper = new Swapper(Saved(await StageAsync(tree, area)), Open);

        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();

        Inode("two").ShouldBe(Inode("one"));
        File.Exists(_around.At("_data/.snapshotbot-stage-notes")).ShouldBeFalse();
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        Inode("two").ShouldNotBe(Inode("one"));
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("")]
    public async Task Swap_EqualFilesWereMadeNamesOfOne_AreFilesOfTheirOwnAgain(string content)
    {
        foreach (var name in (string[])["one", "two", "three"])
        {
            File.WriteAllText(_around.At("_data/" + name), content);
            _live.SetTimes(Bytes(name), new(1, 1), new(2, 2));
        }

        _live.CreateHardLink("four"u8, _live, "three"u8);
        var tree = await _bench.ArchiveAsync(_live);
        await CopyAsync();

        // One and three are one file now, two and four another: as many names each as three had.
        _live.RemoveFileIfThere("three"u8);
        _live.CreateHardLink("three"u8, _live, "one"u8);
        _live.RemoveFileIfThere("four"u8);
        _live.CreateHardLink("four"u8, _live, "two"u8);
        using var area = OpenArea();
        var swapper = new Swapper(Saved(await StageAsync(tree, area)), Open);

        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        Inode("one").ShouldNotBe(Inode("three"));
        swapper.TakeBack().ShouldBeOfType<SwapOutcome.TakenBack>().Left.ShouldBeEmpty();
        Inode("one").ShouldBe(Inode("three"));
        swapper.Run(CancellationToken.None).ShouldBeOfType<SwapOutcome.Swapped>();
        swapper.Discard(CancellationToken.None);

        await AssertLiveIsAsync(_before.Root);
    }

    [Fact]
    public void TryLoad_NoManifest_IsNothingSwapped() => SwapManifest.TryLoad(_around.Root, "swap"u8).ShouldBeNull();

    private async Task<TreeId> MakeWorldsAsync()
    {
        MakeSnapshotWorld(_bench.Source);
        var tree = await _bench.ArchiveAsync();
        MakeLiveWorld(_around.At("_data"), _live);
        // What it was, kept aside by the restorer under test elsewhere.
        await CopyAsync();
        return tree;
    }

    private static void MakeSnapshotWorld(ScratchFolder folder)
    {
        var root = folder.Root;
        File.WriteAllBytes(folder.At("changed"), RandomBytes(200_000));
        File.WriteAllBytes(folder.At("unchanged"), [1, 2, 3, 4]);
        File.WriteAllText(folder.At("mode"), "same content");
        root.SetMode("mode"u8, 0x1a0);
        root.CreateDirectory("dir"u8, 0x1ed);
        File.WriteAllText(folder.At("dir/inner"), "inner of the snapshot");
        Directory.CreateDirectory(folder.At("added-dir/deep"));
        File.WriteAllText(folder.At("added-dir/deep/file"), "deep");
        File.WriteAllText(folder.At("first-name"), "linked");
        root.CreateHardLink("second-name"u8, root, "first-name"u8);
        using (var deep = root.OpenBeneath("added-dir/deep"u8))
        {
            deep.CreateHardLink("third-name"u8, root, "first-name"u8);
            deep.CreateNode("fifo"u8, FileType.Fifo, 0x180, 0);
            deep.SetTimes(new(5, 5), new(6, 6));
        }

        root.CreateSymbolicLink("link"u8, "target of the snapshot"u8);
        File.WriteAllText(folder.At("was-dir"), "a file");
        root.CreateDirectory("was-file"u8, 0x1c0);
        File.WriteAllText(folder.At("was-file/x"), "x");
        using var dir = root.OpenDirectory("dir"u8);
        dir.SetTimes(new(1000, 1), new(2000, 2));
        MakeAttributes(root, folder.At("attributes"), of: 1);
    }

    /// <summary>What a file carries beside its content; the second time the same entries with other ones, and nothing else about them.</summary>
    private static void MakeAttributes(DirectoryHandle root, string path, byte of)
    {
        root.CreateDirectory("attributes"u8, 0x1ed);
        using var folder = root.OpenDirectory("attributes"u8);
        foreach (var name in (string[])["note", "list", "gains", "loses", "nanosecond", "capable", "owned"])
            File.WriteAllText(Path.Combine(path, name), name);
        folder.CreateDirectory("inherits"u8, 0x1ed);
        File.WriteAllText(Path.Combine(path, "inherits", "replaced"), of == 1 ? "by the snapshot's" : "played on");
        folder.SetAttribute("note"u8, "user.note"u8, [of]);
        folder.SetAttribute("list"u8, "system.posix_acl_access"u8, PosixAttributes.AccessList(0x1a4, user: 1000u + of));
        folder.SetAttribute("inherits"u8, "system.posix_acl_default"u8, PosixAttributes.AccessList(0x1ed, user: 1000u + of));
        folder.SetAttribute("inherits"u8, "user.empty"u8, []);
        folder.SetAttribute(of == 1 ? "gains"u8 : "loses"u8, "user.note"u8, "there"u8);
        foreach (var name in (string[])["note", "list", "gains", "loses", "capable", "owned"])
            folder.SetTimes(Bytes(name), new(3, 3), new(4, 123_456_789));
        folder.SetTimes("nanosecond"u8, new(3, 3), new(4, 123_456_788 + of));
        if (IsRoot)
        {
            // Setting an owner takes away both of these: the order counts.
            folder.SetOwner("owned"u8, 1000u + of, 7);
            folder.SetMode("owned"u8, 0x9ed);
            folder.SetOwner("capable"u8, 1000u + of, 7);
            folder.SetAttribute("capable"u8, "security.capability"u8, PosixAttributes.BindsLowPorts);
        }

        folder.SetTimes(new(5, 5), new(6, of));
    }

    private static void MakeLiveWorld(string path, DirectoryHandle root)
    {
        File.WriteAllText(Path.Combine(path, "changed"), "other");
        File.WriteAllBytes(Path.Combine(path, "unchanged"), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(path, "mode"), "same content");
        root.CreateDirectory("dir"u8, 0x1c0);
        File.WriteAllText(Path.Combine(path, "dir/inner"), "played on");
        File.WriteAllText(Path.Combine(path, "dir/since"), "made since");
        File.WriteAllText(Path.Combine(path, "removed"), "made since");
        Directory.CreateDirectory(Path.Combine(path, "removed-dir/deep"));
        File.WriteAllText(Path.Combine(path, "removed-dir/deep/file"), "made since");
        File.WriteAllText(Path.Combine(path, "first-name"), "linked");
        File.WriteAllText(Path.Combine(path, "second-name"), "no longer linked");
        root.CreateSymbolicLink("link"u8, "/etc"u8);
        root.CreateDirectory("was-dir"u8, 0x1ed);
        File.WriteAllText(Path.Combine(path, "was-dir/inside"), "inside");
        File.WriteAllText(Path.Combine(path, "was-file"), "a file now");
        MakeAttributes(root, Path.Combine(path, "attributes"), of: 2);
    }

    private async Task CopyAsync()
    {
        var copyBench = new RestoreBench();
        await copyBench.InitializeAsync();
        var tree = await copyBench.ArchiveAsync(_live);
        await new TreeRestorer(copyBench.Blobs, copyBench.Trees).RestoreAsync(tree, _before.Root, new(), new RestoreProgress(), CancellationToken.None);
        await copyBench.DisposeAsync();
    }

    private StagingArea OpenArea() => StagingArea.Open(_live, Bytes(_around.At("_data")), _around.Root, Bytes(_around.Path), "6566676800000001");

    private static StageRequest Request(TreeId tree, StagingArea area) => new() { Tree = tree, Area = area, Reserve = NoReserve };

    private async Task<SwapTree> StageAsync(TreeId tree, StagingArea area)
    {
        var outcome = await new Stager(_bench.Blobs, _bench.Trees).StageAsync(Request(tree, area), new RestoreProgress(), CancellationToken.None);
        return outcome.ShouldBeOfType<StageOutcome.Staged>().Tree;
    }

    private SwapManifest Saved(SwapTree tree)
    {
        new SwapManifest([tree]).Save(_around.Root, "swap"u8);
        return SwapManifest.TryLoad(_around.Root, "swap"u8).ShouldNotBeNull();
    }

    private Swapper Loaded() => new(SwapManifest.TryLoad(_around.Root, "swap"u8).ShouldNotBeNull(), Open);

    private void Kill(int after, Action<Swapper> act)
    {
        var swapper = Loaded();
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

    private ulong Inode(string name) => _live.TryStat(Bytes(name), out var status) ? status.Inode : 0;

    private Task AssertLiveIsAsync(DirectoryHandle expected) => RestoreBench.AssertSameAsync(expected, _live, "state of the live tree");

    private static DirectoryHandle Open(byte[] path) => DirectoryHandle.OpenRoot(path);

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private sealed class KilledException : Exception;
}
