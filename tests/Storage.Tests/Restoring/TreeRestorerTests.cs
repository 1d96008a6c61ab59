using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Tests.Archiving;
using SnapshotBot.Storage.Tests.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;
using static SnapshotBot.Storage.Tests.Restoring.RestoreBench;

namespace SnapshotBot.Storage.Tests.Restoring;

public sealed class TreeRestorerTests : IAsyncLifetime
{
    private const int MiB = 1 << 20;

    private readonly RestoreBench _bench = new();

    private ScratchFolder Source => _bench.Source;

    private ScratchFolder Target => _bench.Target;

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Restore_EveryKindOfEntryIntoAnEmptyFolder_IsTheSameInAll()
    {
        MakeMixedTree();
        var tree = await _bench.ArchiveAsync();
        await _bench.RestoreWhollyAsync(tree);
        await _bench.AssertSameAsync();

        // A second time nothing is left to do.
        var again = (await _bench.RestoreAsync(tree)).ShouldBeOfType<RestoreOutcome.Complete>();
        again.Totals.FilesWritten.ShouldBe(0);
        again.Totals.BytesWritten.ShouldBe(0);
        await _bench.AssertSameAsync();
    }

    [Fact]
    public async Task Restore_FilesAroundEverySizeThatMatters_AreWholeAndHaveTheirOwnModeAndTime()
    {
        int[] sizes = [0, 1, 4095, 4096, 4097, 65_536, 262_143, 262_144, 300_001, MiB, (2 * MiB) - 1, 2 * MiB, (2 * MiB) + 1, (5 * MiB) + 123];
        foreach (var size in sizes)
        {
            WriteRandom(Source, $"f{size}", size);
        }

        await _bench.RestoreWhollyAsync(await _bench.ArchiveAsync());
        await _bench.AssertSameAsync();
    }

