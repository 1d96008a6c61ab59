using System.Runtime.InteropServices;
using System.Text;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>An open directory: the only way to what is in it.</summary>
/// <remarks>
/// Every call takes a single name (bytes, no slash) and works on that entry of this very directory: a symbolic link is never followed,
/// no mount is crossed and nothing outside is reached, whoever swaps names meanwhile.
/// Calls that take names may be made from several threads; <see cref="ReadEntries"/> and <see cref="Rewind"/> by one at a time.
/// </remarks>
public sealed unsafe partial class DirectoryHandle : FileSystemHandle
{
    private DirectoryHandle(int fd, ReadOnlySpan<byte> name)
        : base(fd, name)
    {
    }

    /// <summary>
    /// Opens the top of a tree by the path an admin gave. Symbolic links in it are followed, once, here; below it none ever is.
    /// </summary>
    public static DirectoryHandle OpenRoot(ReadOnlySpan<byte> path)
    {
        var how = new LibC.OpenHow { Flags = Flags(LibC.OpenReadOnly | LibC.OpenDirectory) };
        fixed (byte* start = Terminated(path))
        {
            var fd = LibC.OpenAt2(LibC.AtCurrentDirectory, start, &how);
            return fd >= 0 ? new(fd, path) : throw new FileSystemException(Marshal.GetLastPInvokeError(), "Opening", path);
        }
    }

    /// <inheritdoc cref="OpenRoot(ReadOnlySpan{byte})"/>
    public static DirectoryHandle OpenRoot(string path) => OpenRoot(Encoding.UTF8.GetBytes(path));

    /// <summary>
    /// Opens a directory by a path as seen from a host's root that is mounted elsewhere (a container that runs the bot sees the host at
    /// /host): links in the path, absolute ones too, are resolved inside that root and can't lead out of it.
    /// </summary>
    public static DirectoryHandle OpenRootWithin(DirectoryHandle hostRoot, ReadOnlySpan<byte> path)
    {
        var how = new LibC.OpenHow
        {
            Flags = Flags(LibC.OpenReadOnly | LibC.OpenDirectory),
            Resolve = LibC.ResolveInRoot | LibC.ResolveNoMagicLinks,
        };
        fixed (byte* start = Terminated(path))
        {
            var fd = RetryOpen(hostRoot, start, &how);
            return fd >= 0 ? new(fd, path) : throw new FileSystemException(Marshal.GetLastPInvokeError(), "Opening", path);
        }
    }

