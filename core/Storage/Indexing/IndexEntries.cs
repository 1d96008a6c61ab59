namespace SnapshotBot.Storage.Indexing;

/// <summary>Entries by handle, in blocks, so that none moves when there are more. For one thread at a time.</summary>
internal sealed class IndexEntries
{
    private readonly List<IndexSegment> _segments = [];

    public IReadOnlyList<IndexSegment> Segments => _segments;

    public long Count => _segments.Sum(segment => (long)segment.Count);

    /// <summary>Above every handle there is.</summary>
    public int Limit => _segments.Count << IndexSegment.Bits;

    public ref IndexEntry this[int handle] => ref _segments[handle >> IndexSegment.Bits].Entries[handle & (IndexSegment.Size - 1)];

    public static int Handle(int segment, int place) => (segment << IndexSegment.Bits) | place;

    /// <returns>Its handle.</returns>
    public int Append(in IndexEntry entry)
    {
        if (_segments.Count == 0 || _segments[^1].Count == IndexSegment.Size)
        {
            _segments.Add(new IndexSegment());
        }

        var segment = _segments[^1];
        segment.Entries[segment.Count] = entry;
        return Handle(_segments.Count - 1, segment.Count++);
    }

    public void Append(IEnumerable<IndexSegment> segments) => _segments.AddRange(segments);
}
