using System.Buffers;

namespace SnapshotBot.Storage.Compression;

/// <summary>
/// Turns blobs into zstd frames when that pays. Each result is decompressed and compared before it is handed out, so that
/// a fault of the compressor or of the memory never reaches a repository.
/// </summary>
/// <remarks>Not for two threads at once: one per worker. No allocation per call once its buffer has grown to the largest blob.</remarks>
public sealed class Compressor : IDisposable
{
    private readonly ZstdCodec _codec;
    private readonly CompressionEffort _effort;
    private byte[] _check = [];

    /// <summary>A compressor of the given effort.</summary>
    public Compressor(CompressionEffort effort)
        : this(effort, ZstdCodec.Create())
    {
    }

    internal Compressor(CompressionEffort effort, ZstdCodec codec)
    {
        _effort = effort;
        _codec = codec;
    }

    /// <summary>The room a frame of a content of this length may need.</summary>
    public static int MaximumSize(int length) => checked(length + (length >> 8) + 512);

    /// <summary>
    /// Compresses <paramref name="content"/> into <paramref name="destination"/> (at least <see cref="MaximumSize"/>).
    /// </summary>
    /// <returns>The frame's length, or 0 when compression gains less than 3 %: store the content as it is.</returns>
    /// <exception cref="CompressionFaultException">The frame did not decompress to the content.</exception>
    public int Compress(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        int level = CompressionPolicy.LevelFor(_effort, content);
        if (level == CompressionPolicy.StoreRaw)
            return 0;
        if (CompressionPolicy.WantsSample(content) && !SampleShrinks(content, destination))
            return 0;
        int length = CompressVerified(content, destination, level);
        return CompressionPolicy.Pays(content.Length, length) ? length : 0;
    }

    /// <summary>Compresses whatever it gains: repository files (index, snapshot) are frames always.</summary>
    /// <inheritdoc cref="Compress" path="/exception"/>
    public int CompressAlways(ReadOnlySpan<byte> content, Span<byte> destination) =>
        CompressVerified(content, destination, CompressionPolicy.FileLevel);

    public void Dispose()
    {
        _codec.Dispose();
        if (_check.Length > 0)
            ArrayPool<byte>.Shared.Return(_check);
        _check = [];
    }

    private bool SampleShrinks(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        ReadOnlySpan<byte> sample = CompressionPolicy.SampleOf(content);
        int length = _codec.Compress(sample, destination, CompressionPolicy.FastLevel);
        return length >= 0 && CompressionPolicy.Pays(sample.Length, length);
    }

    private int CompressVerified(ReadOnlySpan<byte> content, Span<byte> destination, int level)
    {
        if (destination.Length < MaximumSize(content.Length))
            throw new ArgumentException("The destination has no room for the worst case.", nameof(destination));
        int length = _codec.Compress(content, destination, level);
        if (length < 0)
            throw new CompressionFaultException(content.Length);
        Span<byte> check = CheckBuffer(content.Length);
        if (_codec.Decompress(destination[..length], check) != content.Length || !check[..content.Length].SequenceEqual(content))
            throw new CompressionFaultException(content.Length);
        return length;
    }

    private Span<byte> CheckBuffer(int length)
    {
        if (_check.Length < length || _check.Length == 0)
        {
            if (_check.Length > 0)
                ArrayPool<byte>.Shared.Return(_check);
            _check = ArrayPool<byte>.Shared.Rent(Math.Max(length, 4096));
        }

        return _check;
    }
}
