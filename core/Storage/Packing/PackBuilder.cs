using System.Security.Cryptography;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Packing;

/// <summary>A blob as it lies in a pack under construction; the handle is its duty in the index.</summary>
internal readonly record struct PackedBlob(BlobId Id, BlobKind Kind, uint Offset, uint Length, uint RawLength, int Handle)
{
    /// <summary>How an index lists it.</summary>
    public IndexedBlob In(PackId pack) => new(Id, At(pack));

    public BlobLocation At(PackId pack) => new(pack, Kind, Offset, Length, RawLength);
}

/// <summary>
/// A pack under construction in page-aligned memory: blobs are compressed and sealed straight into their place, so each byte is written
/// once here and once to the disk. Owned by one thread at a time.
/// </summary>
internal sealed class PackBuilder : IDisposable
{
    /// <summary>A pack is closed when it comes near this size: restic's default.</summary>
    public const int TargetSize = 16 << 20;

    private readonly AlignedBuffer _buffer;
    private readonly List<PackedBlob> _blobs = [];
    private int _length;

    public PackBuilder(int capacity)
    {
        Capacity = capacity;
        _buffer = new AlignedBuffer(capacity);
    }

    public IReadOnlyList<PackedBlob> Blobs => _blobs;

    /// <summary>Bytes the buffer was asked to hold.</summary>
    public int Capacity { get; }

    public bool IsEmpty => _blobs.Count == 0;

    /// <summary>Bytes so far, without the header.</summary>
    public int Length => _length;

    /// <summary>The buffer a blob of this plain size needs, alone in its pack.</summary>
    public static int CapacityFor(int plainLength) =>
        Math.Max(TargetSize, Compressor.MaximumSize(plainLength) + MasterKey.Overhead + PackHeader.MaxLength(1));

    /// <summary>Whether a blob of this plain size surely fits.</summary>
    public bool Fits(int plainLength) =>
        _length + Compressor.MaximumSize(plainLength) + MasterKey.Overhead + PackHeader.MaxLength(_blobs.Count + 1) <= Capacity;

    /// <summary>Whether another's blobs fit, header and all.</summary>
    public bool Fits(PackBuilder other) =>
        _length + other._length + PackHeader.MaxLength(_blobs.Count + other._blobs.Count) <= Capacity;

    /// <summary>Compresses (where it pays) and seals a blob into the pack; returns its bytes in the pack.</summary>
    public int Append(BlobKind kind, BlobId id, ReadOnlySpan<byte> plain, int handle, Compressor? compressor, MasterKey key)
    {
        var room = _buffer.Span[_length..];
        var body = room[MasterKey.IvSize..];
        var packed = compressor?.Compress(plain, body) ?? 0;
        var bodyLength = packed;
        if (packed == 0)
        {
            plain.CopyTo(body);
            bodyLength = plain.Length;
        }

        var length = bodyLength + MasterKey.Overhead;
        key.Seal(room[..length]);
        _blobs.Add(new PackedBlob(id, kind, (uint)_length, (uint)length, packed == 0 ? 0 : (uint)plain.Length, handle));
        _length += length;
        return length;
    }

    /// <summary>Takes over what another holds. Sealed blobs do not care where they lie.</summary>
    public void Append(PackBuilder other)
    {
        other._buffer.Span[..other._length].CopyTo(_buffer.Span[_length..]);
        foreach (var blob in other._blobs)
        {
            _blobs.Add(blob with { Offset = blob.Offset + (uint)_length });
        }

        _length += other._length;
        other.Reset();
    }

    /// <summary>The sealed bytes of a blob it holds.</summary>
    public byte[] Copy(PackedBlob held) => _buffer.Span.Slice((int)held.Offset, (int)held.Length).ToArray();

    /// <summary>Writes the header; the result is the whole pack and valid until <see cref="Reset"/>.</summary>
    public (PackId Id, ReadOnlyMemory<byte> Content) Finish(MasterKey key)
    {
        var total = _length + PackHeader.Write(_blobs, key, _buffer.Span[_length..]);
        var content = _buffer.Memory[..total];
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        SHA256.HashData(content.Span, hash);
        return (new PackId(ObjectId.FromBytes(hash)), content);
    }

    /// <summary>Starts anew in the same memory.</summary>
    public void Reset()
    {
        _blobs.Clear();
        _length = 0;
    }

    public void Dispose() => _buffer.Dispose();
}
