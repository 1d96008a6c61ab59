using BenchmarkDotNet.Attributes;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Benchmarks;

/// <summary>One blob through the compressor, verification included, by the native library and by the managed port.</summary>
public class CompressionBenchmarks
{
    private Compressor _compressor = null!;
    private byte[] _region = [];
    private byte[] _log = [];
    private byte[] _noise = [];
    private byte[] _destination = [];

    [Params("native", "managed")]
    public string Codec { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, Codec == "native" ? new NativeZstdCodec() : new ManagedZstdCodec());
        _region = Samples.Region(16 * 1024);
        _log = Samples.Log(512 * 1024);
        _noise = Samples.Noise(512 * 1024);
        _destination = new byte[Compressor.MaximumSize(1 << 20)];
    }

    [Benchmark]
    public int Region_16KiB() => _compressor.Compress(_region, _destination);

    [Benchmark]
    public int Log_512KiB() => _compressor.Compress(_log, _destination);

    [Benchmark]
    public int Noise_512KiB() => _compressor.Compress(_noise, _destination);

    [GlobalCleanup]
    public void Cleanup() => _compressor.Dispose();
}
