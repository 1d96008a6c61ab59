using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Gives entries the owner, attributes, mode and times a snapshot kept, in the order in which none undoes another: a change of owner
/// clears setuid and capabilities, an ACL changes the mode, and everything changes times.
/// </summary>
/// <remarks>Without root, owners that can't be given are left as they are, as any archiver does.</remarks>
internal static class MetadataWriter
{
    private const uint SpecialBits = 0xe00;

    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;
    private static readonly uint Umask = ReadUmask();

    /// <summary>What to create a file with, so that most need no change of mode afterwards.</summary>
    public static uint CreationMode(Node node) => (uint)node.Permissions & 0x1ff;

    /// <summary>Finishes a file just made with <see cref="CreationMode"/>, with as few system calls as it takes.</summary>
    public static void FinishNew(FileHandle file, Node node, ref NewFileDefaults? defaults)
    {
        defaults ??= Probe(file);
        var mode = (uint)node.Permissions;
        if (node.UserId != defaults.UserId || node.GroupId != defaults.GroupId)
        {
            TrySetOwner(file, node);
        }

        if (defaults.HasAttributes)
        {
            SyncAttributes(file, node.ExtendedAttributes, file.ReadAttributes());
        }
        else
        {
            SyncAttributes(file, node.ExtendedAttributes, []);
        }

        if ((mode & (SpecialBits | Umask)) != 0 || defaults.HasAttributes || node.ExtendedAttributes.Length > 0)
        {
            file.SetMode(mode);
        }

        file.SetTimes(node.AccessedAt, node.ModifiedAt);
    }

    /// <summary>Sets what differs on an open file or directory, whatever it has.</summary>
    public static void Apply(FileSystemHandle handle, Node node)
    {
        var status = handle.Status();
        if (status.UserId != node.UserId || status.GroupId != node.GroupId)
        {
            TrySetOwner(handle, node);
        }

        var present = handle.ReadAttributes();
        SyncAttributes(handle, node.ExtendedAttributes, present);
        if (present.Length > 0 || node.ExtendedAttributes.Length > 0)
        {
            status = handle.Status();
        }

        var mode = (uint)node.Permissions;
        if (status.Mode != mode || status.UserId != node.UserId || status.GroupId != node.GroupId)
        {
            handle.SetMode(mode);
        }

        if (status.Modified != node.ModifiedAt)
        {
            handle.SetTimes(node.AccessedAt, node.ModifiedAt);
        }
    }

    /// <summary>Sets what differs on an entry by its name, without opening it: for links, FIFOs, devices, and files that keep their content.</summary>
    public static void ApplyByName(DirectoryHandle directory, ReadOnlySpan<byte> name, Node node, ChangeAspects aspects)
    {
        var isLink = node.Type == NodeType.Symlink;
        if (aspects.HasFlag(ChangeAspects.Owner))
        {
            try
            {
                directory.SetOwner(name, node.UserId, node.GroupId);
            }
            catch (FileSystemException e) when (!IsRoot && e.Failure == FileSystemFailure.AccessDenied)
            {
                // Said above: not ours to give away.
            }
        }

        if ((aspects & (ChangeAspects.Attributes | ChangeAspects.Owner)) != ChangeAspects.None)
        {
            SyncAttributes(directory, name, node.ExtendedAttributes);
        }

        if (!isLink && (aspects & (ChangeAspects.Mode | ChangeAspects.Owner | ChangeAspects.Attributes)) != ChangeAspects.None)
        {
            directory.SetMode(name, (uint)node.Permissions);
        }

        directory.SetTimes(name, node.AccessedAt, node.ModifiedAt);
    }

    private static NewFileDefaults Probe(FileHandle file)
    {
        var status = file.Status();
        return new(status.UserId, status.GroupId, file.ReadAttributes().Length > 0);
    }

    private static void TrySetOwner(FileSystemHandle handle, Node node)
    {
        try
        {
            handle.SetOwner(node.UserId, node.GroupId);
        }
        catch (FileSystemException e) when (!IsRoot && e.Failure == FileSystemFailure.AccessDenied)
        {
            // Said above: not ours to give away.
        }
    }

    private static void SyncAttributes(FileSystemHandle handle, ExtendedAttribute[] wanted, ExtendedAttribute[] present)
    {
        foreach (var attribute in present)
        {
            if (!Has(wanted, attribute.Name) && attribute.CanBeKept && !IsSystems(attribute.Name))
            {
                handle.RemoveAttribute(attribute.Name);
            }
        }

        foreach (var attribute in wanted)
        {
            if (!HasEqual(present, attribute))
            {
                Try(attribute, () => handle.SetAttribute(attribute.Name, attribute.Value));
            }
        }
    }

    private static void SyncAttributes(DirectoryHandle directory, ReadOnlySpan<byte> name, ExtendedAttribute[] wanted)
    {
        var present = directory.ReadAttributes(name);
        if (present.Length == 0 && wanted.Length == 0)
        {
            return;
        }

        var entry = name.ToArray();
        foreach (var attribute in present)
        {
            if (!Has(wanted, attribute.Name) && attribute.CanBeKept && !IsSystems(attribute.Name))
            {
                directory.RemoveAttribute(entry, attribute.Name);
            }
        }

        foreach (var attribute in wanted)
        {
            if (!HasEqual(present, attribute))
            {
                Try(attribute, () => directory.SetAttribute(entry, attribute.Name, attribute.Value));
            }
        }
    }

    private static void Try(ExtendedAttribute attribute, Action set)
    {
        try
        {
            set();
        }
        catch (FileSystemException e) when (
            (!IsRoot && e.Failure == FileSystemFailure.AccessDenied && !attribute.Name.AsSpan().StartsWith("user."u8)) || IsSystems(attribute.Name))
        {
            // Attributes only root may set, and labels this system does not keep.
        }
    }

    private static bool IsSystems(byte[] name) => name.AsSpan().SequenceEqual("security.selinux"u8);

    private static bool Has(ExtendedAttribute[] attributes, byte[] name) => Array.Exists(attributes, one => one.Name.AsSpan().SequenceEqual(name));

    private static bool HasEqual(ExtendedAttribute[] attributes, ExtendedAttribute attribute) => Array.Exists(
        attributes, one => one.Name.AsSpan().SequenceEqual(attribute.Name) && one.Value.AsSpan().SequenceEqual(attribute.Value));

    /// <summary>Asked from the kernel's own report: the system call that tells it also changes it, for all threads.</summary>
    private static uint ReadUmask() => ProcessLimits.Umask();
}
