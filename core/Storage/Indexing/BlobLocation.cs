using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>Where a blob lies: bytes in a pack.</summary>
/// <param name="Pack">The pack file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Offset">Bytes from the start of the pack.</param>
/// <param name="Length">Bytes in the pack, sealed.</param>
/// <param name="RawLength">Bytes before compression; 0 when it is stored as it is.</param>
public readonly record struct BlobLocation(PackId Pack, BlobKind Kind, uint Offset, uint Length, uint RawLength)
{
    public bool IsCompressed => RawLength != 0;

    /// <summary>Bytes of plain content.</summary>
    public uint PlainLength => IsCompressed ? RawLength : Length - Crypto.MasterKey.Overhead;
}

/// <summary>A blob and where it lies, as an index or a pack's header lists it.</summary>
public readonly record struct IndexedBlob(BlobId Id, BlobLocation Location);
