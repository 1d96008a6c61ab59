using System.Buffers.Binary;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Packing;

/// <summary>
/// The list of blobs at a pack's end, sealed, with its length in the last four bytes ("Pack Format" in restic's design document). The
/// index is made of these; when an index is lost, they bring it back.
/// </summary>
public static class PackHeader
{
    private const int PlainEntry = 1 + 4 + ObjectId.Size;
    private const int CompressedEntry = PlainEntry + 4;
    private const int MaxHeader = 64 << 20;

    /// <summary>Bytes of a header beside its entries.</summary>
    internal const int FixedLength = MasterKey.Overhead + 4;

    /// <summary>Bytes the header takes for one blob.</summary>
    internal static int EntryLength(in BlobLocation blob) => blob.IsCompressed ? CompressedEntry : PlainEntry;

    /// <summary>Bytes the header takes at most for so many blobs, its length field counted.</summary>
    internal static int MaxLength(int blobs) => (blobs * CompressedEntry) + MasterKey.Overhead + 4;

    /// <summary>Writes the sealed header and its length; returns the bytes written.</summary>
    internal static int Write(IReadOnlyList<PackedBlob> blobs, MasterKey key, Span<byte> output)
    {
        var at = MasterKey.IvSize;
        foreach (var blob in blobs)
        {
            var compressed = blob.RawLength != 0;
            output[at] = (byte)((byte)blob.Kind | (compressed ? 2 : 0));
            BinaryPrimitives.WriteUInt32LittleEndian(output[(at + 1)..], blob.Length);
            at += 5;
            if (compressed)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(output[at..], blob.RawLength);
                at += 4;
            }

            blob.Id.Value.CopyTo(output[at..]);
            at += ObjectId.Size;
        }

        var sealedLength = at + MasterKey.MacSize;
        key.Seal(output[..sealedLength]);
        BinaryPrimitives.WriteUInt32LittleEndian(output[sealedLength..], (uint)sealedLength);
        return sealedLength + 4;
    }

    /// <summary>Reads a pack's list of blobs from its end.</summary>
    /// <exception cref="RepositoryDamagedException">The pack is not readable.</exception>
    public static async Task<IReadOnlyList<IndexedBlob>> ReadAsync(
        OpenRepository repository, PackId pack, long packSize, CancellationToken cancellationToken)
    {
        // One read gets the header of nearly every pack.
        var file = new RepositoryFile(FileKind.Pack, pack.Value);
        var tail = new byte[(int)Math.Min(packSize, 32 * 1024)];
        await repository.Backend.ReadAsync(file, packSize - tail.Length, tail, cancellationToken);
        var length = HeaderLength(tail, packSize, file);
        if (length + 4 > tail.Length)
        {
            tail = new byte[length + 4];
            await repository.Backend.ReadAsync(file, packSize - tail.Length, tail, cancellationToken);
        }

        return Parse(tail.AsSpan(tail.Length - 4 - length, length), repository.Key, pack, packSize - 4 - length);
    }

    /// <summary>Reads the list of blobs of a pack that is in memory whole.</summary>
    public static IReadOnlyList<IndexedBlob> Read(OpenRepository repository, PackId pack, Span<byte> content)
    {
        var length = HeaderLength(content, content.Length, new RepositoryFile(FileKind.Pack, pack.Value));
        var copy = content.Slice(content.Length - 4 - length, length).ToArray();
        return Parse(copy, repository.Key, pack, content.Length - 4 - length);
    }

    private static int HeaderLength(ReadOnlySpan<byte> tail, long packSize, RepositoryFile file)
    {
        var length = tail.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(tail[^4..]) : 0;
        return length < MasterKey.Overhead || length > MaxHeader || length + 4 > packSize
            ? throw new RepositoryDamagedException($"Pack {file.Id.ToShortString()} is damaged: its end is not that of a pack.", file)
            : (int)length;
    }

    private static List<IndexedBlob> Parse(Span<byte> header, MasterKey key, PackId pack, long dataLength)
    {
        var file = new RepositoryFile(FileKind.Pack, pack.Value);
        if (!key.TryOpen(header, out var plain))
        {
            throw new RepositoryDamagedException($"Pack {pack.Value.ToShortString()} is damaged: the seal of its header is broken.", file);
        }

        List<IndexedBlob> blobs = [];
        uint offset = 0;
        for (var at = 0; at < plain.Length;)
        {
            var kind = plain[at];
            var size = (kind & 2) != 0 ? CompressedEntry : PlainEntry;
            if (kind > 3 || at + size > plain.Length)
            {
                throw new RepositoryDamagedException($"Pack {pack.Value.ToShortString()} is damaged: its header makes no sense.", file);
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(plain[(at + 1)..]);
            var raw = (kind & 2) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(plain[(at + 5)..]) : 0;
            var id = ObjectId.FromBytes(plain[(at + size - ObjectId.Size)..]);
            if (length < MasterKey.Overhead || offset + (long)length > dataLength)
            {
                throw new RepositoryDamagedException($"Pack {pack.Value.ToShortString()} is damaged: its header names more than it holds.", file);
            }

            blobs.Add(new IndexedBlob(new BlobId(id), new BlobLocation(pack, (BlobKind)(kind & 1), offset, length, raw)));
            offset += length;
            at += size;
        }

        return blobs;
    }
}
