using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.Crypto.Generators;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Benchmarks;

/// <summary>Sealing, opening and hashing one blob of the usual sizes.</summary>
public class CryptoBenchmarks
{
    private readonly MasterKey _key = MasterKey.Generate();
    private byte[] _message = [];
    private byte[] _sealed = [];
    private byte[] _opened = [];

    [Params(1024, 16 * 1024, 1024 * 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _message = Samples.Noise(Length);
        _sealed = new byte[Length + MasterKey.Overhead];
        _opened = new byte[Length];
        _key.Seal(_message, _sealed);
    }

    [Benchmark]
    public void Seal() => _key.Seal(_message, _sealed);

    [Benchmark]
    public bool Open() => _key.TryOpen(_sealed, _opened);

    [Benchmark]
    public ObjectId Sha256() => ObjectId.Hash(_message);
}

/// <summary>Hashing the pieces of a file that is compared with a snapshot: 1 MiB of them, each by itself and side by side.</summary>
public class PieceHashBenchmarks
{
    private byte[] _content = [];
    private int[] _lengths = [];
    private ObjectId[] _ids = [];

    [Params(4 * 1024, 16 * 1024, 64 * 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _content = Samples.Noise(1 << 20);
        _lengths = [.. Enumerable.Repeat(Length, _content.Length / Length)];
        _ids = new ObjectId[_lengths.Length];
    }

    [Benchmark(Baseline = true)]
    public void EachByItself()
    {
        for (var i = 0; i < _ids.Length; i++)
            _ids[i] = ObjectId.Hash(_content.AsSpan(i * Length, Length));
    }

    [Benchmark]
    public void SideBySide() => Sha256Lanes.Hash(_content, _lengths, _ids);
}

/// <summary>What every command waits for at its start, and what it would wait for with the library's own.</summary>
public class KeyDerivationBenchmarks
{
    private readonly byte[] _salt = Kdf.NewSalt();

    [Benchmark]
    public void Own() => Kdf.Derive("a password", _salt, KdfParameters.Default).Dispose();

    [Benchmark(Baseline = true)]
    public byte[] BouncyCastle() => SCrypt.Generate("a password"u8.ToArray(), _salt, 32768, 8, 1, 64);
}
