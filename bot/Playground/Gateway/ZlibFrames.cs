using System.IO.Compression;

namespace SnapshotBot.Playground.Gateway;

/// <summary>zlib-stream: one deflate context for the life of a connection, each message flushed to 00 00 FF FF.</summary>
internal sealed class ZlibFrames : IDisposable
{
    private readonly MemoryStream _out = new();
    private readonly ZLibStream _zlib;

    public ZlibFrames() => _zlib = new ZLibStream(_out, CompressionLevel.Fastest, leaveOpen: true);

    public byte[] Next(ReadOnlySpan<byte> message)
    {
        _out.SetLength(0);
        _zlib.Write(message);
        _zlib.Flush();
        return _out.ToArray();
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _out.Dispose();
    }
}
