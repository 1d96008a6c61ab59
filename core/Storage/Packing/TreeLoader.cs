using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Packing;

/// <summary>Reads trees of a repository. Safe for several threads.</summary>
public sealed class TreeLoader(BlobReader blobs)
{
    /// <exception cref="RepositoryDamagedException">The tree is missing or damaged.</exception>
    public async Task<Tree> LoadAsync(TreeId id, CancellationToken cancellationToken) =>
        TreeReader.Read(await blobs.ReadAsync(id.Blob, BlobKind.Tree, cancellationToken), id);

    /// <summary>Finds the node at a path of names with slashes between; null when there is none. The empty path has no node: it is the root.</summary>
    public async Task<Node?> FindAsync(TreeId root, ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        var tree = root;
        while (true)
        {
            var slash = path.Span.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            var node = (await LoadAsync(tree, cancellationToken)).Find(name.Span);
            if (slash < 0 || node?.Subtree is null)
            {
                return slash < 0 ? node : null;
            }

            tree = node.Subtree.Value;
            path = path[(slash + 1)..];
        }
    }
}
