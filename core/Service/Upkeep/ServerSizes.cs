using System.Collections.Concurrent;
using System.Text;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// How much a snapshot's mounts hold. What the snapshot's own figures say is no measure for that: a game installed in the container can be a
/// thousand times its world. Folders that did not change since are not read again.
/// </summary>
internal sealed class ServerSizes(RepositoryAccess access, SnapshotStore store)
{
    private const int MostKnown = 500_000;

    private readonly ConcurrentDictionary<TreeId, PlaceSize> _known = new();

    /// <summary>Each mount's size by its folder in the snapshot; without mounts that of the writable layers.</summary>
    /// <exception cref="RepositoryDamagedException">A tree can't be read.</exception>
    public async Task<IReadOnlyDictionary<string, PlaceSize>> OfAsync(SnapshotId snapshot, CancellationToken cancellationToken)
    {
        await using var session = await access.ReadAsync(cancellationToken);
        var trees = await session.TreesAsync(cancellationToken);
        var root = store.Tree(snapshot);
        if (_known.Count > MostKnown)
            _known.Clear();
        var mounts = await BelowAsync(trees, root, "mounts", cancellationToken);
        return mounts.Count > 0 ? mounts : await BelowAsync(trees, root, "containers", cancellationToken);
    }

    private async Task<Dictionary<string, PlaceSize>> BelowAsync(TreeLoader trees, TreeId root, string top, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, PlaceSize>(StringComparer.Ordinal);
        if ((await trees.FindAsync(root, Encoding.UTF8.GetBytes(top), cancellationToken))?.Subtree is not { } folder)
            return places;
        foreach (var node in (await trees.LoadAsync(folder, cancellationToken)).Nodes)
        {
            if (node.Subtree is { } below)
                places[$"{top}/{PathText.Show(node.Name)}"] = await MeasureAsync(trees, below, cancellationToken);
        }

        return places;
    }

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

/// <summary>Files and their bytes in one place.</summary>
internal sealed record PlaceSize(long Files, long Bytes)
{
    public static PlaceSize operator +(PlaceSize one, PlaceSize other) => new(one.Files + other.Files, one.Bytes + other.Bytes);
}
