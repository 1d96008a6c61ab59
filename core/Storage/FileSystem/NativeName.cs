using System.Globalization;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>Puts names behind a NUL for the kernel, and refuses what is not one name.</summary>
internal static unsafe class NativeName
{
    /// <summary>Longest name and its NUL.</summary>
    public const int Size = 256;

    /// <summary>Room for <c>/proc/self/fd/N/name</c>.</summary>
    public const int ProcPathSize = 32 + Size;

    /// <summary>A single entry's name. This is what keeps every call inside its directory.</summary>
    public static void Copy(ReadOnlySpan<byte> name, byte* destination)
    {
        if (!PathText.IsName(name))
            throw new FileSystemException(0, "Using", name, FileSystemFailure.BadName);
        name.CopyTo(new Span<byte>(destination, Size));
        destination[name.Length] = 0;
    }

    public static void CopyAttribute(ReadOnlySpan<byte> name, byte* destination)
    {
        if (name.Length is 0 or > 255 || name.Contains((byte)0))
            throw new FileSystemException(0, "Using the extended attribute", name, FileSystemFailure.BadName);
        name.CopyTo(new Span<byte>(destination, Size));
        destination[name.Length] = 0;
    }

    /// <summary>A path through the process's own handle: for calls that take no directory handle. The name itself is not followed by l-calls.</summary>
    public static void CopyProcPath(int fd, ReadOnlySpan<byte> name, byte* destination)
    {
        var span = new Span<byte>(destination, ProcPathSize);
        "/proc/self/fd/"u8.CopyTo(span);
        var used = "/proc/self/fd/"u8.Length;
        fd.TryFormat(span[used..], out var digits, provider: CultureInfo.InvariantCulture);
        used += digits;
        span[used++] = (byte)'/';
        Copy(name, destination + used);
    }
}
