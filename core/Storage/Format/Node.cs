using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Format;

/// <summary>What a node of a tree is.</summary>
public enum NodeType : byte
{
    File,
    Directory,
    Symlink,
    Fifo,
    Socket,
    CharDevice,
    BlockDevice,

    /// <summary>Of a type this program does not know: listed, never restored.</summary>
    Other,
}

/// <summary>An extended attribute. ACLs are attributes too (<c>system.posix_acl_*</c>).</summary>
public sealed record ExtendedAttribute(byte[] Name, byte[] Value)
{
    /// <summary>Whether a tree can hold it: restic's format has text for a name, and other bytes would come back as another name.</summary>
    public bool CanBeKept => System.Text.Unicode.Utf8.IsValid(Name);
}

/// <summary>One entry of a directory as a snapshot keeps it. Names are bytes: a volume may hold names that are not UTF-8.</summary>
/// <remarks>Not safe for changes from several threads; whoever builds it owns it until it is in a tree.</remarks>
public sealed class Node
{
    public required byte[] Name { get; init; }

    public required NodeType Type { get; init; }

    /// <summary>Permission bits with setuid, setgid and sticky: the low 12 bits of <c>st_mode</c>.</summary>
    public int Permissions { get; init; }

    public UnixTime ModifiedAt { get; init; }

    /// <summary>The same as <see cref="ModifiedAt"/> unless the writer kept access times.</summary>
    public UnixTime AccessedAt { get; init; }

    public UnixTime ChangedAt { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public string? User { get; init; }

    public string? Group { get; init; }

    public ulong Inode { get; init; }

    public ulong DeviceId { get; init; }

    /// <summary>Bytes of content; the sum of what <see cref="Content"/> names.</summary>
    public ulong Size { get; set; }

    public ulong Links { get; init; }

    /// <summary>For a symlink: where it points, as bytes.</summary>
    public byte[]? LinkTarget { get; init; }

    /// <summary>For a device: its number as <c>st_rdev</c>.</summary>
    public ulong Device { get; init; }

    public ExtendedAttribute[] ExtendedAttributes { get; init; } = [];

    /// <summary>For a file: its blobs in order; null for all else.</summary>
    public BlobId[]? Content { get; set; }

    /// <summary>For a directory: its tree.</summary>
    public TreeId? Subtree { get; set; }

    /// <summary>What went wrong while it was read, in the writer's words.</summary>
    public string? Error { get; init; }

    /// <summary>The same under another name.</summary>
    public Node Renamed(byte[] name) => Name.AsSpan().SequenceEqual(name) ? this : new Node
    {
        Name = name,
        Type = Type,
        Permissions = Permissions,
        ModifiedAt = ModifiedAt,
        AccessedAt = AccessedAt,
        ChangedAt = ChangedAt,
        UserId = UserId,
        GroupId = GroupId,
        User = User,
        Group = Group,
        Inode = Inode,
        DeviceId = DeviceId,
        Size = Size,
        Links = Links,
        LinkTarget = LinkTarget,
        Device = Device,
        ExtendedAttributes = ExtendedAttributes,
        Content = Content,
        Subtree = Subtree,
        Error = Error,
    };

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Name);
}

/// <summary>A directory's entries, sorted by name byte by byte, each name once.</summary>
public sealed class Tree(IReadOnlyList<Node> nodes)
{
    public IReadOnlyList<Node> Nodes { get; } = nodes;

    /// <summary>Finds an entry by its name.</summary>
    public Node? Find(ReadOnlySpan<byte> name)
    {
        int low = 0, high = Nodes.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Nodes[middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0)
            {
                return Nodes[middle];
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return null;
    }
}
