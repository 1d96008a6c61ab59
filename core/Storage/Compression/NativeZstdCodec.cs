using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.Compression;

/// <summary>zstd by the native library, context kept between calls.</summary>
internal sealed class NativeZstdCodec : ZstdCodec
{
    private readonly NativeZstd.CompressionHandle _compression = Created(NativeZstd.ZSTD_createCCtx());
    private readonly NativeZstd.DecompressionHandle _decompression = Created(NativeZstd.ZSTD_createDCtx());

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        nuint result = NativeZstd.ZSTD_compressCCtx(
            _compression,
            ref MemoryMarshal.GetReference(destination), (nuint)destination.Length,
            in MemoryMarshal.GetReference(source), (nuint)source.Length,
            level);
        return NativeZstd.IsError(result) ? -1 : (int)result;
    }

    public override int Decompress(ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        nuint result = NativeZstd.ZSTD_decompressDCtx(
            _decompression,
            ref MemoryMarshal.GetReference(destination), (nuint)destination.Length,
            in MemoryMarshal.GetReference(frame), (nuint)frame.Length);
        return NativeZstd.IsError(result) ? -1 : (int)result;
    }

    protected override void Dispose(bool disposing)
    {
        _compression.Dispose();
        _decompression.Dispose();
    }

    private static T Created<T>(T handle)
        where T : SafeHandle =>
        handle.IsInvalid ? throw new InsufficientMemoryException("There is no memory for a zstd context.") : handle;
}
