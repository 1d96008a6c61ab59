namespace SnapshotBot.Engine;

/// <summary>
/// Gives a stream a known length, so that the tar writer can write its header first without holding the content in memory,
/// and remembers what reading it threw.
/// </summary>
internal sealed class SizedStream(Stream source, long size, Action<Exception> failed) : Stream
{
    private long _position;

    public override bool CanRead => true;

    /// <summary>The tar writer asks a stream for its length only when it says it can seek; it never seeks.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, size - _position);
        if (wanted == 0)
        {
            return 0;
        }

        try
        {
            var count = await source.ReadAsync(buffer[..wanted], cancellationToken);
            _position += count;
            return count > 0 ? count : throw new EndOfStreamException("A stored file of an image is shorter than it should be. Nothing was loaded from it.");
        }
        catch (Exception error)
        {
            failed(error);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
