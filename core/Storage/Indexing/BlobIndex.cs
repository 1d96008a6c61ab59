using System.Runtime.CompilerServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>
/// Every blob of a repository and where it lies, in memory: 48 bytes an entry plus a hash table of 32-bit slots (at most 8 bytes an entry),
/// so that ten million blobs take about half a gigabyte. A blob that stands in several packs has several entries; the table leads to the first.
/// Safe for use from several threads.
/// </summary>
public sealed class BlobIndex
{
    /// <summary>The handle of a blob that is not there.</summary>
    public const int None = -1;

    private const uint Pending = 0x7FFF_FFFF;
    private const uint Abandoned = 0x7FFF_FFFE;

    private readonly Lock _gate = new();
    private readonly List<PackId> _packs = [];
    private readonly IndexEntries _entries = new();
    private readonly HandleTable _table;

    public BlobIndex() => _table = new(_entries);

    /// <summary>Entries, a blob in several packs counted for each.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
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
                return _table.Count;
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
                return ((long)_entries.Limit * Unsafe.SizeOf<IndexEntry>()) + _table.MemoryBytes + (_packs.Count * 32L);
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
            var handle = _table.Find(id.Value, kind);
            if (handle != None && _entries[handle].PackNumber < Abandoned)
            {
                location = Location(_entries[handle]);
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
            foreach (var segment in _entries.Segments)
            {
                foreach (ref readonly var entry in segment.Filled)
                {
                    if (entry.Id == id.Value && entry.PackNumber < Abandoned && Location(entry) is var at && at.Kind == than.Kind && at != than)
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
            var handle = _table.Find(id.Value, kind);
            return handle != None && _entries[handle].PackNumber != Abandoned;
        }
    }

    /// <summary>Takes the duty to write a blob: a handle for the one who gets it, <see cref="None"/> when the blob is there or another's duty.</summary>
    internal int Claim(BlobId id, BlobKind kind)
    {
        lock (_gate)
        {
            var handle = _table.Find(id.Value, kind);
            if (handle != None)
            {
                ref var known = ref _entries[handle];
                if (known.PackNumber != Abandoned)
                {
                    return None;
                }

                known.Pack |= Pending;
                return handle;
            }

            handle = _entries.Append(IndexEntry.From(id.Value, Pending, kind));
            _table.Insert(handle);
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
                ref var entry = ref _entries[handle];
                entry.Pack = (entry.Pack & IndexEntry.TreeBit) | number;
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
                ref var entry = ref _entries[handle];
                entry.Pack = (entry.Pack & IndexEntry.TreeBit) | Abandoned;
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
                var entry = IndexEntry.From(id.Value, number, at.Kind, at.Offset, at.Length, at.RawLength);
                var known = _table.Find(id.Value, at.Kind);
                if (known != None && _entries[known].PackNumber == Abandoned)
                {
                    _entries[known] = entry;
                }
                else
                {
                    _table.Insert(_entries.Append(entry));
                }
            }
        }
    }

    /// <summary>Calls back for every entry that lies in a pack, with the pack's number in <see cref="Packs"/>. Not to be changed meanwhile.</summary>
    public void ForEach(Action<IndexedBlob, int> visit)
    {
        foreach (var segment in _entries.Segments)
        {
            foreach (ref readonly var entry in segment.Filled)
            {
                if (entry.PackNumber < Abandoned)
                {
                    visit(new IndexedBlob(new BlobId(entry.Id), Location(entry)), (int)entry.PackNumber);
                }
            }
        }
    }

    /// <summary>Above every handle there is: room for a bit for each.</summary>
    internal int HandleLimit => _entries.Limit;

    /// <summary>The handle the table leads to: the first of a blob's entries. <see cref="None"/> when there is none.</summary>
    internal int HandleOf(BlobId id, BlobKind kind)
    {
        lock (_gate)
        {
            return _table.Find(id.Value, kind);
        }
    }

    /// <summary>The handles of all entries that lie in a pack. The index is not to be changed meanwhile.</summary>
    internal IEnumerable<int> Handles()
    {
        for (var s = 0; s < _entries.Segments.Count; s++)
        {
            var segment = _entries.Segments[s];
            for (var i = 0; i < segment.Count; i++)
            {
                if (segment.Entries[i].PackNumber != Pending)
                {
                    yield return IndexEntries.Handle(s, i);
                }
            }
        }
    }

    /// <summary>The number of the pack an entry lies in, a position in <see cref="Packs"/>.</summary>
    internal int PackOf(int handle) => (int)_entries[handle].PackNumber;

    /// <summary>The entry of a handle.</summary>
    internal IndexedBlob BlobAt(int handle)
    {
        ref var entry = ref _entries[handle];
        return new IndexedBlob(new BlobId(entry.Id), Location(entry));
    }

    /// <summary>Takes over segments a loader has filled; their pack numbers are positions in <paramref name="packs"/>.</summary>
    internal void Load(IReadOnlyList<IndexSegment> segments, IReadOnlyList<PackId> packs)
    {
        lock (_gate)
        {
            _entries.Append(segments);
            _packs.AddRange(packs);
            _table.Rebuild();
        }
    }

    private BlobLocation Location(in IndexEntry entry) => new(_packs[(int)entry.PackNumber], entry.Kind, entry.Offset, entry.Length, entry.RawLength);
}
