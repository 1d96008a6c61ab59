using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>
/// Finds the handle of a blob: a hash table of 32-bit slots. A slot holds an entry's handle in its low bits and, in what is left above, some bits
/// of the blob's id, which spares nearly every look at an entry that is another blob's. Ids are hashes already, so their bits serve as they are.
/// For one thread at a time.
/// </summary>
internal sealed class HandleTable(IndexEntries entries)
{
    private const uint TreeSeed = 0x9E37_79B9;

    /// <summary>Segments from which on it is filled by several threads.</summary>
    private const int SegmentsWorthThreads = 4;

    private uint[] _slots = new uint[1024];
    private int _handleBits = 10;
    private long _count;

    /// <summary>Different blobs.</summary>
    public long Count => _count;

    public long MemoryBytes => _slots.Length * 4L;

    /// <summary>The first entry of a blob; <see cref="BlobIndex.None"/> when there is none.</summary>
    public int Find(in ObjectId id, BlobKind kind)
    {
        var mask = (uint)_slots.Length - 1;
        var fingerprint = Fingerprint(id);
        var handleMask = (1u << _handleBits) - 1;
        for (var at = Bucket(id, kind) & mask; ; at = (at + 1) & mask)
        {
            var slot = _slots[at];
            if (slot == 0)
            {
                return BlobIndex.None;
            }

            if ((slot & ~handleMask) == fingerprint)
            {
                var handle = (int)(slot & handleMask) - 1;
                ref var entry = ref entries[handle];
                if (entry.Id == id && entry.Kind == kind)
                {
                    return handle;
                }
            }
        }
    }

    /// <summary>Takes in an entry that was just added.</summary>
    public void Insert(int handle)
    {
        if ((_count + 1) * 3 > _slots.Length * 2L || handle + 1 >= 1L << _handleBits)
        {
            Rebuild();
            return;
        }

        if (InsertAt(_slots, handle))
        {
            _count++;
        }
    }

    /// <summary>Makes it anew, sized for what is there and half as much again.</summary>
    public void Rebuild()
    {
        var count = entries.Count;
        var slots = Math.Max(1024, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(count * 4 / 3, 1) + 1));
        while (count * 3 > (long)slots * 2)
        {
            slots *= 2;
        }

        _handleBits = Math.Max(10, BitOperations.Log2((ulong)Math.Max(entries.Limit * 5L / 4, 1024)) + 1);
        _slots = new uint[slots];
        _count = 0;
        if (entries.Segments.Count < SegmentsWorthThreads)
        {
            for (var s = 0; s < entries.Segments.Count; s++)
            {
                _count += InsertSegment(s);
            }
        }
        else
        {
            // Entries stand still and slots are taken by compare-and-swap: threads need not know of each other.
            Parallel.For(0, entries.Segments.Count, s => Interlocked.Add(ref _count, InsertSegment(s)));
        }
    }

    private static uint Bucket(in ObjectId id, BlobKind kind) => (uint)(id.A >> 32) ^ (kind == BlobKind.Tree ? TreeSeed : 0);

    private uint Fingerprint(in ObjectId id) => _handleBits >= 32 ? 0 : (uint)id.B << _handleBits;

    private bool InsertAt(uint[] slots, int handle)
    {
        ref var entry = ref entries[handle];
        var mask = (uint)slots.Length - 1;
        var handleMask = (1u << _handleBits) - 1;
        var fingerprint = Fingerprint(entry.Id);
        for (var at = Bucket(entry.Id, entry.Kind) & mask; ; at = (at + 1) & mask)
        {
            var slot = Volatile.Read(ref slots[at]);
            if (slot == 0)
            {
                slot = Interlocked.CompareExchange(ref slots[at], fingerprint | (uint)(handle + 1), 0);
                if (slot == 0)
                {
                    return true;
                }
            }

            if ((slot & ~handleMask) == fingerprint)
            {
                ref var other = ref entries[(int)(slot & handleMask) - 1];
                if (other.Id == entry.Id && other.Kind == entry.Kind)
                {
                    return false;
                }
            }
        }
    }

    private int InsertSegment(int segment)
    {
        // Each insert is one miss of the cache: ask for the slots of some entries ahead.
        const int Ahead = 24;
        var filled = entries.Segments[segment].Filled;
        var mask = (uint)_slots.Length - 1;
        var inserted = 0;
        for (var i = 0; i < filled.Length; i++)
        {
            if (i + Ahead < filled.Length)
            {
                ref var next = ref filled[i + Ahead];
                Prefetch(ref _slots[Bucket(next.Id, next.Kind) & mask]);
            }

            if (InsertAt(_slots, IndexEntries.Handle(segment, i)))
            {
                inserted++;
            }
        }

        return inserted;
    }

    private static unsafe void Prefetch(ref uint slot)
    {
        if (Sse.IsSupported)
        {
            // A hint about an address: it is harmless when the collector has moved the array meanwhile.
            Sse.Prefetch0(Unsafe.AsPointer(ref slot));
        }
    }
}
