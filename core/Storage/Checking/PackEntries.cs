using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Checking;

/// <summary>The index the other way round: what each pack holds, in the order of the bytes. Four bytes an entry.</summary>
/// <remarks>
/// The same pack may stand in several index files, for instance after a prune that was killed: an entry that only repeats another is left
/// out, so that sizes add up.
/// </remarks>
internal sealed class PackEntries
{
    private readonly BlobIndex _index;
    private readonly int[] _handles;
    private readonly int[] _starts;

    public PackEntries(BlobIndex index)
    {
        _index = index;
        Packs = index.Packs;
        _starts = new int[Packs.Count + 1];
        foreach (var handle in index.Handles())
        {
            _starts[index.PackOf(handle) + 1]++;
        }

        for (var pack = 0; pack < Packs.Count; pack++)
        {
            _starts[pack + 1] += _starts[pack];
        }

        _handles = new int[_starts[^1]];
        var next = _starts.AsSpan(0, Packs.Count).ToArray();
        foreach (var handle in index.Handles())
        {
            _handles[next[index.PackOf(handle)]++] = handle;
        }
    }

    public IReadOnlyList<PackId> Packs { get; }

    /// <summary>What the first entry of a pack is and how many there are, repeated ones with them, without looking at the rest.</summary>
    public (BlobKind Kind, int Entries) OutlineOf(int pack)
    {
        var entries = _starts[pack + 1] - _starts[pack];
        return (entries == 0 ? BlobKind.Data : _index.BlobAt(_handles[_starts[pack]]).Location.Kind, entries);
    }

    /// <summary>The entries of a pack by their offsets.</summary>
    public List<PackEntry> Of(int pack)
    {
        var entries = new List<PackEntry>(_starts[pack + 1] - _starts[pack]);
        for (var i = _starts[pack]; i < _starts[pack + 1]; i++)
        {
            entries.Add(new PackEntry(_handles[i], _index.BlobAt(_handles[i])));
        }

        entries.Sort((a, b) => a.At.Offset != b.At.Offset ? a.At.Offset.CompareTo(b.At.Offset) : a.Blob.Id.Value.CompareTo(b.Blob.Id.Value));
        var kept = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            if (i == 0 || entries[i].Blob != entries[kept - 1].Blob)
            {
                entries[kept++] = entries[i];
            }
        }

        entries.RemoveRange(kept, entries.Count - kept);
        return entries;
    }
}

/// <summary>An entry of the index with its handle.</summary>
internal readonly record struct PackEntry(int Handle, IndexedBlob Blob)
{
    public BlobLocation At => Blob.Location;
}