    [Fact]
    public async Task Restore_OverAChangedTree_WritesOnlyWhatDiffersAndKeepsUntouchedInodes()
    {
        for (var i = 0; i < 50; i++)
        {
            WriteRandom(Source, $"same{i}", 3_000 + i);
        }

        WriteRandom(Source, "world", 3 * MiB);
        WriteRandom(Source, "log", 400_000);
        WriteRandom(Source, "gone", 500);
        Source.Root.CreateDirectory(Bytes("folder"), 0x1ed);
        File.WriteAllText(Source.At("folder/inside"), "x");
        var tree = await _bench.ArchiveAsync();
        await _bench.RestoreWhollyAsync(tree);
        var before = Inodes(Target.Root);

        Overwrite(Target.At("world"), MiB, [1, 2, 3]);
        File.AppendAllText(Target.At("log"), "more");
        File.Delete(Target.At("gone"));
        File.Delete(Target.At("folder/inside"));
        File.WriteAllText(Target.At("extra"), "made since");
        Directory.CreateDirectory(Target.At("extra-folder/deep"));
        File.WriteAllText(Target.At("extra-folder/deep/f"), "made since");
        // Same length, same time, other content: only reading tells.
        var time = File.GetLastWriteTimeUtc(Target.At("same7"));
        Overwrite(Target.At("same7"), 10, [9, 9, 9, 9, 9, 9, 9]);
        File.SetLastWriteTimeUtc(Target.At("same7"), time);
        File.SetUnixFileMode(Target.At("same8"), UnixFileMode.UserRead);

        var kept = (await _bench.RestoreAsync(tree)).ShouldBeOfType<RestoreOutcome.Complete>();
        kept.Totals.FilesWritten.ShouldBe(5);
        File.Exists(Target.At("extra")).ShouldBeTrue();
        await _bench.RestoreWhollyAsync(tree, new() { ExtraEntries = ExtraEntries.Remove });
        await _bench.AssertSameAsync();
        var after = Inodes(Target.Root);
        for (var i = 0; i < 50; i++)
        {
            if (i != 7)
            {
                after[$"same{i}"].ShouldBe(before[$"same{i}"]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task Restore_LargeFileWithFewPagesChanged_IsPutBackInPlaceOrAnew(long patchFrom)
    {
        WriteRandom(Source, "db", 20 * MiB);
        var tree = await _bench.ArchiveAsync();
        await _bench.RestoreWhollyAsync(tree);
        var inode = Inodes(Target.Root)["db"];
        for (var i = 0; i < 8; i++)
        {
            Overwrite(Target.At("db"), (i * 2 * MiB) + 12_345, [1, 2, 3]);
        }

        File.AppendAllText(Target.At("db"), "longer");
        var outcome = await _bench.RestoreAsync(tree, new() { PatchFrom = patchFrom });
        outcome.ShouldBeOfType<RestoreOutcome.Complete>();
        await _bench.AssertSameAsync();
        (Inodes(Target.Root)["db"] == inode).ShouldBe(patchFrom == 1);
    }

    [Fact]
    public async Task Restore_TenGigabyteSparseFile_KeepsItsHoles()
    {
        using (var file = Source.Root.CreateFile("sparse"u8, 0x1a4))
        {
            file.Truncate(10L << 30);
            file.WriteAt(5L << 30, new byte[] { 1, 2, 3 });
        }

        await _bench.RestoreWhollyAsync(await _bench.ArchiveAsync());
        await _bench.AssertSameAsync();
        Target.Root.TryStat("sparse"u8, out var status);
        (status.Blocks * 512).ShouldBeLessThan(8 * MiB);
    }

    [Fact]
    public async Task Restore_OneThousandLevels_IsTheSameAtTheBottom()
    {
        using (var stack = new DirectoryStack(Source.Root))
        {
            for (var i = 0; i < 1_050; i++)
            {
                stack.Current.CreateDirectory("level"u8, 0x1ed);
                stack.Push("level"u8);
            }

            using var file = stack.Current.CreateFile("bottom"u8, 0x1a4);
            file.WriteAt(0, "deep"u8);
        }

        await _bench.RestoreWhollyAsync(await _bench.ArchiveAsync());
        await _bench.AssertSameAsync();
    }

    [Fact]
    public async Task Restore_OtherTypesInTheWay_AreReplacedAndLinksNeverFollowed()
    {
        using var outside = OnDisk();
        File.WriteAllText(outside.At("keep"), "outside");
        Source.Root.CreateDirectory("dir"u8, 0x1ed);
        File.WriteAllText(Source.At("dir/f"), "inside");
        File.WriteAllText(Source.At("file"), "a file");
        Source.Root.CreateSymbolicLink("link"u8, "file"u8);
        File.WriteAllText(Source.At("was-dir"), "now a file");
        File.WriteAllText(Source.At("was-full-dir"), "now a file");
        var tree = await _bench.ArchiveAsync();

        Target.Root.CreateSymbolicLink("dir"u8, Bytes(outside.Path));
        Target.Root.CreateSymbolicLink("file"u8, Bytes(outside.At("keep")));
        Target.Root.CreateNode("link"u8, FileType.Fifo, 0x1b6, 0);
        Target.Root.CreateDirectory("was-dir"u8, 0x1ed);
        Directory.CreateDirectory(Target.At("was-full-dir/sub"));
        File.WriteAllText(Target.At("was-full-dir/sub/mine"), "not in the snapshot");

        var partial = (await _bench.RestoreAsync(tree)).ShouldBeOfType<RestoreOutcome.Partial>();
        partial.Problems.ShouldHaveSingleItem().Kind.ShouldBe(RestoreProblemKind.InTheWay);
        File.ReadAllText(Target.At("was-full-dir/sub/mine")).ShouldBe("not in the snapshot");
        File.ReadAllText(outside.At("keep")).ShouldBe("outside");
        Directory.GetFileSystemEntries(outside.Path).Length.ShouldBe(1);
        await _bench.RestoreWhollyAsync(tree, new() { ExtraEntries = ExtraEntries.Remove });
        await _bench.AssertSameAsync();
    }

    [Fact]
    public async Task Restore_LiveFilesThatShareAnInodeTheSnapshotDoesNot_ArePartedWithoutHarm()
    {
        File.WriteAllText(Source.At("a"), "content of a");
        File.WriteAllText(Source.At("b"), "content of b");
        File.WriteAllText(Source.At("c"), "content of c");
        File.SetUnixFileMode(Source.At("c"), UnixFileMode.UserRead);
        var tree = await _bench.ArchiveAsync();
        using var outside = OnDisk();
        File.WriteAllText(outside.At("other-name"), "content of c");
        Target.Root.CreateHardLink("c"u8, outside.Root, "other-name"u8);
        File.WriteAllText(Target.At("a"), "content of b");
        Target.Root.CreateHardLink("b"u8, Target.Root, "a"u8);

        await _bench.RestoreWhollyAsync(tree);
        await _bench.AssertSameAsync();
        (File.GetUnixFileMode(outside.At("other-name")) & UnixFileMode.UserWrite).ShouldBe(UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task RestoreEntry_OneFile_LeavesAllElseAlone()
    {
        WriteRandom(Source, "a", 5_000);
        WriteRandom(Source, "b", 5_000);
        var tree = await _bench.ArchiveAsync();
        File.WriteAllText(Target.At("mine"), "stays");
        var node = (await _bench.Trees.FindAsync(tree, "a"u8.ToArray(), CancellationToken.None)).ShouldNotBeNull();
        var outcome = await new TreeRestorer(_bench.Blobs, _bench.Trees).RestoreEntryAsync(
            node, Target.Root, new() { ExtraEntries = ExtraEntries.Remove }, new RestoreProgress(), CancellationToken.None);
        outcome.ShouldBeOfType<RestoreOutcome.Complete>();
        Inodes(Target.Root).Keys.Order(StringComparer.Ordinal).ShouldBe(["a", "mine"]);
        File.ReadAllBytes(Target.At("a")).ShouldBe(File.ReadAllBytes(Source.At("a")));
    }

    [Fact]
    public async Task Restore_LeftoversOfAKilledRestore_AreRemoved()
    {
        File.WriteAllText(Source.At("a"), "a");
        var tree = await _bench.ArchiveAsync();
        File.WriteAllText(Target.At(".snapshotbot-restore-1-1-1"), "half a file");
        await _bench.RestoreWhollyAsync(tree);
        await _bench.AssertSameAsync();
        File.WriteAllText(Target.At(".snapshotbot-restore-notes"), "somebody's own");
        await _bench.RestoreWhollyAsync(tree);
        File.ReadAllText(Target.At(".snapshotbot-restore-notes")).ShouldBe("somebody's own");
    }

    [Fact]
    public async Task Restore_LinkedEntriesWithoutContentOverEqualOnes_AreOneInodeAgain()
    {
        MakeLinked(Source.Root, (directory, name) => directory.CreateHardLink([.. "second-"u8, .. name], directory, [.. "first-"u8, .. name]));
        var tree = await _bench.ArchiveAsync();
        MakeLinked(Target.Root, (_, _) => { });
        var inode = Inodes(Target.Root)["first-fifo"];

        await _bench.RestoreWhollyAsync(tree);

        await _bench.AssertSameAsync();
        Inodes(Target.Root)["second-fifo"].ShouldBe(inode);

        void MakeLinked(DirectoryHandle root, Action<DirectoryHandle, byte[]> link)
        {
            foreach (var first in (byte[][])["first-"u8.ToArray(), "second-"u8.ToArray()])
            {
                Make([.. first, .. "empty"u8], name => root.CreateFile(name, 0x1a4).Dispose());
                Make([.. first, .. "fifo"u8], name => root.CreateNode(name, FileType.Fifo, 0x1a4, 0));
                Make([.. first, .. "link"u8], name => root.CreateSymbolicLink(name, "nowhere"u8));
            }

            void Make(byte[] name, Action<byte[]> make)
            {
                if (name.AsSpan().StartsWith("second-"u8))
                {
                    link(root, name["second-".Length..]);
                }

                if (!root.TryStat(name, out _))
                {
                    make(name);
                }

                root.SetTimes(name, new(1_000, 1), new(2_000, 2));
            }
        }
    }

    [Fact]
    public async Task Restore_AttributeWhoseNameIsNoText_IsToldWhenKeptAndLeftAloneAfterwards()
    {
        byte[] name = [.. "user.caf"u8, 0xe9];
        File.WriteAllText(Source.At("file"), "x");
        Source.Root.SetAttribute("file"u8, name, [1]);
        Source.Root.SetAttribute("file"u8, "user.text"u8, [2]);
        await using var session = new ArchiveSession(_bench.Repository, _bench.Blobs.Index, AccountNames.Read());
        ArchiveItem[] items = [new ArchiveItem.Folder([], Source.Root)];

        var first = await session.PassAsync(items, new PassOptions(), CancellationToken.None);
        var second = await session.PassAsync(items, new PassOptions { Parent = first.Tree }, CancellationToken.None);
        await Archive.CommitAsync(session);
        Source.Root.SetAttribute("file"u8, "user.text"u8, [3]);
        var restored = await new TreeRestorer(_bench.Blobs, _bench.Trees).RestoreAsync(
            second.Tree, Source.Root, new() { ExtraEntries = ExtraEntries.Remove }, new RestoreProgress(), CancellationToken.None);

        second.Warnings.ShouldHaveSingleItem().Trouble.ShouldBe(ArchiveTrouble.AttributeLeftOut);
        restored.ShouldBeOfType<RestoreOutcome.Complete>();
        Source.Root.ReadAttributes("file"u8).Select(one => (Convert.ToHexString(one.Name), one.Value[0])).ShouldBe(
            [(Convert.ToHexString(name), (byte)1), (Convert.ToHexString("user.text"u8), (byte)2)], ignoreOrder: true);
    }

    [Fact]
    public async Task Restore_DirectorySwappedForALinkMeanwhile_WritesNothingOutside()
    {
        Source.Root.CreateDirectory("world"u8, 0x1ed);
        for (var i = 0; i < 40; i++)
        {
            WriteRandom(Source, $"world/f{i}", 2_000);
        }

        var tree = await _bench.ArchiveAsync();
        using var outside = OnDisk();
        var attacked = 0;
        for (var i = 0; attacked < 20; i++)
        {
            i.ShouldBeLessThan(1_000, "restores in which nothing was swapped");

            // Anew each time: a restore removes the link when it finds that in the way, and then there is nothing left to swap.
            TreeRemover.Remove(Target.Root, "world"u8, CancellationToken.None);
            TreeRemover.Remove(Target.Root, "other"u8, CancellationToken.None);
            Target.Root.CreateDirectory("world"u8, 0x1ed);
            Target.Root.CreateSymbolicLink("other"u8, Bytes(outside.Path));
            var swaps = 0L;
            using var stop = new CancellationTokenSource();
            var attacker = new Thread(() => SwapUntil(stop.Token, ref swaps)) { IsBackground = true };
            attacker.Start();
            for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); Interlocked.Read(ref swaps) == 0;)
            {
                System.Diagnostics.Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromMinutes(1), "the attacker swaps nothing");
                await Task.Yield();
            }

            var before = Interlocked.Read(ref swaps);
            await _bench.RestoreAsync(tree);
            attacked += Interlocked.Read(ref swaps) > before ? 1 : 0;
            await stop.CancelAsync();
            attacker.Join();
        }

        Directory.GetFileSystemEntries(outside.Path).ShouldBeEmpty();

        void SwapUntil(CancellationToken stop, ref long swaps)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Target.Root.Exchange("world"u8, Target.Root, "other"u8);
                    Interlocked.Increment(ref swaps);
                }
                catch (FileSystemException)
                {
                    // The restore has just removed one of them.
                }
            }
        }
    }

