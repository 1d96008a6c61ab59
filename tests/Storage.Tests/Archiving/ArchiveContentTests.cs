using System.Net.Sockets;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What is in the folder is what reads back, whatever it is.</summary>
public sealed class ArchiveContentTests
{
    private const int Mebi = 1 << 20;

    [Fact]
    public async Task PassAsync_EveryKindOfEntry_ReadsBackTheSame()
    {
        await using var archive = new Archive();
        var root = archive.Folder.Root;
        File.WriteAllText(archive.Folder.At("text"), "hello");
        File.WriteAllBytes(archive.Folder.At("empty"), []);
        Directory.CreateDirectory(archive.Folder.At("nothing in it"));
        Directory.CreateDirectory(archive.Folder.At("deep/er"));
        File.WriteAllText(archive.Folder.At("deep/er/same"), "hello");
        root.CreateHardLink("linked"u8, root, "text"u8);
        root.CreateSymbolicLink("dangling"u8, [0x2F, 0xFF, 0x0A, 0xC3]);
        root.CreateNode("pipe"u8, FileType.Fifo, 0x1A4, 0);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(archive.Folder.At("sock")));
        root.CreateFile([0xFF, 0xFE, 0x22, 0x5C, 0x0A], 0x180).Dispose();
        root.CreateFile(Bytes(new string('n', 255)), 0x180).Dispose();
        root.SetAttribute("text"u8, "user.note"u8, [0, 1, 0xFF]);
        root.SetAttribute("deep"u8, "user.empty"u8, []);
        root.SetMode("text"u8, 0xF6D);
        root.SetTimes("empty"u8, new UnixTime(5, 0), new UnixTime(-3, 7));
        if (IsRoot)
        {
            root.CreateNode("tty"u8, FileType.CharacterDevice, 0x180, FileStatus.MakeDevice(5, 300));
            root.CreateNode("disk"u8, FileType.BlockDevice, 0x180, FileStatus.MakeDevice(259, 70000));
            root.SetOwner("dangling"u8, 12345, 4_000_000_000);
        }

        var pass = await archive.PassAsync();

