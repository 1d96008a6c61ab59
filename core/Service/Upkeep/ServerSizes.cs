using System.Collections.Concurrent;
using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// How much a snapshot's places hold: its mounts, their folders, what the game's profile calls the world, the writable layers. One mount may
/// hold all of a game, and then its world is a small part of it. What the snapshot's own figures say is no measure for that: a game installed in the container can be a
/// thousand times its world. Folders that did not change since are not read again.
/// </summary>
internal sealed class ServerSizes(RepositoryAccess access, SnapshotStore store, GameFinder games)
{
    private const int MostKnown = 500_000;

    private readonly ConcurrentDictionary<TreeId, PlaceSize> _known = new();

    /// <summary>The sizes by places: a mount or layer as the snapshot names it, a mount's folder below that, a part of the world as the game sees it.</summary>
    /// <exception cref="RepositoryDamagedException">A tree can't be read.</exception>
    public async Task<ServerSize> OfAsync(SnapshotId snapshot, CancellationToken cancellationToken)
    {
        await using var session = await access.ReadAsync(cancellationToken);
        var trees = await session.TreesAsync(cancellationToken);
        var root = store.Tree(snapshot);
        if (_known.Count > MostKnown)
            _known.Clear();
        var places = new Dictionary<string, PlaceSize>(StringComparer.Ordinal);
        foreach (var (mount, tree) in await AtAsync(trees, root, PlaceSizes.Mounts, cancellationToken))
        {
            places[mount] = await MeasureAsync(trees, tree, cancellationToken);
            foreach (var (folder, below) in await BelowAsync(trees, tree, mount, cancellationToken))
                places[folder] = await MeasureAsync(trees, below, cancellationToken);
        }

        foreach (var (layer, tree) in await AtAsync(trees, root, PlaceSizes.Layers, cancellationToken))
            places[layer] = await MeasureAsync(trees, tree, cancellationToken);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        await AddWorldAsync(places, document, root, trees, cancellationToken);
        return new(places, [.. document.Server.Ignored ?? [], .. (document.Server.Included ?? []).Select(path => "+" + path)]);
    }

    /// <summary>What the profile calls the world, wherever it lies; of a pattern the folder it begins in.</summary>
    private async Task AddWorldAsync(
        Dictionary<string, PlaceSize> places, ServerDocument document, TreeId root, TreeLoader trees, CancellationToken cancellationToken)
    {
        var game = games.Of(document).Profile;
        var paths = game.Parts.Where(part => part is { Kind: ProfilePartKind.Paths, Word: "world" or "saves" }).SelectMany(part => part.Paths).Select(FixedPart).Distinct();
        var tree = new GameTree(document, root, trees);
        foreach (var path in paths.Where(path => path.Length > 1))
        {
            foreach (var container in tree.Containers)
            {
                if ((await tree.FindAsync(container, path, cancellationToken))?.Subtree is { } world)
                    places[tree.Show(container, path)] = await MeasureAsync(trees, world, cancellationToken);
            }
        }
    }

    private static string FixedPart(string path)
    {
        var at = path.IndexOfAny(['*', '?', '[', '{']);
        return at < 0 ? path : path[..Math.Max(0, path.LastIndexOf('/', at))];
    }

    private static async Task<IReadOnlyList<(string Path, TreeId Tree)>> AtAsync(TreeLoader trees, TreeId root, string path, CancellationToken cancellationToken) =>
        (await trees.FindAsync(root, Encoding.UTF8.GetBytes(path), cancellationToken))?.Subtree is { } folder ? await BelowAsync(trees, folder, path, cancellationToken) : [];

    /// <summary>The folders in a folder, by their paths.</summary>
    private static async Task<IReadOnlyList<(string Path, TreeId Tree)>> BelowAsync(TreeLoader trees, TreeId folder, string path, CancellationToken cancellationToken) =>
    [
        .. (await trees.LoadAsync(folder, cancellationToken)).Nodes.Where(node => node.Subtree is not null)
            .Select(node => ($"{path}/{PathText.Show(node.Name)}", node.Subtree!.Value)),
    ];

    /// <summary>Children before parents, by a stack of its own: trees may be very deep.</summary>
    private async Task<PlaceSize> MeasureAsync(TreeLoader trees, TreeId top, CancellationToken cancellationToken)
    {
        var left = new Stack<TreeId>([top]);
        while (left.TryPeek(out var id))
        {
            if (_known.ContainsKey(id))
            {
                left.Pop();
                continue;
            }

            var tree = await trees.LoadAsync(id, cancellationToken);
            var unknown = tree.Nodes.Where(node => node.Subtree is { } below && !_known.ContainsKey(below)).ToList();
            if (unknown.Count > 0)
            {
                foreach (var node in unknown)
                    left.Push(node.Subtree!.Value);
                continue;
            }

            left.Pop();
            var size = new PlaceSize(0, 0);
            foreach (var node in tree.Nodes)
            {
                size = node.Subtree is { } below ? size + _known[below]
                    : node.Type == NodeType.File ? new PlaceSize(size.Files + 1, size.Bytes + (long)node.Size)
                    : size;
            }

            _known[id] = size;
        }

        return _known[top];
    }
}

/// <summary>How much a snapshot's places hold.</summary>
/// <param name="Places">By place.</param>
/// <param name="Ignored">Patterns of paths that people had left out of it, and with a plus before them those they had taken in.</param>
internal sealed record ServerSize(IReadOnlyDictionary<string, PlaceSize> Places, IReadOnlyList<string> Ignored);

/// <summary>Files and their bytes in one place.</summary>
internal sealed record PlaceSize(long Files, long Bytes)
{
    public static PlaceSize None { get; } = new(0, 0);

    public static PlaceSize operator +(PlaceSize one, PlaceSize other) => new(one.Files + other.Files, one.Bytes + other.Bytes);
}
