using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// A directory whose tree is being made: slots for its nodes, and a count of what is still open. Whoever closes the last part finishes it.
/// </summary>
internal sealed class DirectoryScope
{
    private int _open = 1;
    private int _readers = 1;
    private byte[]? _path;

    /// <summary>The directory above and the slot its node goes to; null for the root.</summary>
    public DirectoryScope? Above { get; init; }

    public int Slot { get; init; }

    /// <summary>The directory's own name; empty for the root.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Path in the snapshot, without a slash in front; of a single entry, that of the directory it stands in.</summary>
    /// <remarks>Kept only while the directory is open: a hostile tree can have more directories, at longer paths, than memory would hold.</remarks>
    public byte[] Path => _path ?? MakePath();

    /// <summary>What the parent snapshot has here.</summary>
    public Node? ParentNode { get; init; }

    /// <summary>The parent's entries, read by the walk.</summary>
    public Tree? ParentTree { get; set; }

    /// <summary>The directory itself; null for one that is only made up.</summary>
    public FileStatus? Status { get; set; }

    public ExtendedAttribute[] Attributes { get; set; } = [];

    /// <summary>Entries in the order of their names; null where one is left out.</summary>
    public Node?[] Nodes { get; set; } = [];

    /// <summary>Open while the walk lists and files are read. Not for subdirectories: they are reached from the top, so that depth costs no handles.</summary>
    public DirectoryHandle? Handle { get; set; }

    /// <summary>What this pass remembers of the directory; null when it remembers nothing.</summary>
    public FolderRecord? Record { get; set; }

    /// <summary>What an earlier pass of the session remembers of it.</summary>
    public FolderRecord? Before { get; init; }

    public FileTimes Times { get; init; }

    /// <summary>No directory at all: its only node goes to the slot above, under this scope's name.</summary>
    public bool IsSingleEntry { get; init; }

    /// <summary>It went away or could not be opened: the directory above leaves it out.</summary>
    public bool IsLost { get; set; }

    /// <summary>Called when the handle is not needed any more.</summary>
    public Action<DirectoryScope> HandleFree { get; set; } = _ => { };

    /// <summary>The directory is entered: its path will be asked for often.</summary>
    public void KeepPath() => _path = MakePath();

    /// <summary>The path in the snapshot of one of its entries.</summary>
    public byte[] PathOf(ReadOnlySpan<byte> name) => PathText.Join(Path, IsSingleEntry ? Name : name);

    /// <summary>A part (a file, a subdirectory) begins.</summary>
    public void Begin() => Interlocked.Increment(ref _open);

    /// <summary>A part ended; true for the last, who must finish the directory.</summary>
    public bool End() => Interlocked.Decrement(ref _open) == 0;

    public void BeginReading()
    {
        Interlocked.Increment(ref _readers);
        Begin();
    }

    /// <summary>The handle's user ended; the last one closes it.</summary>
    public void EndReading()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            _path = null;
            HandleFree(this);
        }
    }

    private byte[] MakePath()
    {
        var length = 0;
        for (var at = Start; at is { Above: not null }; at = at.Above)
        {
            length += at.Name.Length + 1;
        }

        var path = new byte[Math.Max(length - 1, 0)];
        var end = path.Length;
        for (var at = Start; at is { Above: not null }; at = at.Above)
        {
            end -= at.Name.Length;
            at.Name.CopyTo(path.AsSpan(end));
            if (end > 0)
            {
                path[--end] = (byte)'/';
            }
        }

        return path;
    }

    private DirectoryScope? Start => IsSingleEntry ? Above : this;
}
