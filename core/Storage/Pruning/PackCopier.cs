using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Pruning;

/// <summary>Copies blobs of a pack into new packs, each one opened and checked against its id on the way. For one thread.</summary>
internal sealed class PackCopier(OpenRepository repository, BlobReader reader, BlobLane data, BlobLane trees)
{
    /// <summary>Reading over a gap this small costs less than another call.</summary>
    private const uint SmallGap = 64 << 10;

    private const int LargestRead = 8 << 20;

    private byte[] _sealed = [];
    private byte[] _plain = [];

    /// <param name="blobs">Entries of one pack, by their offsets.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    public async Task CopyAsync(List<PackEntry> blobs, CancellationToken cancellationToken)
    {
        for (var first = 0; first < blobs.Count;)
        {
            var last = first;
            while (last + 1 < blobs.Count && Continues(blobs[first], blobs[last], blobs[last + 1]))
            {
                last++;
            }

            await CopyRangeAsync(blobs, first, last, cancellationToken);
            first = last + 1;
        }
    }

    private static bool Continues(PackEntry first, PackEntry last, PackEntry next) =>
        next.At.Offset <= (long)last.At.Offset + last.At.Length + SmallGap
        && (long)next.At.Offset + next.At.Length - first.At.Offset <= LargestRead;

    private async Task CopyRangeAsync(List<PackEntry> blobs, int first, int last, CancellationToken cancellationToken)
    {
        var start = blobs[first].At.Offset;
        long end = 0;
        for (var i = first; i <= last; i++)
        {
            end = Math.Max(end, (long)blobs[i].At.Offset + blobs[i].At.Length);
        }

        if (end - start > BlobReader.MaxBlob)
        {
            throw new RepositoryDamagedException("A blob claims to be larger than any program writes.", PackOf(blobs[first]), blobs[first].Blob.Id);
        }

        var range = Room(ref _sealed, (int)(end - start));
        await repository.Backend.ReadAsync(PackOf(blobs[first]), start, range, cancellationToken);
        for (var i = first; i <= last; i++)
        {
            var (id, at) = blobs[i].Blob;
            var plain = Room(ref _plain, (int)at.PlainLength);
            reader.Decode(id, at, range.Span.Slice((int)(at.Offset - start), (int)at.Length), plain.Span);
            await (at.Kind == BlobKind.Tree ? trees : data).WriteAsync(id, plain, cancellationToken);
        }
    }

    private static RepositoryFile PackOf(PackEntry entry) => new(FileKind.Pack, entry.At.Pack.Value);

    private static Memory<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, 1 << 20));
        }

        return buffer.AsMemory(0, length);
    }
}
