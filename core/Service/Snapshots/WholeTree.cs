using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Whether all a tree needs is in the repository.</summary>
internal static class WholeTree
{
    /// <summary>Reads every tree and looks up every blob of its files; their content is not read.</summary>
    /// <exception cref="RepositoryDamagedException">A tree is not there or can't be read.</exception>
    public static async Task<bool> IsThereAsync(BlobReader blobs, TreeId root, CancellationToken cancellationToken)
    {
        var seen = new HashSet<TreeId> { root };
        var left = new Stack<TreeId>(seen);
        while (left.TryPop(out var id))
        {
            var tree = TreeReader.Read(await blobs.ReadAsync(id.Blob, BlobKind.Tree, cancellationToken), id);
            foreach (var node in tree.Nodes)
            {
                if (node.Subtree is { } below && seen.Add(below))
                    left.Push(below);
                if ((node.Content ?? []).Any(blob => !blobs.Index.Contains(blob, BlobKind.Data)))
                    return false;
            }
        }

        return true;
    }
}
