using System.Runtime.InteropServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>A block of entries, filled by one thread.</summary>
internal sealed class IndexSegment
{
    public IndexEntry[] Entries { get; } = GC.AllocateUninitializedArray<IndexEntry>(BlobIndex.SegmentSize);

    public int Count { get; set; }
}

/// <summary>An index entry in 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexEntry
{
    public ObjectId Id;

    /// <summary>The pack's number; the top bit says tree.</summary>
    public uint Pack;

    public uint Offset;
    public uint Length;
    public uint RawLength;

    public static IndexEntry From(ObjectId id, uint pack, uint offset, uint length, uint rawLength) =>
        new() { Id = id, Pack = pack, Offset = offset, Length = length, RawLength = rawLength };
}
