using System.Runtime.InteropServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>An open file or directory and what can be done to either through its handle, whatever its name has become.</summary>
/// <remarks>
/// Owned by whoever opened it, who disposes it. Calls are safe from several threads, except those that move the position
/// (<see cref="DirectoryHandle.ReadEntries"/>). Failures are <see cref="FileSystemException"/> naming the last part of the path.
/// </remarks>
public abstract unsafe class FileSystemHandle : SafeHandle
{
    private readonly byte[] _name;

    private protected FileSystemHandle(int fd, ReadOnlySpan<byte> name)
        : base(-1, ownsHandle: true)
    {
        SetHandle(fd);
        _name = name.ToArray();
    }

    public override bool IsInvalid => handle == -1;

    /// <summary>The name it was opened by; for messages only.</summary>
    public ReadOnlyMemory<byte> Name => _name;

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;

    public FileStatus Status()
    {
        LibC.StatXBuffer raw;
        byte empty = 0;
        if (LibC.StatX(this, &empty, LibC.AtEmptyPath, LibC.StatBasic | LibC.StatMountId, &raw) != 0)
            throw Failed("Looking at");
        return FileStatus.From(&raw);
    }

    /// <summary>Changes owner and group. Clears setuid and setgid: set the mode afterwards.</summary>
    public void SetOwner(uint userId, uint groupId)
    {
        if (LibC.ChangeOwner(this, userId, groupId) != 0)
            throw Failed("Changing the owner of");
    }

    /// <summary>Sets the 12 bits of the mode.</summary>
    public void SetMode(uint mode)
    {
        if (LibC.ChangeMode(this, mode & 0xfff) != 0)
            throw Failed("Changing the mode of");
    }

    public void SetTimes(UnixTime accessed, UnixTime modified)
    {
        var times = stackalloc LibC.TimeSpecification[2];
        times[0] = new() { Seconds = accessed.Seconds, Nanoseconds = accessed.Nanoseconds };
        times[1] = new() { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds };
        if (LibC.SetTimes(this, times) != 0)
            throw Failed("Setting the times of");
    }

    /// <summary>Makes content and metadata durable. Of a directory: the names in it.</summary>
    public void Sync()
    {
        if (LibC.Sync(this) != 0)
            throw Failed("Flushing");
    }

    /// <summary>Makes everything written to this file system durable, and reports a failure of any of it since the handle was opened.</summary>
    public void SyncFileSystem()
    {
        if (LibC.SyncFileSystem(this) != 0)
            throw Failed("Flushing the file system of");
    }

    /// <summary>Room on the file system the handle is on.</summary>
    public FileSystemSpace Space()
    {
        LibC.FileSystemStatusBuffer raw;
        if (LibC.FileSystemStatus(this, &raw) != 0)
            throw Failed("Asking for the free space at");
        return new((long)(raw.Blocks * raw.FragmentSize), (long)(raw.AvailableBlocks * raw.FragmentSize), (long)raw.AvailableFiles, (raw.Flags & 1) != 0);
    }

    /// <summary>The magic number of the file system (linux/magic.h), e.g. to tell tmpfs, NFS or FUSE.</summary>
    public long FileSystemMagic()
    {
        var raw = stackalloc long[32];
        if (LibC.FileSystemKind(this, raw) != 0)
            throw Failed("Asking for the file system of");
        return raw[0];
    }

    /// <summary>All extended attributes with their values; an empty list (no allocation) when there are none or the file system has none.</summary>
    public ExtendedAttribute[] ReadAttributes() => AttributeReader.Read(this);

    public void SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var attribute = stackalloc byte[NativeName.Size];
        NativeName.CopyAttribute(name, attribute);
        fixed (byte* data = value)
        {
            if (LibC.SetAttribute(this, attribute, data, (nuint)value.Length, 0) != 0)
                throw Failed("Setting an extended attribute of");
        }
    }

    /// <summary>Removes an extended attribute; one that is not there is no error.</summary>
    public void RemoveAttribute(ReadOnlySpan<byte> name)
    {
        var attribute = stackalloc byte[NativeName.Size];
        NativeName.CopyAttribute(name, attribute);
        if (LibC.RemoveAttribute(this, attribute) != 0 && Marshal.GetLastPInvokeError() != Errno.NoData)
            throw Failed("Removing an extended attribute of");
    }

    /// <summary>What the last failed call left in errno, as an exception. Call before anything else.</summary>
    private protected FileSystemException Failed(string operation) => new(Marshal.GetLastPInvokeError(), operation, _name);

    private protected FileSystemException Failed(string operation, ReadOnlySpan<byte> name) =>
        new(Marshal.GetLastPInvokeError(), operation, PathText.Join(_name, name));
}

/// <summary>Bytes in all, bytes and inodes free for this process, and whether the mount is read-only.</summary>
public readonly record struct FileSystemSpace(long TotalBytes, long FreeBytes, long FreeFiles, bool IsReadOnly);