    private void MakeMixedTree()
    {
        var root = Source.Root;
        root.CreateDirectory("dir"u8, 0x1ed);
        root.CreateDirectory("empty"u8, 0x1c0);
        File.WriteAllText(Source.At("dir/file"), "hello");
        root.CreateHardLink("hard"u8, root.OpenDirectory("dir"u8), "file"u8);
        root.CreateSymbolicLink("soft"u8, "dir/file"u8);
        root.CreateSymbolicLink("dangling"u8, "/nowhere/at/all"u8);
        root.CreateSymbolicLink([(byte)'l', 0xff], [(byte)'/', 0xfe]);
        root.CreateFile([(byte)'b', 0xff, (byte)'\n'], 0x180).Dispose();
        root.CreateFile(Enumerable.Repeat((byte)'n', 255).ToArray(), 0x180).Dispose();
        root.CreateNode("fifo"u8, FileType.Fifo, 0x1b4, 0);
        root.CreateNode("socket"u8, FileType.Socket, 0x1ed, 0);
        using (var file = root.CreateFile("attributes"u8, 0x1a4))
        {
            file.WriteAt(0, "x"u8);
            file.SetAttribute("user.comment"u8, [1, 0, 255]);
            file.SetTimes(new(1_500_000_000, 1), new(1_400_000_000, 123_456_789));
        }

        if (IsRoot)
        {
            MakePrivileged(root);
        }

        using var empty = root.OpenDirectory("empty"u8);
        empty.SetMode(0x16d);
        empty.SetTimes(new(1_000, 1), new(2_000, 2));
    }

    private static void MakePrivileged(DirectoryHandle root)
    {
        root.CreateNode("char"u8, FileType.CharacterDevice, 0x1b6, FileStatus.MakeDevice(1, 7));
        root.CreateNode("block"u8, FileType.BlockDevice, 0x180, FileStatus.MakeDevice(7, 300));
        root.SetOwner("soft"u8, 1234, 1235);
        root.SetAttribute("fifo"u8, "trusted.overlay.x"u8, [1]);
        using (var file = root.CreateFile("setuid"u8, 0x1ff))
        {
            file.WriteAt(0, "#!"u8);
            file.SetOwner(4321, 4322);
            file.SetMode(0xded);
        }

        using (var directory = root.OpenDirectory("dir"u8))
        {
            directory.SetOwner(99, 98);
            directory.SetMode(0x7f8);
            directory.SetAttribute("trusted.overlay.opaque"u8, "y"u8);
        }

        // An ACL: user::rw-, user:99:r--, group::r--, mask::rw-, other::---
        using var acl = root.CreateFile("acl"u8, 0x1b0);
        acl.SetAttribute(
            "system.posix_acl_access"u8,
            [2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 99, 0, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255]);
    }
}
