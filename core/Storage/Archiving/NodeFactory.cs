using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Makes nodes of what the file system tells.</summary>
internal sealed class NodeFactory(AccountNames names)
{
    public Node Create(
        byte[] name, in FileStatus status, ExtendedAttribute[] attributes, byte[]? link = null, BlobId[]? content = null, ulong size = 0, TreeId? subtree = null)
    {
        var type = TypeOf(status.Type);
        return new Node
        {
            Name = name,
            Type = type,
            Permissions = (int)status.Mode,
            ModifiedAt = status.Modified,

            // As restic does: access times would make every tree new.
            AccessedAt = status.Modified,
            ChangedAt = status.Changed,
            UserId = status.UserId,
            GroupId = status.GroupId,
            User = names.User(status.UserId),
            Group = names.Group(status.GroupId),
            Inode = status.Inode,
            DeviceId = status.Device,
            Size = size,
            Links = status.Links,
            LinkTarget = link,
            Device = type is NodeType.CharDevice or NodeType.BlockDevice ? status.NodeDevice : 0,
            ExtendedAttributes = attributes,
            Content = content,
            Subtree = subtree,
        };
    }

    /// <summary>A directory or file nobody's disk has.</summary>
    public static Node Made(byte[] name, NodeType type, UnixTime time, BlobId[]? content = null, ulong size = 0, TreeId? subtree = null) => new()
    {
        Name = name,
        Type = type,
        Permissions = type == NodeType.Directory ? 0x1C0 : 0x180, // 0700, 0600
        ModifiedAt = time,
        AccessedAt = time,
        ChangedAt = time,
        Links = 1,
        Size = size,
        Content = content,
        Subtree = subtree,
    };

    /// <summary>Whether nothing the kernel can tell says that the entry changed since the parent's node was made.</summary>
    /// <remarks>
    /// Device numbers are dealt anew at every boot, so another one says nothing. But hard links are told by device and inode: nodes of files
    /// with several names must all be of one boot.
    /// </remarks>
    public static bool IsUnchanged(Node parent, in FileStatus status) =>
        parent.Type == TypeOf(status.Type)
        && parent.ModifiedAt == status.Modified
        && parent.ChangedAt == status.Changed
        && parent.Inode == status.Inode
        && (parent.DeviceId == status.Device || status.Links == 1 || parent.Type == NodeType.Directory)
        && (parent.Type != NodeType.File || parent.Size == (ulong)status.Size)
        && parent.Permissions == (int)status.Mode
        && parent.UserId == status.UserId
        && parent.GroupId == status.GroupId
        && parent.Links == status.Links;

    public static NodeType TypeOf(FileType type) => type switch
    {
        FileType.Regular => NodeType.File,
        FileType.Directory => NodeType.Directory,
        FileType.SymbolicLink => NodeType.Symlink,
        FileType.Fifo => NodeType.Fifo,
        FileType.Socket => NodeType.Socket,
        FileType.CharacterDevice => NodeType.CharDevice,
        FileType.BlockDevice => NodeType.BlockDevice,
        _ => NodeType.Other,
    };
}
