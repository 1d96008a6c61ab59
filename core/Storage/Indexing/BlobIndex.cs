using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>
/// Every blob of a repository and where it lies, in memory: 48 bytes an entry plus a hash table of 32-bit slots (at most 8 bytes an entry),
/// so that ten million blobs take about half a gigabyte. Safe for use from several threads.
/// </summary>
/// <remarks>
/// A slot holds an entry's handle in its low bits and, in what is left above, some bits of the blob's id, which spares nearly every
/// look at an entry that is another blob's. Ids are hashes already, so their bits serve as they are.
/// A blob that stands in several packs has several entries; the table leads to the first.
/// </remarks>
public sealed class BlobIndex
{
    /// <summary>The handle of a blob that is not there.</summary>
    public const int None = -1;

    internal const int SegmentBits = 16;
    internal const int SegmentSize = 1 << SegmentBits;

    private const uint Pending = 0x7FFF_FFFF;
    private const uint Abandoned = 0x7FFF_FFFE;
    private const uint TreeBit = 0x8000_0000;

    /// <summary>Segments from which on the table is filled by several threads.</summary>
    private const int SegmentsWorthThreads = 4;

    private readonly Lock _gate = new();
    private readonly List<IndexSegment> _segments = [];
    private readonly List<PackId> _packs = [];
    private uint[] _slots = new uint[1024];
    private int _handleBits = 10;
    private long _known;