    /// <summary>Opens a directory in this one. A link or a mount at that name is a failure, not followed.</summary>
    public DirectoryHandle OpenDirectory(ReadOnlySpan<byte> name)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var fd = OpenBelow(native, LibC.OpenReadOnly | LibC.OpenDirectory | LibC.OpenNoFollow, 0);
        return fd >= 0 ? new(fd, name) : throw Failed("Opening", name);
    }

    /// <summary>Opens a directory any number of levels below by a path of names with slashes between; links and ".." are failures.</summary>
    /// <remarks>Longer paths than the kernel takes at once are opened in stretches, each from a handle.</remarks>
    public DirectoryHandle OpenBeneath(ReadOnlySpan<byte> path)
    {
        DirectoryHandle? at = null;
        try
        {
            while (true)
            {
                var stretch = NextStretch(path);
                var next = (at ?? this).OpenStretch(path[..stretch]);
                at?.Dispose();
                at = next;
                if (stretch == path.Length)
                    return at;
                path = path[(stretch + 1)..];
            }
        }
        catch
        {
            at?.Dispose();
            throw;
        }
    }

    /// <summary>Another handle of the same directory, with its own place in the list of entries.</summary>
    public DirectoryHandle Reopen()
    {
        var dot = stackalloc byte[2] { (byte)'.', 0 };
        var fd = OpenBelow(dot, LibC.OpenReadOnly | LibC.OpenDirectory, 0);
        return fd >= 0 ? new(fd, Name.Span) : throw Failed("Opening");
    }

    /// <summary>
    /// Lists further entries: fills the buffer (32 KiB or more serves well) and returns the bytes used, 0 at the end. Read them with
    /// <see cref="DirectoryEntries"/>.
    /// </summary>
    public int ReadEntries(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var read = LibC.GetDirectoryEntries(this, start, (nuint)buffer.Length);
            if (read >= 0)
                return (int)read;
            // A directory removed while it is open lists nothing any more.
            return Marshal.GetLastPInvokeError() == Errno.NoEntry ? 0 : throw Failed("Listing");
        }
    }

    /// <summary>Lets <see cref="ReadEntries"/> begin again.</summary>
    public void Rewind()
    {
        if (LibC.Seek(this, 0, LibC.SeekSet) < 0)
            throw Failed("Listing");
    }

    /// <summary>What is at a name, links not followed; false when nothing is.</summary>
    public bool TryStat(ReadOnlySpan<byte> name, out FileStatus status)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        LibC.StatXBuffer raw;
        const int flags = LibC.AtSymlinkNoFollow | LibC.AtNoAutomount;
        if (LibC.StatX(this, native, flags, LibC.StatBasic | LibC.StatMountId, &raw) == 0)
        {
            status = FileStatus.From(&raw);
            return true;
        }

        status = default;
        return Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.Stale ? false : throw Failed("Looking at", name);
    }

    /// <summary>Reads a symbolic link's target into the buffer and returns its length; a buffer of 4,096 bytes holds any.</summary>
    public int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        fixed (byte* start = buffer)
        {
            var length = LibC.ReadSymbolicLink(this, native, start, (nuint)buffer.Length);
            if (length >= 0)
                return (int)length;
            // The kernel's answer to what is no link: it was swapped since it was looked at.
            var errno = Marshal.GetLastPInvokeError();
            var path = PathText.Join(Name.Span, name);
            throw errno == Errno.Invalid
                ? new FileSystemException(errno, "Reading the link", path, FileSystemFailure.WrongType)
                : new FileSystemException(errno, "Reading the link", path);
        }
    }

    /// <summary>Extended attributes of something that is not to be opened: a link, a FIFO, a device.</summary>
    public ExtendedAttribute[] ReadAttributes(ReadOnlySpan<byte> name)
    {
        using var lease = new Lease(this);
        var path = stackalloc byte[NativeName.ProcPathSize];
        NativeName.CopyProcPath(lease.Fd, name, path);
        return AttributeReader.Read(path, name);
    }

    private static ulong Flags(int flags) => (ulong)(uint)(flags | LibC.OpenCloseOnExec);

    private static byte[] Terminated(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path.Contains((byte)0))
            throw new FileSystemException(0, "Opening", path, FileSystemFailure.BadName);
        var terminated = new byte[path.Length + 1];
        path.CopyTo(terminated);
        return terminated;
    }

    /// <summary>As many whole names as the kernel takes in one path.</summary>
    private static int NextStretch(ReadOnlySpan<byte> path)
    {
        const int longest = 4000;
        if (path.Length <= longest)
            return path.Length;
        var slash = path[..(longest + 1)].LastIndexOf((byte)'/');
        return slash > 0 ? slash : throw new FileSystemException(0, "Opening", path, FileSystemFailure.BadName);
    }

    private DirectoryHandle OpenStretch(ReadOnlySpan<byte> path)
    {
        if (path.Length > 0 && path[0] == (byte)'/')
            throw new FileSystemException(0, "Opening", path, FileSystemFailure.BadName);
        fixed (byte* start = Terminated(path))
        {
            var fd = OpenBelow(start, LibC.OpenReadOnly | LibC.OpenDirectory | LibC.OpenNoFollow, 0);
            if (fd < 0)
                throw Failed("Opening", path);
            return new(fd, path[(path.LastIndexOf((byte)'/') + 1)..]);
        }
    }

    /// <summary>The open all others below a root go through.</summary>
    private int OpenBelow(byte* path, int flags, uint mode)
    {
        var how = new LibC.OpenHow
        {
            Flags = Flags(flags),
            Mode = mode,
            Resolve = LibC.ResolveBeneath | LibC.ResolveNoSymlinks | LibC.ResolveNoMagicLinks | LibC.ResolveNoCrossDevice,
        };
        return RetryOpen(this, path, &how);
    }

    /// <summary>The kernel asks to try again when a rename or mount elsewhere raced a scoped lookup.</summary>
    private static int RetryOpen(DirectoryHandle directory, byte* path, LibC.OpenHow* how)
    {
        for (var attempt = 0; ; attempt++)
        {
            var fd = LibC.OpenAt2(directory, path, how);
            if (fd >= 0 || attempt == 100 || Marshal.GetLastPInvokeError() is not (Errno.TryAgain or Errno.Interrupted))
                return fd;
        }
    }

    /// <summary>Keeps the handle open while its number is used in a path.</summary>
    private readonly ref struct Lease
    {
        private readonly DirectoryHandle _directory;

        public Lease(DirectoryHandle directory)
        {
            var added = false;
            directory.DangerousAddRef(ref added);
            _directory = directory;
        }

        public int Fd => (int)_directory.DangerousGetHandle();

        public void Dispose() => _directory.DangerousRelease();
    }
}