        pass.Warnings.ShouldBeEmpty();
        (await archive.AssertKeptAsync(pass.Tree)).ShouldBe(IsRoot ? 14 : 12);
        pass.Stats.TotalFiles.ShouldBe(6);
        pass.Stats.TotalBytes.ShouldBe(15);
        pass.Stats.DataBlobs.ShouldBe(1);
    }

    [Theory]
    [InlineData(Mebi - 1)]
    [InlineData(Mebi)]
    [InlineData(Mebi + 1)]
    [InlineData(2 * Mebi)]
    [InlineData((16 * Mebi) - 1)]
    [InlineData(16 * Mebi)]
    [InlineData((16 * Mebi) + 1)]
    [InlineData((48 * Mebi) + 12_345)]
    public async Task PassAsync_LengthAtABoundary_ReadsBackTheSame(int length)
    {
        await using var archive = new Archive { Folder = InMemory() };
        foreach (var name in (string[])["plain.bin", "r.0.0.mca"])
        {
            File.WriteAllBytes(archive.Folder.At(name), Noise(length, name.Length));
        }

        File.WriteAllBytes(archive.Folder.At("data.db"), [.. "SQLite format 3\0"u8, .. Noise(length - 16, 3)]);
        var pass = await archive.PassAsync();
        pass.Warnings.ShouldBeEmpty();
        await archive.AssertKeptAsync(pass.Tree);
        pass.Stats.TotalBytes.ShouldBe(3L * length);
    }

    [Fact]
    public async Task PassAsync_LargeFileInStretches_IsCutAsReadingAloneWould()
    {
        await using var archive = new Archive { Folder = InMemory() };
        var content = Noise(40 * Mebi, 9);
        File.WriteAllBytes(archive.Folder.At("big.mca"), content);
        ArchiveItem[] both =
        [
            new ArchiveItem.Folder("disk"u8.ToArray(), archive.Folder.Root),
            new ArchiveItem.Content("big.mca"u8.ToArray(), content, default),
        ];
        var pass = await archive.PassAsync(items: both);
        var stretched = (await archive.FindAsync(pass.Tree, "disk/big.mca"))!;
        stretched.Content.ShouldBe((await archive.FindAsync(pass.Tree, "big.mca"))!.Content);
    }

    [Fact]
    public async Task PassAsync_SparseFileOf10Gigabytes_KeepsTheDataAndFewBlobs()
    {
        await using var archive = new Archive();
        const long Length = 10L << 30;
        using (var file = File.Create(archive.Folder.At("sparse")))
        {
            file.SetLength(Length);
            foreach (var at in (long[])[5, 4_000_000_000, Length - 3])
            {
                file.Position = at;
                file.Write([1, 2, 3]);
            }
        }

        var pass = await archive.PassAsync();
        pass.Warnings.ShouldBeEmpty();
        pass.Stats.DataBlobs.ShouldBeLessThan(20);
        var node = (await archive.FindAsync(pass.Tree, "sparse"))!;
        node.Size.ShouldBe((ulong)Length);
        var reader = await archive.ReaderAsync();
        var (position, nonZero) = (0L, new List<long>());
        foreach (var blob in node.Content!)
        {
            reader.Index.TryFind(blob, BlobKind.Data, out var location).ShouldBeTrue();
            if (location.PlainLength != 4 * Mebi)
            {
                var plain = await reader.ReadAsync(blob, BlobKind.Data, CancellationToken.None);
                nonZero.AddRange(plain.Index().Where(b => b.Item != 0).Select(b => position + b.Index));
            }

            position += location.PlainLength;
        }

        position.ShouldBe(Length);
        nonZero.ShouldBe([5, 6, 7, 4_000_000_000, 4_000_000_001, 4_000_000_002, Length - 3, Length - 2, Length - 1]);
    }

    [Fact]
    public async Task PassAsync_HolesOfManySizes_ReadBackAsZeros()
    {
        await using var archive = new Archive();
        var random = new Random(4);
        using (var file = File.Create(archive.Folder.At("holes")))
        {
            for (var i = 0; i < 60; i++)
            {
                file.Position += random.Next(1, 600_000);
                file.Write(Noise(random.Next(1, 200_000), i));
            }

            file.SetLength(file.Position + 777_777);
        }

        using (var file = File.Create(archive.Folder.At("only a hole")))
        {
            file.SetLength(100_000);
        }

        var pass = await archive.PassAsync();
        await archive.AssertKeptAsync(pass.Tree);
        (await archive.PassAsync(new PassOptions { Parent = null })).Tree.ShouldBe(pass.Tree);
    }

    [Fact]
    public async Task PassAsync_1000LevelsOfLongNames_ReadBackTheSame()
    {
        await using var archive = new Archive { Folder = InMemory() };
        var name = Bytes(new string('d', 255));
        var at = archive.Folder.Root.Reopen();
        for (var level = 0; level < 1_000; level++)
        {
            at.CreateDirectory(name, 0x1C0);
            var below = at.OpenDirectory(name);
            at.Dispose();
            at = below;
        }

        at.CreateFile("bottom"u8, 0x180).WriteAt(0, [42]);
        at.Dispose();
        var pass = await archive.PassAsync();
        pass.Warnings.ShouldBeEmpty();
        pass.Stats.DirectoriesNew.ShouldBe(1_001);
        var loader = new SnapshotBot.Storage.Packing.TreeLoader(await archive.ReaderAsync());
        var tree = pass.Tree;
        for (var level = 0; level < 1_000; level++)
        {
            tree = (await loader.LoadAsync(tree, CancellationToken.None)).Find(name)!.Subtree!.Value;
        }

        (await archive.ContentAsync((await archive.TreeAsync(tree)).Find("bottom"u8)!)).ShouldBe([42]);
    }

    [Fact]
    public async Task PassAsync_MoreFoldersWithFilesThanMayBeOpen_KeepsAll()
    {
        await using var archive = new Archive { Folder = InMemory() };
        for (var i = 0; i < 1_000; i++)
        {
            var folder = archive.Folder.At($"f{i}");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "one"), $"{i}");
        }

        // Slow to store: all the walk opens stays open for a while.
        var most = 0;
        archive.Backend.BeforeAsync = (_, _) =>
        {
            most = Math.Max(most, OpenHandles());
            return Task.CompletedTask;
        };
        var before = OpenHandles();
        using var watch = new Timer(_ => most = Math.Max(most, OpenHandles()), null, 0, 1);
        var pass = await archive.PassAsync();
        (most - before).ShouldBeLessThan(200);
        pass.Warnings.ShouldBeEmpty();
        (await archive.AssertKeptAsync(pass.Tree)).ShouldBe(2_000);
    }

    [Fact]
    public async Task PassAsync_SeveralItemsAndNestedTargets_MakeOneTree()
    {
        await using var archive = new Archive();
        Directory.CreateDirectory(archive.Folder.At("world"));
        File.WriteAllText(archive.Folder.At("world/level.dat"), "level");
        File.WriteAllText(archive.Folder.At("props"), "motd=x");
        archive.Folder.Root.CreateNode("pipe"u8, FileType.Fifo, 0x180, 0);
        using var world = archive.Folder.Root.OpenDirectory("world"u8);
        archive.Folder.Root.TryStat("world"u8, out var status).ShouldBeTrue();
        var streamed = Noise(3 * Mebi, 5);
        ArchiveItem[] items =
        [
            new ArchiveItem.Content("server.json"u8.ToArray(), "{}"u8.ToArray(), new UnixTime(7, 0)),
            new ArchiveItem.Way("mounts/00-data"u8.ToArray(), status),
            new ArchiveItem.Folder("mounts/00-data/inner"u8.ToArray(), world),
            new ArchiveItem.Entry("mounts/01-file/server.properties"u8.ToArray(), archive.Folder.Root, "props"u8.ToArray()),
            new ArchiveItem.Entry("mounts/02-pipe"u8.ToArray(), archive.Folder.Root, "pipe"u8.ToArray()),
            new ArchiveItem.Entry("mounts/03-gone"u8.ToArray(), archive.Folder.Root, "missing"u8.ToArray()),
            new ArchiveItem.Entry("mounts/04-dir"u8.ToArray(), archive.Folder.Root, "world"u8.ToArray()),
            new ArchiveItem.Streamed("images/layer.tar"u8.ToArray(), _ => Task.FromResult<Stream>(new MemoryStream(streamed)), new UnixTime(8, 0)),
        ];
        var synced = UnixTime.From(DateTimeOffset.UnixEpoch);
        var pass = await archive.PassAsync(new PassOptions { SyncedAt = synced }, items);

        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "server.json"))!)).ShouldBe("{}"u8.ToArray());
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "mounts/00-data/inner/level.dat"))!)).ShouldBe("level"u8.ToArray());
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "mounts/01-file/server.properties"))!)).ShouldBe("motd=x"u8.ToArray());
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "images/layer.tar"))!)).AsSpan().SequenceEqual(streamed).ShouldBeTrue();
        (await archive.FindAsync(pass.Tree, "mounts/02-pipe"))!.Type.ShouldBe(NodeType.Fifo);
        (await archive.FindAsync(pass.Tree, "mounts/03-gone")).ShouldBeNull();
        (await archive.FindAsync(pass.Tree, "mounts/04-dir")).ShouldBeNull();
        (await archive.FindAsync(pass.Tree, "mounts/00-data"))!.Permissions.ShouldBe((int)status.Mode);
        (await archive.FindAsync(pass.Tree, "mounts"))!.Permissions.ShouldBe(0x1C0);
        pass.Warnings.Select(w => (w.Path.ToString(), w.Trouble)).ShouldBe(
            [("mounts/03-gone", ArchiveTrouble.Vanished), ("mounts/04-dir", ArchiveTrouble.Unreadable)], ignoreOrder: true);
        pass.Racy.Select(r => r.ToString()).ShouldBe(["mounts/00-data/inner/level.dat", "mounts/01-file/server.properties"], ignoreOrder: true);

        var again = await archive.PassAsync(new PassOptions { Parent = pass.Tree, SyncedAt = synced }, items);
        again.Tree.ShouldBe(pass.Tree);
        again.Stats.DataBlobs.ShouldBe(0);
        again.Stats.FilesUnmodified.ShouldBe(2);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("x/../y", "z")]
    [InlineData("/x", "z")]
    [InlineData("x//y", "z")]
    public async Task PassAsync_TargetsThatClashOrAreNoPaths_AreRefused(string first, string second)
    {
        await using var archive = new Archive();
        await Should.ThrowAsync<ArgumentException>(() => archive.PassAsync(items:
            [new ArchiveItem.Folder(Bytes(first), archive.Folder.Root), new ArchiveItem.Folder(Bytes(second), archive.Folder.Root)]));
    }

    [Fact]
    public async Task CommitAsync_FilesAddedToTheRoot_AreInTheSnapshotAndNothingElseChanged()
    {
        await using var archive = new Archive();
        File.WriteAllText(archive.Folder.At("b"), "b");
        File.WriteAllText(archive.Folder.At("server.json"), "old");
        await using var session = await archive.SessionAsync();
        var pass = await session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None);
        archive.Backend.OfKind(FileKind.Snapshot).ShouldBeEmpty();
        var draft = new SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = "", Tags = ["id=1"] };
        var added = new ArchiveItem.Content("server.json"u8.ToArray(), "new"u8.ToArray(), default);
        var committed = await session.CommitAsync(draft, [added], CancellationToken.None);
        var tree = committed.Snapshot.File.TreeId;
        tree.ShouldNotBe(pass.Tree);
        (await archive.TreeAsync(tree)).Nodes.Select(n => n.ToString()).ShouldBe(["b", "server.json"]);
        (await archive.ContentAsync((await archive.FindAsync(tree, "server.json"))!)).ShouldBe("new"u8.ToArray());
        archive.Backend.OfKind(FileKind.Snapshot).Single().Id.ShouldBe(committed.Snapshot.Id.Value);
        await Should.ThrowAsync<ArgumentException>(() => session.CommitAsync(draft, [added with { Target = "a/b"u8.ToArray() }], CancellationToken.None));
    }

    internal static byte[] Noise(int length, int seed)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static int OpenHandles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
