using System.Runtime.InteropServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>A block of entries, filled by one thread.</summary>
internal sealed class IndexSegment
{
    public const int Bits = 16;
    public const int Size = 1 << Bits;

    public IndexEntry[] Entries { get; } = GC.AllocateUninitializedArray<IndexEntry>(Size);

    public int Count { get; set; }

    public Span<IndexEntry> Filled => Entries.AsSpan(0, Count);
}

/// <summary>An index entry in 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexEntry
{
    public const uint TreeBit = 0x8000_0000;

    public ObjectId Id;

    /// <summary>The pack's number; the top bit says tree.</summary>
    public uint Pack;

    public uint Offset;
    public uint Length;
    public uint RawLength;

    public readonly BlobKind Kind => (Pack & TreeBit) != 0 ? BlobKind.Tree : BlobKind.Data;

    public readonly uint PackNumber => Pack & ~TreeBit;

    public static IndexEntry From(ObjectId id, uint pack, BlobKind kind, uint offset = 0, uint length = 0, uint rawLength = 0) =>
        new() { Id = id, Pack = pack | (kind == BlobKind.Tree ? TreeBit : 0), Offset = offset, Length = length, RawLength = rawLength };
}
