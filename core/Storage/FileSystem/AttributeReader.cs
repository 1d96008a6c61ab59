using System.Runtime.InteropServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>Reads attributes of a handle, or of a name through <c>/proc/self/fd</c> for what must not be opened (links, devices).</summary>
internal static unsafe class AttributeReader
{
    private const int SmallList = 1024;

    public static ExtendedAttribute[] Read(FileSystemHandle handle)
    {
        var small = stackalloc byte[SmallList];
        var length = LibC.ListAttributes(handle, small, SmallList);
        if (length == 0)
            return [];
        if (length > 0)
            return ReadValues(new ReadOnlySpan<byte>(small, (int)length), (name, value, size) => LibC.GetAttribute(handle, name, value, size), handle.Name.Span);
        return ReadLarge((list, size) => LibC.ListAttributes(handle, list, size), (name, value, size) => LibC.GetAttribute(handle, name, value, size), handle.Name.Span);
    }

    /// <summary>Reads by a path that ends with NUL and whose last part is not followed.</summary>
    public static ExtendedAttribute[] Read(byte* path, ReadOnlySpan<byte> shown)
    {
        var small = stackalloc byte[SmallList];
        var length = LibC.ListAttributes(path, small, SmallList);
        if (length == 0)
            return [];
        if (length > 0)
            return ReadValues(new ReadOnlySpan<byte>(small, (int)length), (name, value, size) => LibC.GetAttribute(path, name, value, size), shown);
        return ReadLarge((list, size) => LibC.ListAttributes(path, list, size), (name, value, size) => LibC.GetAttribute(path, name, value, size), shown);
    }

    private static ExtendedAttribute[] ReadLarge(List list, Get get, ReadOnlySpan<byte> shown)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case Errno.NotSupported or Errno.NoData:
                return [];
            case Errno.OutOfRange:
                break;
            default:
                throw new FileSystemException(Marshal.GetLastPInvokeError(), "Reading the extended attributes of", shown);
        }

        // The kernel's own limit for a list of names is 64 KiB.
        var names = new byte[64 * 1024];
        fixed (byte* start = names)
        {
            var length = list(start, (nuint)names.Length);
            if (length < 0)
                throw new FileSystemException(Marshal.GetLastPInvokeError(), "Reading the extended attributes of", shown);
            return ReadValues(names.AsSpan(0, (int)length), get, shown);
        }
    }

    private static ExtendedAttribute[] ReadValues(ReadOnlySpan<byte> names, Get get, ReadOnlySpan<byte> shown)
    {
        var attributes = new List<ExtendedAttribute>();
        while (!names.IsEmpty)
        {
            var end = names.IndexOf((byte)0);
            var length = end < 0 ? names.Length : end;
            var name = names[..length];
            if (!name.IsEmpty && ReadValue(name, get, shown) is { } value)
                attributes.Add(new(name.ToArray(), value));
            names = end < 0 ? [] : names[(end + 1)..];
        }

        return [.. attributes];
    }

    /// <summary>Null when the attribute went away between listing and reading.</summary>
    private static byte[]? ReadValue(ReadOnlySpan<byte> name, Get get, ReadOnlySpan<byte> shown)
    {
        const int typical = 256;
        var attribute = stackalloc byte[NativeName.Size];
        NativeName.CopyAttribute(name, attribute);
        var small = stackalloc byte[typical];
        var length = get(attribute, small, typical);
        if (length >= 0)
            return new ReadOnlySpan<byte>(small, (int)length).ToArray();
        if (Marshal.GetLastPInvokeError() == Errno.OutOfRange)
        {
            // The kernel's own limit for a value is 64 KiB.
            var value = new byte[64 * 1024];
            fixed (byte* start = value)
                length = get(attribute, start, (nuint)value.Length);
            if (length >= 0)
                return value.AsSpan(0, (int)length).ToArray();
        }

        return Marshal.GetLastPInvokeError() is Errno.NoData or Errno.NotSupported
            ? null
            : throw new FileSystemException(Marshal.GetLastPInvokeError(), "Reading an extended attribute of", shown);
    }

    private delegate nint Get(byte* name, byte* value, nuint size);

    private delegate nint List(byte* list, nuint size);
}