    /// <summary>Entries, a blob in several packs counted for each.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _segments.Sum(s => (long)s.Count);
            }
        }
    }

    /// <summary>Different blobs.</summary>
    public long DistinctCount
    {
        get
        {
            lock (_gate)
            {
                return _known;
            }
        }
    }

    /// <summary>Bytes the index holds for its entries and table.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_gate)
            {
                return ((long)_segments.Count * SegmentSize * Unsafe.SizeOf<IndexEntry>()) + (_slots.Length * 4L) + (_packs.Count * 32L);
            }
        }
    }

    /// <summary>Packs that any entry names, in the order they came.</summary>
    public IReadOnlyList<PackId> Packs
    {
        get
        {
            lock (_gate)
            {
                return [.. _packs];
            }
        }
    }

    /// <summary>Finds a blob. One that is claimed but not yet in a pack is not found.</summary>
    public bool TryFind(BlobId id, BlobKind kind, out BlobLocation location)
    {
        lock (_gate)
        {
            var handle = Find(id.Value, kind);
            if (handle != None && PackNumber(Entry(handle)) < Abandoned)
            {
                location = Location(Entry(handle));
                return true;
            }
        }

        location = default;
        return false;
    }

    /// <summary>Where else a blob lies than there: every entry is looked at, for the rare time that a copy turns out to be damaged.</summary>
    public IReadOnlyList<BlobLocation> FindOthers(BlobId id, in BlobLocation than)
    {
        var others = new List<BlobLocation>();
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                foreach (ref readonly var entry in segment.Entries.AsSpan(0, segment.Count))
                {
                    if (entry.Id == id.Value && PackNumber(entry) < Abandoned && Location(entry) is var at && at.Kind == than.Kind && at != than)
                    {
                        others.Add(at);
                    }
                }
            }
        }

        return others;
    }

    /// <summary>Whether a blob is there or claimed by a writer of this process.</summary>
    public bool Contains(BlobId id, BlobKind kind)
    {
        lock (_gate)
        {
            var handle = Find(id.Value, kind);
            return handle != None && PackNumber(Entry(handle)) != Abandoned;
        }
    }

    /// <summary>Takes the duty to write a blob: a handle for the one who gets it, <see cref="None"/> when the blob is there or another's duty.</summary>
    internal int Claim(BlobId id, BlobKind kind)
    {
        lock (_gate)
        {
            var handle = Find(id.Value, kind);
            if (handle != None)
            {
                ref var known = ref Entry(handle);
                if (PackNumber(known) != Abandoned)
                {
                    return None;
                }

                known.Pack |= Pending;
                return handle;
            }

            handle = Append(IndexEntry.From(id.Value, Pending | (kind == BlobKind.Tree ? TreeBit : 0), 0, 0, 0));
            Insert(handle);
            return handle;
        }
    }

    /// <summary>Keeps the promise of <see cref="Claim"/>: the blobs lie in this pack now.</summary>
    internal void Fulfil(PackId pack, ReadOnlySpan<(int Handle, uint Offset, uint Length, uint RawLength)> blobs)
    {
        lock (_gate)
        {
            var number = (uint)_packs.Count;
            _packs.Add(pack);
            foreach (var (handle, offset, length, rawLength) in blobs)
            {
                ref var entry = ref Entry(handle);
                entry.Pack = (entry.Pack & TreeBit) | number;
                entry.Offset = offset;
                entry.Length = length;
                entry.RawLength = rawLength;
            }
        }
    }

    /// <summary>Takes promises back: these blobs are in no pack that others can find. Whoever needs one writes it again.</summary>
    internal void Abandon(IEnumerable<int> handles)
    {
        lock (_gate)
        {
            foreach (var handle in handles)
            {
                ref var entry = ref Entry(handle);
                entry.Pack = (entry.Pack & TreeBit) | Abandoned;
            }
        }
    }

    /// <summary>Adds what a pack holds, for a pack found without an index.</summary>
    public void Add(PackId pack, IEnumerable<IndexedBlob> blobs)
    {
        lock (_gate)
        {
            var number = (uint)_packs.Count;
            _packs.Add(pack);
            foreach (var (id, at) in blobs)
            {
                var entry = IndexEntry.From(id.Value, number | (at.Kind == BlobKind.Tree ? TreeBit : 0), at.Offset, at.Length, at.RawLength);
                var known = Find(id.Value, at.Kind);
                if (known != None && PackNumber(Entry(known)) == Abandoned)
                {
                    Entry(known) = entry;
                }
                else
                {
                    Insert(Append(entry));
                }
            }
        }
    }

    /// <summary>Calls back for every entry that lies in a pack, with the pack's number in <see cref="Packs"/>. Not to be changed meanwhile.</summary>
    public void ForEach(Action<IndexedBlob, int> visit)
    {
        foreach (var segment in _segments)
        {
            for (var i = 0; i < segment.Count; i++)
            {
                ref var entry = ref segment.Entries[i];
                if (PackNumber(entry) < Abandoned)
                {
                    visit(new IndexedBlob(new BlobId(entry.Id), Location(entry)), (int)PackNumber(entry));
                }
            }
        }
    }

    /// <summary>Above every handle there is: room for a bit for each.</summary>
    internal int HandleLimit => _segments.Count << SegmentBits;

    /// <summary>The handle the table leads to: the first of a blob's entries. <see cref="None"/> when there is none.</summary>
    internal int HandleOf(BlobId id, BlobKind kind)
    {
        lock (_gate)
        {
            return Find(id.Value, kind);
        }
    }

    /// <summary>The handles of all entries that lie in a pack. The index is not to be changed meanwhile.</summary>
    internal IEnumerable<int> Handles()
    {
        for (var s = 0; s < _segments.Count; s++)
        {
            var segment = _segments[s];
            for (var i = 0; i < segment.Count; i++)
            {
                if (PackNumber(segment.Entries[i]) != Pending)
                {
                    yield return (s << SegmentBits) | i;
                }
            }
        }
    }

    /// <summary>The number of the pack an entry lies in, a position in <see cref="Packs"/>.</summary>
    internal int PackOf(int handle) => (int)PackNumber(Entry(handle));

    /// <summary>The entry of a handle.</summary>
    internal IndexedBlob BlobAt(int handle)
    {
        ref var entry = ref Entry(handle);
        return new IndexedBlob(new BlobId(entry.Id), Location(entry));
    }

    /// <summary>Takes over segments a loader has filled; their pack numbers are positions in <paramref name="packs"/>.</summary>
    internal void Load(IReadOnlyList<IndexSegment> segments, IReadOnlyList<PackId> packs)
    {
        lock (_gate)
        {
            _segments.AddRange(segments);
            _packs.AddRange(packs);
            Rebuild();
        }
    }

    private static uint PackNumber(in IndexEntry entry) => entry.Pack & ~TreeBit;

    private BlobLocation Location(in IndexEntry entry) => new(
        _packs[(int)PackNumber(entry)], (entry.Pack & TreeBit) != 0 ? BlobKind.Tree : BlobKind.Data, entry.Offset, entry.Length, entry.RawLength);

    private ref IndexEntry Entry(int handle) => ref _segments[handle >> SegmentBits].Entries[handle & (SegmentSize - 1)];

    private int Append(in IndexEntry entry)
    {
        if (_segments.Count == 0 || _segments[^1].Count == SegmentSize)
        {
            _segments.Add(new IndexSegment());
        }

        var segment = _segments[^1];
        segment.Entries[segment.Count] = entry;
        return ((_segments.Count - 1) << SegmentBits) | segment.Count++;
    }

    private static uint Bucket(in ObjectId id, BlobKind kind) => (uint)(id.A >> 32) ^ (kind == BlobKind.Tree ? 0x9E37_79B9u : 0);

    private int Find(in ObjectId id, BlobKind kind)
    {
        var mask = (uint)_slots.Length - 1;
        var fingerprint = Fingerprint(id);
        var handleMask = (1u << _handleBits) - 1;
        for (var at = Bucket(id, kind) & mask; ; at = (at + 1) & mask)
        {
            var slot = _slots[at];
            if (slot == 0)
            {
                return None;
            }

            if ((slot & ~handleMask) == fingerprint)
            {
                var handle = (int)(slot & handleMask) - 1;
                ref var entry = ref Entry(handle);
                if (entry.Id == id && (entry.Pack & TreeBit) != 0 == (kind == BlobKind.Tree))
                {
                    return handle;
                }
            }
        }
    }

    private uint Fingerprint(in ObjectId id) => _handleBits >= 32 ? 0 : (uint)id.B << _handleBits;

    private void Insert(int handle)
    {
        if ((_known + 1) * 3 > _slots.Length * 2L || handle + 1 >= 1L << _handleBits)
        {
            Rebuild();
            return;
        }

        if (InsertAt(_slots, handle))
        {
            _known++;
        }
    }

    private bool InsertAt(uint[] slots, int handle)
    {
        ref var entry = ref Entry(handle);
        var kind = (entry.Pack & TreeBit) != 0 ? BlobKind.Tree : BlobKind.Data;
        var mask = (uint)slots.Length - 1;
        var handleMask = (1u << _handleBits) - 1;
        var fingerprint = Fingerprint(entry.Id);
        for (var at = Bucket(entry.Id, kind) & mask; ; at = (at + 1) & mask)
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
                ref var other = ref Entry((int)(slot & handleMask) - 1);
                if (other.Id == entry.Id && (other.Pack & TreeBit) == (entry.Pack & TreeBit))
                {
                    return false;
                }
            }
        }
    }

    /// <summary>Makes the table anew, sized for what is there and half as much again.</summary>
    private void Rebuild()
    {
        var entries = _segments.Sum(s => (long)s.Count);
        var slots = Math.Max(1024, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(entries * 4 / 3, 1) + 1));
        while (entries * 3 > (long)slots * 2)
        {
            slots *= 2;
        }

        var handles = (long)_segments.Count << SegmentBits;
        _handleBits = Math.Max(10, BitOperations.Log2((ulong)Math.Max(handles * 5 / 4, 1024)) + 1);
        _slots = new uint[slots];
        _known = 0;
        if (_segments.Count < SegmentsWorthThreads)
        {
            for (var s = 0; s < _segments.Count; s++)
            {
                _known += InsertSegment(s);
            }
        }
        else
        {
            // Entries stand still and slots are taken by compare-and-swap: threads need not know of each other.
            Parallel.For(0, _segments.Count, s => Interlocked.Add(ref _known, InsertSegment(s)));
        }
    }

    private int InsertSegment(int segment)
    {
        // Each insert is one miss of the cache: ask for the slots of some entries ahead.
        const int Ahead = 24;
        var entries = _segments[segment].Entries.AsSpan(0, _segments[segment].Count);
        var mask = (uint)_slots.Length - 1;
        var inserted = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (i + Ahead < entries.Length)
            {
                ref var next = ref entries[i + Ahead];
                Prefetch(ref _slots[Bucket(next.Id, (next.Pack & TreeBit) != 0 ? BlobKind.Tree : BlobKind.Data) & mask]);
            }

            if (InsertAt(_slots, (segment << SegmentBits) | i))
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
