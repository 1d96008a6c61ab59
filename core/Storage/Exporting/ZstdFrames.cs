using SnapshotBot.Storage.Compression;

namespace SnapshotBot.Storage.Exporting;

/// <summary>Compresses what is written as zstd frames one after the other, which every zstd reads as one stream. Leaves the inner stream open.</summary>
internal sealed class ZstdFrames(Stream inner) : Stream
{
    private const int FrameSize = 4 << 20;

    private readonly Compressor _compressor = new(CompressionEffort.Automatic);
    private readonly byte[] _plain = new byte[FrameSize];
    private readonly byte[] _frame = new byte[Compressor.MaximumSize(FrameSize)];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes of frames written so far.</summary>
    public long Written { get; private set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, FrameSize - _filled);
            buffer[..count].CopyTo(_plain.AsMemory(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == FrameSize)
                await EndFrameAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public async Task EndFrameAsync(CancellationToken cancellationToken)
    {
        if (_filled == 0)
            return;
        var length = _compressor.CompressAlways(_plain.AsSpan(0, _filled), _frame);
        _filled = 0;
        await inner.WriteAsync(_frame.AsMemory(0, length), cancellationToken);
        Written += length;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write this asynchronously.");

    public override void Flush()
    {
        // Frames end where they are full, or at the end.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _compressor.Dispose();
        base.Dispose(disposing);
    }
}
