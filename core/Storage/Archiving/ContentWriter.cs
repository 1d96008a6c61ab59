using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Writes a file that is in memory.</summary>
internal static class ContentWriter
{
    public static async Task<BlobId[]> WriteAsync(
        BlobLane lane, ChunkingPolicy chunking, byte[] name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        List<BlobId> blobs = [];
        var chunker = chunking.For(name, content.Length, content.Span[..Math.Min(content.Length, ChunkingPolicy.HeadSize)]);
        for (var at = 0; at < content.Length;)
        {
            var chunk = content.Slice(at, chunker.FindCut(content.Span[at..], at));
            var id = new BlobId(ObjectId.Hash(chunk.Span));
            await lane.WriteAsync(id, chunk, cancellationToken);
            blobs.Add(id);
            at += chunk.Length;
        }

        return [.. blobs];
    }
}
