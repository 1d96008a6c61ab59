using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Games;

/// <summary>One container's files in a snapshot.</summary>
internal sealed class SnapshotGameFiles(GameTree tree, BlobReader blobs, string container) : IGameFiles
{
    public string Show(string path) => tree.Show(container, path);

    public async Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        if (await tree.FindAsync(container, path, cancellationToken) is not { Type: NodeType.File } node || node.Size > (ulong)limit)
            return null;
        using var content = new MemoryStream();
        foreach (var blob in node.Content ?? [])
        {
            content.Write(await blobs.ReadAsync(blob, BlobKind.Data, cancellationToken));

            // The size in the tree is a claim.
            if (content.Length > limit)
                return null;
        }

        return content.ToArray();
    }

    public async Task<IReadOnlyList<string>> ListAsync(string path, CancellationToken cancellationToken) =>
        await tree.FindAsync(container, path, cancellationToken) is { Type: NodeType.Directory } folder
            ? [.. (await tree.ListAsync(container, path, folder, cancellationToken))
                .Select(node => PathText.Show(node.Name) + (node.Type == NodeType.Directory ? "/" : ""))]
            : [];
}
