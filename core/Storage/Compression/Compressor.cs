using System.Buffers;
using SnapshotBot.Storage.Format;

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
    private readonly BlobKind _kind;
    private long _thoroughBytes;
    private byte[] _check = [];

    /// <summary>A compressor for blobs of this kind.</summary>
    public Compressor(CompressionEffort effort, BlobKind kind = BlobKind.Data)
        : this(effort, kind, ZstdCodec.Create())
    {
    }

    internal Compressor(CompressionEffort effort, BlobKind kind, ZstdCodec codec)
    {
        _effort = effort;
        _kind = kind;
        _codec = codec;
        _thoroughBytes = effort == CompressionEffort.Automatic ? CompressionPolicy.ThoroughTextBytes : 0;
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
        if (_effort == CompressionEffort.Off || content.Length < CompressionPolicy.SmallestWorthwhile)
            return 0;
        RequireRoom(content, destination);
        int length = _effort == CompressionEffort.Maximum
            ? Pack(content, destination, CompressionPolicy.MaximumLevel)
            : CompressAutomatically(content, destination);
        if (!CompressionPolicy.Pays(content.Length, length))
            return 0;
        Verify(content, destination[..length]);
        return length;
    }

    /// <summary>Compresses whatever it gains: repository files (index, snapshot) are frames always.</summary>
    /// <inheritdoc cref="Compress" path="/exception"/>
    public int CompressAlways(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        RequireRoom(content, destination);
        int length = Pack(content, destination, CompressionPolicy.TextLevel);
        Verify(content, destination[..length]);
        return length;
    }

    public void Dispose()
    {
        _codec.Dispose();
        if (_check.Length > 0)
            ArrayPool<byte>.Shared.Return(_check);
        _check = [];
    }

    private int CompressAutomatically(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (_kind == BlobKind.Tree)
            return Pack(content, destination, CompressionPolicy.TextLevel);
        if (TextDetector.IsText(content))
            return Pack(content, destination, TextLevelFor(content.Length));
        if (CompressionPolicy.WantsSample(content) && !SampleShrinks(content, destination))
            return 0;
        int length = Pack(content, destination, CompressionPolicy.BinaryLevel);
        return CompressionPolicy.HasStructure(content.Length, length)
            ? Pack(content, destination, CompressionPolicy.TextLevel)
            : length;
    }

    private int TextLevelFor(int length)
    {
        if (_thoroughBytes <= 0)
            return CompressionPolicy.TextLevel;
        _thoroughBytes -= length;
        return length < CompressionPolicy.ThoroughTextFrom ? CompressionPolicy.ThoroughSmallLevel : CompressionPolicy.ThoroughTextLevel;
    }

    private bool SampleShrinks(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        ReadOnlySpan<byte> sample = CompressionPolicy.SampleOf(content);
        return CompressionPolicy.Pays(sample.Length, Pack(sample, destination, CompressionPolicy.BinaryLevel));
    }

    private int Pack(ReadOnlySpan<byte> content, Span<byte> destination, int level)
    {
        int length = _codec.Compress(content, destination, level);
        return length >= 0 ? length : throw new CompressionFaultException(content.Length);
    }

    private void Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> frame)
    {
        if (_check.Length < content.Length || _check.Length == 0)
        {
            if (_check.Length > 0)
                ArrayPool<byte>.Shared.Return(_check);
            _check = ArrayPool<byte>.Shared.Rent(Math.Max(content.Length, 4096));
        }

        Span<byte> check = _check.AsSpan(0, content.Length);
        if (_codec.Decompress(frame, check) != content.Length || !check.SequenceEqual(content))
            throw new CompressionFaultException(content.Length);
    }

    private static void RequireRoom(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (destination.Length < MaximumSize(content.Length))
            throw new ArgumentException("The destination has no room for the worst case.", nameof(destination));
    }
}
