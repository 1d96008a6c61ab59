using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Reads <c>server.json</c> out of a snapshot.</summary>
internal static class SnapshotDocuments
{
    private const long LargestDocument = 64L << 20;

    /// <summary>Reads the document at the root of a tree.</summary>
    /// <exception cref="RepositoryDamagedException">It is missing or can't be read.</exception>
    public static async Task<ServerDocument> ReadAsync(RepositorySession session, TreeId tree, CancellationToken cancellationToken)
    {
        var blobs = await session.BlobsAsync(cancellationToken);
        var root = TreeReader.Read(await blobs.ReadAsync(tree.Blob, BlobKind.Tree, cancellationToken), tree);
        if (root.Find(Encoding.ASCII.GetBytes(ServerDocument.FileName)) is not { Type: NodeType.File, Content: { } content } node)
            throw new RepositoryDamagedException($"The snapshot has no {ServerDocument.FileName}.");
        if (node.Size > (ulong)LargestDocument)
            throw new RepositoryDamagedException($"The snapshot's {ServerDocument.FileName} is larger than any this program writes.");
        using var json = new MemoryStream();
        foreach (var blob in content)
            json.Write(await blobs.ReadAsync(blob, BlobKind.Data, cancellationToken));
        return SnapshotLayout.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }
}
