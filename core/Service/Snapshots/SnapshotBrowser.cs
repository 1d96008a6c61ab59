using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Looks into snapshots: lists directories and gives files' bytes, by the paths games see. Runs where it is called.</summary>
public sealed class SnapshotBrowser
{
    private readonly RepositoryAccess _access;
    private readonly SnapshotStore _store;
    private readonly GameFinder _games;

    internal SnapshotBrowser(RepositoryAccess access, SnapshotStore store, GameFinder games)
    {
        _access = access;
        _store = store;
        _games = games;
    }

    /// <summary>Lists a directory, or shows one file. Null lists the root: of the one container, or one entry for each of several.</summary>
    public async Task<SnapshotListing> ListAsync(SnapshotId snapshot, string? path, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var (tree, game) = await OpenAsync(session, snapshot, cancellationToken);
        if (path is null && tree.Containers.Count > 1)
            return new SnapshotListing.Entries("", [.. await ContainersAsync(tree, game, cancellationToken)]);
        if (!GamePath.TryParse(path ?? "/", out var parsed) || tree.ContainerOf(parsed.Value) is not { } container)
            return new SnapshotListing.Refused(new Refusal.PathRefused(path ?? "/"));
        var at = parsed.Value.Path;
        if (await tree.FindAsync(container, at, cancellationToken) is not { } node)
            return new SnapshotListing.Refused(new Refusal.PathUnknown(path ?? "/"));
        if (node.Type != NodeType.Directory)
            return new SnapshotListing.Entries(tree.Show(container, at), [Entry(tree, game, container, at, node)]);
        var nodes = await tree.ListAsync(container, at, node, cancellationToken);
        return new SnapshotListing.Entries(
            tree.Show(container, at), [.. nodes.Select(one => Entry(tree, game, container, GamePath.Join(at, PathText.Show(one.Name)), one))]);
    }

    /// <summary>Writes a file's bytes to a stream, every blob checked before it is written.</summary>
    /// <exception cref="RepositoryDamagedException">A blob is missing or broken; what was written before it is good.</exception>
    public async Task<SnapshotFileBytes> GetAsync(SnapshotId snapshot, string path, Func<SnapshotEntry, Stream> open, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var (tree, game) = await OpenAsync(session, snapshot, cancellationToken);
        if (!GamePath.TryParse(path, out var parsed) || tree.ContainerOf(parsed.Value) is not { } container)
            return new SnapshotFileBytes.Refused(new Refusal.PathRefused(path));
        if (await tree.FindAsync(container, parsed.Value.Path, cancellationToken) is not { } node)
            return new SnapshotFileBytes.Refused(new Refusal.PathUnknown(path));
        var entry = Entry(tree, game, container, parsed.Value.Path, node);
        if (node.Type != NodeType.File)
            return new SnapshotFileBytes.Refused(new Refusal.PathNotAFile(path, entry.Type));

        var blobs = await session.BlobsAsync(cancellationToken);
        var written = 0L;
        await using var output = open(entry);
        foreach (var blob in node.Content ?? [])
        {
            var content = await blobs.ReadAsync(blob, BlobKind.Data, cancellationToken);
            await output.WriteAsync(content, cancellationToken);
            written += content.Length;
        }

        await output.FlushAsync(cancellationToken);
        return new SnapshotFileBytes.Written(entry, written);
    }

    /// <summary>Whether the game's profile says of a path that it holds secrets: a console's password, a list of who may what. True also of a path
    /// that can't be read: who asks this means to keep something from somebody.</summary>
    public async Task<bool> IsSecretAsync(SnapshotId snapshot, string path, CancellationToken cancellationToken)
    {
        if (!GamePath.TryParse(path, out var parsed))
            return true;
        await using var session = await _access.ReadAsync(cancellationToken);
        var document = await SnapshotDocuments.ReadAsync(session, _store.Tree(snapshot), cancellationToken);
        return GameOf(document).IsSecret(parsed.Value.Path);
    }

    internal static string TypeText(NodeType type) => type switch
    {
        NodeType.File => "file",
        NodeType.Directory => "dir",
        NodeType.Symlink => "symlink",
        NodeType.Fifo => "fifo",
        NodeType.Socket => "socket",
        NodeType.CharDevice => "chardev",
        NodeType.BlockDevice => "dev",
        _ => "other",
    };

    /// <summary>The snapshot as its game sees it, and the game as the snapshot has it: whether its containers still exist changes no answer.</summary>
    private async Task<(GameTree Tree, Game Game)> OpenAsync(RepositorySession session, SnapshotId snapshot, CancellationToken cancellationToken)
    {
        var root = _store.Tree(snapshot);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        return (new GameTree(document, root, await session.TreesAsync(cancellationToken)), GameOf(document));
    }

    private Game GameOf(ServerDocument document)
    {
        try
        {
            return _games.Of(document);
        }
        catch (EngineAnswerException)
        {
            // A description that can't be read hides no file; what is secret is then judged by the profile alone.
            return _games.Of(document.Server.Profile, []);
        }
    }

    private static async Task<IReadOnlyList<SnapshotEntry>> ContainersAsync(GameTree tree, Game game, CancellationToken cancellationToken)
    {
        var entries = new List<SnapshotEntry>();
        foreach (var container in tree.Containers)
        {
            if (await tree.FindAsync(container, "/", cancellationToken) is { } node)
                entries.Add(Entry(tree, game, container, "/", node) with { Name = container });
        }

        return entries;
    }

    private static SnapshotEntry Entry(GameTree tree, Game game, string container, string path, Node node) => new()
    {
        Name = path[(path.LastIndexOf('/') + 1)..],
        Path = tree.Show(container, path),
        Type = TypeText(node.Type),
        Size = (long)node.Size,
        Mode = node.Permissions,
        UserId = node.UserId,
        GroupId = node.GroupId,
        ModifiedAt = node.ModifiedAt.ToDateTimeOffset(),
        LinkTarget = node.LinkTarget is { } target ? PathText.Show(target) : null,
        IsSecret = (game.Container is null || game.Container.Name == container) && game.IsSecret(path),
    };
}
