namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// Where a walk is: the directories from a root down to the current one, at any depth, with a bounded number of them open. Those nearest the
/// bottom stay open; one that was closed is opened again by its path of names when the walk comes back up to it.
/// </summary>
/// <remarks>One owner, one thread. The root handle stays the caller's and must outlive the stack.</remarks>
public sealed class DirectoryStack : IDisposable
{
    private const int KeptOpen = 32;

    private readonly DirectoryHandle _root;
    private readonly List<Level> _levels = [];
    private readonly List<byte> _path = [];
    private int _firstOpen;

    public DirectoryStack(DirectoryHandle root)
    {
        _root = root;
    }

    /// <summary>Levels below the root.</summary>
    public int Depth => _levels.Count;

    /// <summary>The directory the walk is in. Stays the stack's; valid until the next push or pop.</summary>
    public DirectoryHandle Current => _levels.Count == 0 ? _root : _levels[^1].Handle ?? Reopen();

    /// <summary>The path from the root, names with slashes between; empty at the root. Valid until the next push or pop.</summary>
    public ReadOnlySpan<byte> Path => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_path);

    /// <summary>Goes down into a directory. When that fails the walk stays where it is.</summary>
    public void Push(ReadOnlySpan<byte> name)
    {
        var handle = Current.OpenDirectory(name);
        if (_path.Count > 0)
        {
            _path.Add((byte)'/');
        }

        _path.AddRange(name);
        _levels.Add(new(name.Length) { Handle = handle });
        while (_levels.Count - _firstOpen > KeptOpen)
        {
            Close(_levels[_firstOpen++]);
        }
    }

    /// <summary>Goes up one level.</summary>
    public void Pop()
    {
        var level = _levels[^1];
        Close(level);
        _levels.RemoveAt(_levels.Count - 1);
        var cut = level.NameLength + (_levels.Count > 0 ? 1 : 0);
        _path.RemoveRange(_path.Count - cut, cut);
        _firstOpen = Math.Min(_firstOpen, _levels.Count);
    }

    public void Dispose()
    {
        foreach (var level in _levels)
        {
            Close(level);
        }

        _levels.Clear();
        _path.Clear();
    }

    private static void Close(Level level)
    {
        level.Handle?.Dispose();
        level.Handle = null;
    }

    private DirectoryHandle Reopen()
    {
        var handle = _root.OpenBeneath(Path);
        _levels[^1].Handle = handle;
        _firstOpen = Math.Min(_firstOpen, _levels.Count - 1);
        return handle;
    }

    private sealed class Level(int nameLength)
    {
        public int NameLength { get; } = nameLength;

        public DirectoryHandle? Handle { get; set; }
    }
}
