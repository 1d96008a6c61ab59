namespace SnapshotBot.Storage.Compression;

/// <summary>One zstd context pair. Not for two threads at once; create one per worker.</summary>
internal abstract class ZstdCodec : IDisposable
{
    /// <summary>The native library where it loads, else the managed port. Both write and read the same format.</summary>
    public static ZstdCodec Create() => NativeZstd.IsAvailable ? new NativeZstdCodec() : new ManagedZstdCodec();

    /// <summary>Writes one frame, with its content size, and returns its length; -1 when <paramref name="destination"/> is too small.</summary>
    public abstract int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level);

    /// <summary>Returns the length of the content; -1 when the frame is damaged or the content does not fit.</summary>
    public abstract int Decompress(ReadOnlySpan<byte> frame, Span<byte> destination);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
