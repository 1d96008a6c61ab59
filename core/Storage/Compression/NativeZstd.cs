using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.Compression;

/// <summary>The calls of libzstd we use (zstd.h, stable API).</summary>
internal static partial class NativeZstd
{
    private const string Library = "libzstd";

    /// <summary>True when the library that came with the program loads here (it wants glibc on x64 or arm64).</summary>
    public static bool IsAvailable { get; } = Probe();

    public static bool IsError(nuint result) => ZSTD_isError(result) != 0;

    [LibraryImport(Library)]
    internal static partial CompressionHandle ZSTD_createCCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compressCCtx(
        CompressionHandle context, ref byte destination, nuint capacity, ref readonly byte source, nuint size, int level);

    [LibraryImport(Library)]
    internal static partial DecompressionHandle ZSTD_createDCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_decompressDCtx(
        DecompressionHandle context, ref byte destination, nuint capacity, ref readonly byte source, nuint size);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint result);

    [LibraryImport(Library)]
    private static partial uint ZSTD_versionNumber();

    private static bool Probe()
    {
        try
        {
            return ZSTD_versionNumber() >= 10400;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    internal sealed class CompressionHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            ZSTD_freeCCtx(handle);
            return true;
        }
    }

    internal sealed class DecompressionHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            ZSTD_freeDCtx(handle);
            return true;
        }
    }
}
