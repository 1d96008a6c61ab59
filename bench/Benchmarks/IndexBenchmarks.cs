using BenchmarkDotNet.Attributes;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Benchmarks;

/// <summary>An index of a million blobs: building, asking for what is there and for what is not, and its JSON for 50,000.</summary>
public class IndexBenchmarks
{
    private const int Blobs = 1_000_000;
    private readonly IndexFileWriter _writer = new();
    private readonly PackId _pack = new(ObjectId.Random());
    private IndexedBlob[] _blobs = [];
    private BlobIndex _index = new();
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _blobs = [.. Enumerable.Range(0, Blobs).Select(i => new IndexedBlob(
            new BlobId(ObjectId.Random()), new BlobLocation(_pack, BlobKind.Data, (uint)i * 1000, 1000, 2000)))];
        _index = new BlobIndex();
        _index.Add(_pack, _blobs);
    }

    [Benchmark]
    public long Build()
    {
        var index = new BlobIndex();
        index.Add(_pack, _blobs);
        return index.MemoryBytes;
    }

    [Benchmark]
    public bool Find()
    {
        _next = (_next + 7919) % Blobs;
        return _index.TryFind(_blobs[_next].Id, BlobKind.Data, out _);
    }

    [Benchmark]
    public bool FindMissing()
    {
        _next = (_next + 7919) % Blobs;
        ObjectId there = _blobs[_next].Id.Value;
        return _index.TryFind(new BlobId(there with { D = ~there.D }), BlobKind.Data, out _);
    }

    [Benchmark]
    public int WriteJson()
    {
        _writer.Begin([]);
        _writer.Add(_pack, _blobs.Take(IndexFileWriter.FullAt));
        return _writer.End().Length;
    }
}
