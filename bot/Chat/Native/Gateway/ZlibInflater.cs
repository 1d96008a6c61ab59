using System.Buffers;
using System.IO.Compression;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>
/// Discord's zlib-stream: one deflate stream over the whole connection, flushed after each message with 00 00 FF FF. Bytes are gathered until they
/// end so, then they are a message.
/// </summary>
internal sealed class ZlibInflater : IDisposable
{
    private const int Most = 64 * 1024 * 1024;

    private readonly Feed _feed = new();
    private readonly ZLibStream _zlib;
    private readonly ArrayBufferWriter<byte> _text = new(16 * 1024);

    public ZlibInflater() => _zlib = new ZLibStream(_feed, CompressionMode.Decompress);

    /// <returns>The message, good until the next call; null while it isn't whole.</returns>
    public ReadOnlyMemory<byte>? Add(ReadOnlySpan<byte> bytes)
    {
        _feed.Add(bytes);
        if (!_feed.EndsWithFlush)
        {
            return null;
        }

        _text.ResetWrittenCount();
        int read;
        while ((read = _zlib.Read(_text.GetSpan(8 * 1024))) > 0)
        {
            _text.Advance(read);
            if (_text.WrittenCount > Most)
            {
                throw new InvalidDataException("A gateway message is larger than any of Discord's.");
            }
        }

        _feed.Clear();
        return _text.WrittenMemory;
    }

    public void Dispose() => _zlib.Dispose();

    // What has arrived; an end that isn't one, since more will be added.
    private sealed class Feed : Stream
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private int _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public bool EndsWithFlush => _bytes.WrittenSpan.EndsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]);

        public void Add(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        public void Clear()
        {
            _bytes.ResetWrittenCount();
            _at = 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var left = _bytes.WrittenSpan[_at..];
            var count = Math.Min(left.Length, buffer.Length);
            left[..count].CopyTo(buffer);
            _at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
