using BenchmarkDotNet.Attributes;
using SnapshotBot.Storage.Chunking;

namespace SnapshotBot.Benchmarks;

/// <summary>Cutting 16 MiB: by content, and at pages.</summary>
public class ChunkerBenchmarks
{
    private readonly byte[] _noise = Samples.Noise(16 << 20);
    private readonly byte[] _log = Samples.Log(16 << 20);
    private readonly ChunkingPolicy _policy = new(ChunkerPolynomial.Random());

    [Benchmark]
    public int ByContent_Noise() => CountChunks(_policy.For("a.bin"u8, _noise.Length, _noise.AsSpan(0, 16)), _noise);

    [Benchmark]
    public int ByContent_Log() => CountChunks(_policy.For("latest.log"u8, _log.Length, _log.AsSpan(0, 16)), _log);

    [Benchmark]
    public int AtPages() => CountChunks(_policy.For("r.0.0.mca"u8, _noise.Length, _noise.AsSpan(0, 16)), _noise);

    private static int CountChunks(IChunker chunker, byte[] content)
    {
        int count = 0;
        for (int at = 0; at < content.Length; count++)
            at += chunker.FindCut(content.AsSpan(at), at);
        return count;
    }
}
