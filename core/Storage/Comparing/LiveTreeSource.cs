using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Comparing;

/// <summary>What a live directory's entries are asked for beyond their status.</summary>
public enum LiveDetail
{
    /// <summary>Status and link targets.</summary>
    Status,

    /// <summary>Extended attributes too: a system call more for each entry.</summary>
    StatusAndAttributes,
}

/// <summary>
/// A directory as it is now, at any depth. Nothing is opened but directories; another mount's root is listed as an empty directory; an entry
/// that goes away while it is looked at is left out.
/// </summary>
/// <remarks>The root handle stays the caller's.</remarks>
public sealed class LiveTreeSource(DirectoryHandle root, LiveDetail detail) : ITreeSource
{
    private const int BufferLength = 64 * 1024;
    private const int LongestLink = 4096;

    private readonly DirectoryStack _stack = new(root);
    private readonly byte[] _buffer = new byte[BufferLength];

    // Directories entered that could not be opened or are another mount: counted, so that Leave knows what to undo.
    private readonly Stack<bool> _pushed = new();

    public ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (directory is not null)
        {
            try
            {
                _stack.Push(directory.Name);
            }
            catch (FileSystemException e)
            {
                _pushed.Push(false);
                IReadOnlyList<Node> nothing = e.IsNotFound || e.Failure == FileSystemFailure.SymlinkOrEscaped
                    ? []
                    : new UnreadableDirectory(e.Within(_stack.Path));
                return new(nothing);
            }

            _pushed.Push(true);
        }

        return new(List());
    }

    public void Leave()
    {
        if (_pushed.TryPop(out var pushed) && pushed)
        {
            _stack.Pop();
        }
    }

    public void Dispose() => _stack.Dispose();

    /// <summary>Makes a node of a live entry; null when it is gone. Content stays unknown.</summary>
    public static Node? Describe(DirectoryHandle directory, ReadOnlySpan<byte> name, LiveDetail detail)
    {
        if (!directory.TryStat(name, out var status))
        {
            return null;
        }

        try
        {
            return Describe(directory, name, status, detail);
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath)
        {
            return null;
        }
    }

    private List<Node> List()
    {
        var nodes = new List<Node>();
        var directory = _stack.Current;
        // The root may have been listed by an earlier walk.
        directory.Rewind();
        while (directory.ReadEntries(_buffer) is > 0 and var filled)
        {
            foreach (var entry in new DirectoryEntries(_buffer.AsSpan(0, filled)))
            {
                if (Describe(directory, entry.Name, detail) is { } node)
                {
                    nodes.Add(node);
                }
            }
        }

        nodes.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return nodes;
    }

    private static Node Describe(DirectoryHandle directory, ReadOnlySpan<byte> name, in FileStatus status, LiveDetail detail) => new()
    {
        Name = name.ToArray(),
        Type = TypeOf(status.Type),
        Permissions = (int)status.Mode,
        ModifiedAt = status.Modified,
        AccessedAt = status.Accessed,
        ChangedAt = status.Changed,
        UserId = status.UserId,
        GroupId = status.GroupId,
        Inode = status.Inode,
        DeviceId = status.Device,
        Size = status.Type == FileType.Regular ? (ulong)status.Size : 0,
        Links = status.Type == FileType.Directory ? 0 : status.Links,
        LinkTarget = status.Type == FileType.SymbolicLink ? ReadLink(directory, name) : null,
        Device = status.Type is FileType.CharacterDevice or FileType.BlockDevice ? status.NodeDevice : 0,
        ExtendedAttributes = detail == LiveDetail.StatusAndAttributes ? directory.ReadAttributes(name) : [],
    };

    private static byte[] ReadLink(DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        Span<byte> target = stackalloc byte[LongestLink];
        return target[..directory.ReadLink(name, target)].ToArray();
    }

    internal static NodeType TypeOf(FileType type) => type switch
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
