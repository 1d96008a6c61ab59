using ZstdSharp;

namespace SnapshotBot.Storage.Compression;

/// <summary>zstd by the managed port, for systems the native library was not built for (musl, for one).</summary>
internal sealed class ManagedZstdCodec : ZstdCodec
{
    private readonly ZstdSharp.Compressor _compressor = new();
    private readonly ZstdSharp.Decompressor _decompressor = new();

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        if (_compressor.Level != level)
            _compressor.Level = level;
        return _compressor.TryWrap(source, destination, out int written) ? written : -1;
    }

    public override int Decompress(ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        try
        {
            return _decompressor.TryUnwrap(frame, destination, out int written) ? written : -1;
        }
        catch (ZstdException)
        {
            return -1;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _compressor.Dispose();
        _decompressor.Dispose();
    }
}
