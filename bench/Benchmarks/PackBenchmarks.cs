using BenchmarkDotNet.Attributes;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Benchmarks;

/// <summary>Filling one pack with region data: hash, compress, verify, seal, header, the pack's own hash. No disk.</summary>
public class PackBenchmarks
{
    private readonly MasterKey _key = MasterKey.Generate();
    private readonly Compressor _compressor = new(CompressionEffort.Automatic, BlobKind.Data);
    private readonly PackBuilder _pack = new(PackBuilder.TargetSize);
    private byte[] _content = [];

    [Params(16 * 1024, 512 * 1024)]
    public int BlobSize { get; set; }

    [GlobalSetup]
    public void Setup() => _content = Samples.Region(12 << 20);

    [Benchmark]
    public int Fill12MiB()
    {
        _pack.Reset();
        for (int at = 0; at < _content.Length; at += BlobSize)
        {
            ReadOnlySpan<byte> blob = _content.AsSpan(at, BlobSize);
            _pack.Append(BlobKind.Data, new BlobId(ObjectId.Hash(blob)), blob, 0, _compressor, _key);
        }

        return _pack.Finish(_key).Content.Length;
    }
}
