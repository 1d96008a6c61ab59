using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>An open regular file. Reads and writes take offsets: several threads may share it.</summary>
public sealed unsafe class FileHandle : FileSystemHandle
{
    internal FileHandle(int fd, ReadOnlySpan<byte> name)
        : base(fd, name)
    {
    }

    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    /// <returns>Bytes read; fewer than asked for only at the end of the file.</returns>
    public int ReadAt(long offset, Span<byte> buffer)
    {
        var total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                var read = LibC.ReadAt(this, start + total, (nuint)(buffer.Length - total), offset + total);
                if (read == 0)
                    break;
                if (read > 0)
                    total += (int)read;
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                    throw Failed("Reading");
            }
        }

        return total;
    }

    /// <summary>Writes all of it at an offset.</summary>
    public void WriteAt(long offset, ReadOnlySpan<byte> content)
    {
        if (!TryWriteAt(offset, content))
            throw Failed("Writing");
    }

    /// <summary>Sets the length: the rest is cut off, or a hole is added.</summary>
    public void Truncate(long length)
    {
        if (LibC.Truncate(this, length) != 0)
            throw Failed("Setting the length of");
    }

    /// <summary>Reserves room, so that the blocks lie together and a full disk shows before anything is written. The length stays.</summary>
    /// <returns>False where the file system can't reserve; writing goes on without.</returns>
    public bool TryReserve(long length)
    {
        // The kernel would take all there is before it finds that this is not enough, and others write here too.
        if (length > Space().FreeBytes)
            throw new FileSystemException(Errno.NoSpace, "Reserving room for", Name.Span);
        while (LibC.Allocate(this, LibC.FallocateKeepSize, 0, length) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Interrupted:
                    continue;
                case Errno.NotSupported or Errno.NotImplemented:
                    return false;
                default:
                    throw Failed("Reserving room for");
            }
        }

        return true;
    }

    /// <summary>Gives the blocks of a range back; it reads as zeros. False where the file system can't.</summary>
    public bool TryPunchHole(long offset, long length)
    {
        if (LibC.Allocate(this, LibC.FallocatePunchHole | LibC.FallocateKeepSize, offset, length) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.NotSupported or Errno.NotImplemented or Errno.Invalid ? false : throw Failed("Making a hole in");
    }

    /// <summary>
    /// Finds the next range that may hold other than zeros, from an offset on. A file system without holes is one range.
    /// Not from several threads at once.
    /// </summary>
    /// <returns>False when only a hole is left.</returns>
    public bool TryNextData(long offset, long fileSize, out long start, out long end)
    {
        (start, end) = (offset, fileSize);
        if (offset >= fileSize)
            return false;
        start = LibC.Seek(this, offset, LibC.SeekData);
        if (start < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            start = offset;
            if (errno == Errno.NoSuchDevice)
                return false;
            return errno is Errno.Invalid or Errno.NotSupported ? true : throw Failed("Looking for holes in");
        }

        if (start >= fileSize)
            return false;
        var hole = LibC.Seek(this, start, LibC.SeekHole);
        end = hole < 0 ? fileSize : Math.Min(hole, fileSize);
        return end > start;
    }

    /// <summary>Makes this file share the other's blocks (copy on write), as btrfs and XFS can. False where it can't be done.</summary>
    public bool TryCloneFrom(FileHandle source)
    {
        var added = false;
        try
        {
            source.DangerousAddRef(ref added);
            return LibC.Clone(this, LibC.CloneRequest, (int)source.DangerousGetHandle()) == 0;
        }
        finally
        {
            if (added)
                source.DangerousRelease();
        }
    }

    /// <summary>Makes the content durable, and of the metadata what reading it needs.</summary>
    public void DataSync()
    {
        if (LibC.DataSync(this) != 0)
            throw Failed("Flushing");
    }

    /// <summary>
    /// Takes the kernel's advisory lock on the file; it is free again when the handle is closed or its process dies.
    /// </summary>
    /// <returns>False when another handle holds it, or the file system has no locks.</returns>
    public bool TryLock() => LibC.Lock(this, LibC.LockExclusively | LibC.LockOrFail) == 0;

    /// <summary>Tells the kernel how a range will be used. It may ignore that.</summary>
    public void Advise(ReadAdvice advice, long offset, long length) => _ = LibC.Advise(this, offset, length, (int)advice);

    /// <summary>
    /// Has the kernel write a range's changed pages and waits for that; nothing is durable by it, no flush of the disk and none of the file's own
    /// place. What fails shows at the next flush.
    /// </summary>
    public void WriteBack(long offset, long length) => _ = LibC.WriteBack(this, offset, length, LibC.WriteBackAndWait);

    /// <summary>How many bytes of the first so many the kernel would have to get from the disk; all of them when it does not tell.</summary>
    public long UncachedBytes(long length)
    {
        const int page = 4096;
        const long window = 256 << 20;
        var uncached = 0L;
        var pages = new byte[(int)((Math.Min(length, window) + page - 1) / page)];
        for (var at = 0L; at < length; at += window)
        {
            var part = Math.Min(window, length - at);

            // Mapped to be asked about, never touched: a file that shrinks meanwhile is no fault.
            var map = LibC.Map(null, (nuint)part, LibC.ProtectRead, LibC.MapShared, this, at);
            if (map == (void*)-1)
                return uncached + length - at;
            fixed (byte* first = pages)
            {
                uncached += LibC.InCore(map, (nuint)part, first) == 0 ? Missing(pages.AsSpan(0, (int)((part + page - 1) / page))) * (long)page : part;
            }

            _ = LibC.Unmap(map, (nuint)part);
        }

        return Math.Min(uncached, length);
    }

    private static int Missing(ReadOnlySpan<byte> pages)
    {
        var missing = 0;
        foreach (var one in pages)
            missing += 1 - (one & 1);
        return missing;
    }

    /// <summary>From here on writes go through the page cache: for a device that refuses another way.</summary>
    internal void UsePageCache()
    {
        var flags = LibC.Control(this, LibC.GetFlags, 0);
        if (flags < 0 || LibC.Control(this, LibC.SetFlags, flags & ~LibC.OpenDirect) < 0)
            throw Failed("Changing how to write");
    }

    /// <summary>Writes whole pages from aligned memory to a file opened past the page cache; through it when the device refuses that.</summary>
    internal void WritePagesAt(long offset, ReadOnlySpan<byte> pages)
    {
        if (TryWriteAt(offset, pages))
            return;
        if (Marshal.GetLastPInvokeError() != Errno.Invalid)
            throw Failed("Writing");
        UsePageCache();
        WriteAt(offset, pages);
    }

    /// <summary>False on failure, with errno left as the system call set it.</summary>
    internal bool TryWriteAt(long offset, ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            var total = 0;
            while (total < content.Length)
            {
                var written = LibC.WriteAt(this, start + total, (nuint)(content.Length - total), offset + total);
                if (written >= 0)
                    total += (int)written;
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                    return false;
            }
        }

        return true;
    }
}

/// <summary>How a range of a file will be read. The numbers are those of <c>posix_fadvise</c>.</summary>
public enum ReadAdvice
{
    Normal = 0,
    Random = 1,
    Sequential = 2,
    WillNeed = 3,
    DontNeed = 4,
}
