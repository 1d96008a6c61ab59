using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.FileSystem;

/// <content>Making, moving and removing entries, and metadata of what must not be opened.</content>
public sealed unsafe partial class DirectoryHandle
{
    /// <summary>Makes a directory; umask applies to the mode.</summary>
    public void CreateDirectory(ReadOnlySpan<byte> name, uint mode)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        if (LibC.MakeDirectory(this, native, mode & 0xfff) != 0)
            throw Failed("Creating the directory", name);
    }

    /// <summary>Makes a symbolic link with any target; it is text, nothing is looked up.</summary>
    public void CreateSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        fixed (byte* text = Terminated(target))
        {
            if (LibC.MakeSymbolicLink(text, this, native) != 0)
                throw Failed("Creating the link", name);
        }
    }

    /// <summary>Makes a FIFO, a socket or a device node (which takes privileges); umask applies to the mode.</summary>
    public void CreateNode(ReadOnlySpan<byte> name, FileType type, uint mode, ulong device)
    {
        if (type is not (FileType.Fifo or FileType.Socket or FileType.CharacterDevice or FileType.BlockDevice))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Not a node.");
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        if (LibC.MakeNode(this, native, ((uint)type << 12) | (mode & 0xfff), device) != 0)
            throw Failed("Creating the node", name);
    }

    /// <summary>Gives a file a second name here. A symbolic link gets one itself, its target does not.</summary>
    public void CreateHardLink(ReadOnlySpan<byte> name, DirectoryHandle existing, ReadOnlySpan<byte> existingName)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var from = stackalloc byte[NativeName.Size];
        NativeName.Copy(existingName, from);
        if (LibC.MakeHardLink(existing, from, this, native, 0) != 0)
            throw Failed("Linking", name);
    }

    /// <summary>Removes anything but a directory.</summary>
    public void RemoveFile(ReadOnlySpan<byte> name)
    {
        if (!TryUnlink(name, 0))
            throw Failed("Removing", name);
    }

    /// <summary>Removes anything but a directory; nothing there is no error.</summary>
    public void RemoveFileIfThere(ReadOnlySpan<byte> name)
    {
        if (!TryUnlink(name, 0) && Marshal.GetLastPInvokeError() != Errno.NoEntry)
            throw Failed("Removing", name);
    }

    /// <summary>Removes an empty directory.</summary>
    public void RemoveDirectory(ReadOnlySpan<byte> name)
    {
        if (!TryUnlink(name, LibC.AtRemoveDirectory))
            throw Failed("Removing the directory", name);
    }

    /// <summary>Removes a directory if it is empty; false when it is not.</summary>
    public bool TryRemoveEmptyDirectory(ReadOnlySpan<byte> name)
    {
        if (TryUnlink(name, LibC.AtRemoveDirectory) || Marshal.GetLastPInvokeError() == Errno.NoEntry)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.NotEmpty or Errno.Exists ? false : throw Failed("Removing the directory", name);
    }

    /// <summary>Moves an entry; what is at the new name is replaced at once (a directory only when empty).</summary>
    public void Rename(ReadOnlySpan<byte> name, DirectoryHandle to, ReadOnlySpan<byte> newName) => Rename(name, to, newName, 0);

    /// <summary>Moves an entry; a new name in use is a failure (AlreadyExists), nothing is replaced.</summary>
    public void RenameNoReplace(ReadOnlySpan<byte> name, DirectoryHandle to, ReadOnlySpan<byte> newName) =>
        Rename(name, to, newName, LibC.RenameNoReplace);

    /// <summary>Swaps two entries of any types in one step: no moment at which either name is gone.</summary>
    /// <exception cref="FileSystemException">NotSupported where the file system can't; nothing has moved.</exception>
    public void Exchange(ReadOnlySpan<byte> name, DirectoryHandle other, ReadOnlySpan<byte> otherName) =>
        Rename(name, other, otherName, LibC.RenameExchange);

    /// <summary>Changes owner and group of an entry, of a link itself. Clears setuid and setgid.</summary>
    public void SetOwner(ReadOnlySpan<byte> name, uint userId, uint groupId)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        if (LibC.ChangeOwnerAt(this, native, userId, groupId, LibC.AtSymlinkNoFollow) != 0)
            throw Failed("Changing the owner of", name);
    }

    /// <summary>Sets the 12 bits of an entry's mode. Links have none: NotSupported.</summary>
    public void SetMode(ReadOnlySpan<byte> name, uint mode)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        // glibc opens the name without following and changes that handle's file: no race with a link put there.
        if (LibC.ChangeModeAt(this, native, mode & 0xfff, LibC.AtSymlinkNoFollow) != 0)
            throw Failed("Changing the mode of", name);
    }

    /// <summary>Sets the times of an entry, of a link itself.</summary>
    public void SetTimes(ReadOnlySpan<byte> name, UnixTime accessed, UnixTime modified)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        var times = stackalloc LibC.TimeSpecification[2];
        times[0] = new() { Seconds = accessed.Seconds, Nanoseconds = accessed.Nanoseconds };
        times[1] = new() { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds };
        if (LibC.SetTimesAt(this, native, times, LibC.AtSymlinkNoFollow) != 0)
            throw Failed("Setting the times of", name);
    }

    /// <summary>Sets an extended attribute of an entry that is not to be opened.</summary>
    public void SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        using var lease = new Lease(this);
        var path = stackalloc byte[NativeName.ProcPathSize];
        NativeName.CopyProcPath(lease.Fd, name, path);
        var native = stackalloc byte[NativeName.Size];
        NativeName.CopyAttribute(attribute, native);
        fixed (byte* data = value)
        {
            if (LibC.SetAttribute(path, native, data, (nuint)value.Length, 0) != 0)
                throw Failed("Setting an extended attribute of", name);
        }
    }

    /// <summary>Removes an extended attribute of an entry that is not to be opened; one that is not there is no error.</summary>
    public void RemoveAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        using var lease = new Lease(this);
        var path = stackalloc byte[NativeName.ProcPathSize];
        NativeName.CopyProcPath(lease.Fd, name, path);
        var native = stackalloc byte[NativeName.Size];
        NativeName.CopyAttribute(attribute, native);
        if (LibC.RemoveAttribute(path, native) != 0 && Marshal.GetLastPInvokeError() != Errno.NoData)
            throw Failed("Removing an extended attribute of", name);
    }

    private bool TryUnlink(ReadOnlySpan<byte> name, int flags)
    {
        var native = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, native);
        return LibC.Unlink(this, native, flags) == 0;
    }

    private void Rename(ReadOnlySpan<byte> name, DirectoryHandle to, ReadOnlySpan<byte> newName, uint flags)
    {
        var from = stackalloc byte[NativeName.Size];
        NativeName.Copy(name, from);
        var target = stackalloc byte[NativeName.Size];
        NativeName.Copy(newName, target);
        if (LibC.Rename(this, from, to, target, flags) == 0)
            return;
        // File systems without the flag answer EINVAL; so does moving a directory into itself, which no flag makes possible.
        var errno = Marshal.GetLastPInvokeError();
        var failure = flags != 0 && errno is Errno.Invalid or Errno.NotImplemented
            ? FileSystemFailure.NotSupported
            : FileSystemException.Classify(errno);
        throw new FileSystemException(errno, "Renaming", PathText.Join(Name.Span, name), failure);
    }
}
