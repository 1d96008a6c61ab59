using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.FileSystem;

/// <content>Opening and making regular files.</content>
public sealed unsafe partial class DirectoryHandle
{
    /// <summary>What opening for reading always says: never wait for a FIFO's other end, never follow, never become a terminal's owner.</summary>
    private static readonly int ReadFlags = LibC.OpenReadOnly | LibC.OpenNonBlocking | LibC.OpenNoFollow | LibC.OpenNoTerminal;

    /// <summary>
    /// Opens a regular file for reading, leaving its access time alone when permitted. Whatever else is at the name (it may have been
    /// swapped since it was listed) is a failure. <paramref name="status"/> is that of the open file.
    /// </summary>
    public FileHandle OpenFile(ReadOnlySpan<byte> name, out FileStatus status)
    {
        var fd = OpenRegular(name, out status);
        return new(fd, name);
    }

    /// <summary>
    /// Opens, reads up to the buffer's length from the start, and closes: the whole work for a small file, without an allocation.
    /// </summary>
    /// <returns>Bytes read. When the buffer came back full there may be more: use <see cref="OpenFile"/>.</returns>
    /// <param name="attributes">Whether the file has extended attributes (or the file system can't say): ask for them.</param>
    public int ReadSmallFile(ReadOnlySpan<byte> name, Span<byte> buffer, out FileStatus status, out AttributePresence attributes)
    {
        var fd = OpenRegular(name, out status);
        try
        {
            attributes = LibC.ListAttributes(fd, null, 0) > 0 ? AttributePresence.Some : AttributePresence.None;
            var total = 0;
            fixed (byte* start = buffer)
            {
                while (total < buffer.Length)
                {
                    var read = LibC.Read(fd, start + total, (nuint)(buffer.Length - total));
                    if (read > 0)
                        total += (int)read;
                    // A read that came short of a size just seen is the end; only a file that grows needs another call.
                    if (read == 0 || (read > 0 && total == status.Size))
                        break;
                    if (read < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
                        throw Failed("Reading", name);
                }
            }

            return total;
        }
        finally
        {
            _ = LibC.Close(fd);
        }
    }

    /// <summary>Makes a new regular file and opens it for reading and writing. A name in use is a failure; umask applies to the mode.</summary>
    public FileHandle CreateFile(ReadOnlySpan<byte> name, uint mode) =>
        CreateFile(name, mode, LibC.OpenReadWrite);

    /// <summary>
    /// Opens a new regular file in this file system that is gone once it is closed, however the process ends; where the file system knows no files
    /// without a name, it has the given one for a moment.
    /// </summary>
    public FileHandle CreateNamelessFile(ReadOnlySpan<byte> name, uint mode)
    {
        var dot = stackalloc byte[2] { (byte)'.', 0 };
        var fd = OpenBelow(dot, LibC.OpenReadWrite | LibC.OpenNameless, mode & 0xfff);
        if (fd >= 0)
            return new(fd, name);
        if (Marshal.GetLastPInvokeError() is not (Errno.NotSupported or Errno.IsADirectory or Errno.NoEntry or Errno.Invalid))
            throw Failed("Creating", name);
        var file = CreateFile(name, mode);
        RemoveFileIfThere(name);
        return file;
    }

    /// <summary>As <see cref="CreateFile(ReadOnlySpan{byte}, uint)"/>, past the page cache; null where the file system does not do that.</summary>
    internal FileHandle? TryCreateDirectFile(ReadOnlySpan<byte> name, uint mode)
    {
        try
        {
            return CreateFile(name, mode, LibC.OpenReadWrite | LibC.OpenDirect);
        }
        catch (FileSystemException e) when (e.ErrorNumber == Errno.Invalid)
        {
            // Some kernels make the name before they find that they can't open it this way.
            RemoveFileIfThere(name);
            return null;
        }
    }

    /// <summary>Whether a file made here can share blocks with another, so that a copy of any length costs nothing. Tries it.</summary>
    public bool CanCloneFiles()
    {
        ReadOnlySpan<byte> one = ".clone-probe-1"u8, two = ".clone-probe-2"u8;
        RemoveFileIfThere(one);
        RemoveFileIfThere(two);
        using var source = CreateFile(one, 0x180);
        using var copy = CreateFile(two, 0x180);
        RemoveFileIfThere(one);
        RemoveFileIfThere(two);
        source.WriteAt(0, new byte[4096]);
        return copy.TryCloneFrom(source);
    }

    /// <summary>Opens an existing regular file for reading and writing in place.</summary>
    public FileHandle OpenFileForWriting(ReadOnlySpan<byte> name, out FileStatus status)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var fd = OpenBelow(native, LibC.OpenReadWrite | LibC.OpenNonBlocking | LibC.OpenNoFollow | LibC.OpenNoTerminal, 0);
        if (fd < 0)
            throw Failed("Opening for writing", name);
        RequireRegular(fd, name, out status);
        return new(fd, name);
    }

    /// <summary>As <see cref="OpenFileForWriting"/>, past the page cache where the file system does that.</summary>
    internal FileHandle OpenFileForDirectWriting(ReadOnlySpan<byte> name)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var flags = LibC.OpenReadWrite | LibC.OpenNonBlocking | LibC.OpenNoFollow | LibC.OpenNoTerminal;
        var fd = OpenBelow(native, flags | LibC.OpenDirect, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() == Errno.Invalid)
            fd = OpenBelow(native, flags, 0);
        if (fd < 0)
            throw Failed("Opening for writing", name);
        RequireRegular(fd, name, out _);
        return new(fd, name);
    }

    private FileHandle CreateFile(ReadOnlySpan<byte> name, uint mode, int flags)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var fd = OpenBelow(native, flags | LibC.OpenCreate | LibC.OpenExclusive | LibC.OpenNoFollow, mode & 0xfff);
        return fd >= 0 ? new(fd, name) : throw Failed("Creating", name);
    }

    private int OpenRegular(ReadOnlySpan<byte> name, out FileStatus status)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var fd = OpenBelow(native, ReadFlags | LibC.OpenNoAccessTime, 0);
        // Only the owner and root may leave the access time alone.
        if (fd < 0 && Marshal.GetLastPInvokeError() == Errno.NotPermitted)
            fd = OpenBelow(native, ReadFlags, 0);
        if (fd < 0)
            throw Failed("Opening", name);
        RequireRegular(fd, name, out status);
        return fd;
    }

    private void RequireRegular(int fd, ReadOnlySpan<byte> name, out FileStatus status)
    {
        LibC.StatXBuffer raw;
        byte empty = 0;
        if (LibC.StatX(fd, &empty, LibC.AtEmptyPath, LibC.StatBasic | LibC.StatMountId, &raw) != 0)
        {
            var failed = Failed("Looking at", name);
            _ = LibC.Close(fd);
            throw failed;
        }

        status = FileStatus.From(&raw);
        if (status.Type == FileType.Regular)
            return;
        _ = LibC.Close(fd);
        throw new FileSystemException(0, "Opening", PathText.Join(Name.Span, name), FileSystemFailure.WrongType);
    }
}

/// <summary>Whether a file has extended attributes.</summary>
public enum AttributePresence
{
    None,
    Some,
}
