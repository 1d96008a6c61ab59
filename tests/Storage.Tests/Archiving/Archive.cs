using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Storage.Tests.Repositories;
using SnapshotBot.Testing.Backends;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>A folder, a repository in memory, and what tests ask of the two: passes, and the proof that what was kept is what is there.</summary>
internal sealed class Archive : IAsyncDisposable
{
    private readonly AccountNames _accounts = AccountNames.Read();

    public ScratchFolder Folder { get; init; } = ScratchFolder.OnDisk();

    public MadeRepository Made { get; } = new();

    public MemoryBackend Backend => Made.Backend;

    public ArchiveItem[] Whole => [new ArchiveItem.Folder([], Folder.Root)];

    /// <summary>One pass in a session of its own, committed, with the index as the repository has it.</summary>
    public async Task<PassResult> PassAsync(PassOptions? options = null, IReadOnlyList<ArchiveItem>? items = null, CancellationToken cancellationToken = default)
    {
        await using var session = await SessionAsync();
        var pass = await session.PassAsync(items ?? Whole, options ?? new PassOptions(), cancellationToken);
        await CommitAsync(session);
        return pass;
    }

    /// <summary>What a session has in memory until then others can read after this.</summary>
    public static Task<CommittedSnapshot> CommitAsync(ArchiveSession session) => session.CommitAsync(
        new SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = "", Paths = ["/"], Hostname = "test" }, [], CancellationToken.None);

    public async Task<ArchiveSession> SessionAsync() => new(Made.Open, await IndexAsync(), _accounts);

    public async Task<BlobIndex> IndexAsync()
    {
        var loaded = await IndexLoader.LoadAsync(Made.Open, CancellationToken.None);
        loaded.Damaged.ShouldBeEmpty();
        return loaded.Index;
    }

    public async Task<BlobReader> ReaderAsync() => new(Made.Open, await IndexAsync());

    public async Task<Tree> TreeAsync(TreeId id) => await new TreeLoader(await ReaderAsync()).LoadAsync(id, CancellationToken.None);

    public async Task<Node?> FindAsync(TreeId root, string path) =>
        await new TreeLoader(await ReaderAsync()).FindAsync(root, ScratchFolder.Bytes(path), CancellationToken.None);

    public async Task<byte[]> ContentAsync(Node node)
    {
        var reader = await ReaderAsync();
        using var content = new MemoryStream();
        foreach (var blob in node.Content!)
        {
            content.Write(await reader.ReadAsync(blob, BlobKind.Data, CancellationToken.None));
        }

        ((ulong)content.Length).ShouldBe(node.Size);
        return content.ToArray();
    }

    /// <summary>Reads the whole tree back and holds every byte, time, owner and attribute against the folder.</summary>
    /// <returns>Entries compared.</returns>
    public async Task<int> AssertKeptAsync(TreeId tree, DirectoryHandle? directory = null)
    {
        var reader = await ReaderAsync();
        return await CompareAsync(reader, tree, directory ?? Folder.Root);
    }

    public async ValueTask DisposeAsync()
    {
        Folder.Dispose();
        await Made.DisposeAsync();
    }

    private async Task<int> CompareAsync(BlobReader reader, TreeId id, DirectoryHandle directory)
    {
        var tree = await new TreeLoader(reader).LoadAsync(id, CancellationToken.None);
        tree.Nodes.Select(n => Convert.ToHexString(n.Name)).ShouldBe(Names(directory));
        var count = tree.Nodes.Count;
        foreach (var node in tree.Nodes)
        {
            directory.TryStat(node.Name, out var status).ShouldBeTrue();
            AssertMetadata(node, status, directory);
            if (node.Type == NodeType.File)
            {
                await AssertContentAsync(reader, node, directory, status);
            }
            else if (node.Type == NodeType.Directory)
            {
                using var below = directory.OpenDirectory(node.Name);
                count += await CompareAsync(reader, node.Subtree!.Value, below);
            }
        }

        return count;
    }

    private void AssertMetadata(Node node, in FileStatus status, DirectoryHandle directory)
    {
        node.Permissions.ShouldBe((int)status.Mode);
        node.ModifiedAt.ShouldBe(status.Modified);
        node.ChangedAt.ShouldBe(status.Changed);
        node.UserId.ShouldBe(status.UserId);
        node.GroupId.ShouldBe(status.GroupId);
        node.User.ShouldBe(_accounts.User(status.UserId));
        node.Inode.ShouldBe(status.Inode);
        node.Links.ShouldBe(status.Links);
        node.Size.ShouldBe(node.Type == NodeType.File ? (ulong)status.Size : 0);
        var expected = (status.Type, status.Type is FileType.CharacterDevice or FileType.BlockDevice ? status.NodeDevice : 0);
        (TypeOf(node.Type), node.Device).ShouldBe(expected);
        node.ExtendedAttributes.ShouldBeEquivalentTo(directory.ReadAttributes(node.Name));
        if (node.Type == NodeType.Symlink)
        {
            var link = new byte[4096];
            node.LinkTarget.ShouldBe(link[..directory.ReadLink(node.Name, link)]);
        }
    }

    private static FileType TypeOf(NodeType type) => type switch
    {
        NodeType.File => FileType.Regular,
        NodeType.Directory => FileType.Directory,
        NodeType.Symlink => FileType.SymbolicLink,
        NodeType.Fifo => FileType.Fifo,
        NodeType.Socket => FileType.Socket,
        NodeType.CharDevice => FileType.CharacterDevice,
        NodeType.BlockDevice => FileType.BlockDevice,
        _ => FileType.Unknown,
    };

    private static async Task AssertContentAsync(BlobReader reader, Node node, DirectoryHandle directory, FileStatus status)
    {
        using var file = directory.OpenFile(node.Name, out _);
        var at = 0L;
        foreach (var blob in node.Content!)
        {
            var kept = await reader.ReadAsync(blob, BlobKind.Data, CancellationToken.None);
            var real = new byte[kept.Length];
            file.ReadAt(at, real).ShouldBe(real.Length);
            kept.AsSpan().SequenceEqual(real).ShouldBeTrue($"{node} at {at}");
            at += kept.Length;
        }

        at.ShouldBe(status.Size);
    }

    private static List<string> Names(DirectoryHandle directory)
    {
        var names = new List<string>();
        var buffer = new byte[64 * 1024];
        directory.Rewind();
        for (int used; (used = directory.ReadEntries(buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, used)))
            {
                names.Add(Convert.ToHexString(entry.Name));
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
