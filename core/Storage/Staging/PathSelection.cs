namespace SnapshotBot.Storage.Staging;

/// <summary>Which paths of a tree are meant: all, or some files and folders with what is in them.</summary>
public sealed class PathSelection
{
    private readonly byte[][] _paths;
    private readonly Func<byte[], bool>? _excepted;

    private PathSelection(byte[][] paths, Func<byte[], bool>? excepted = null) => (_paths, _excepted) = (paths, excepted);

    public static PathSelection All { get; } = new([[]]);

    /// <summary>Paths from the tree's root, names with slashes between, none in front or at the end.</summary>
    public static PathSelection Of(IEnumerable<byte[]> paths) => new([.. paths]);

    /// <summary>The same without some paths and what is in them: they stay as they are, whatever the tree says.</summary>
    public PathSelection Except(Func<byte[], bool> excepted) => new(_paths, excepted);

    /// <summary>Whether a path is one of those meant, or in one of them.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        if (_excepted is not null && !path.IsEmpty && _excepted(path.ToArray()))
        {
            return false;
        }

        foreach (var one in _paths)
        {
            if (IsAtOrBelow(path, one))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether something meant lies below a directory: it is needed as a way, not for itself.</summary>
    public bool LeadsTo(ReadOnlySpan<byte> directory)
    {
        foreach (var one in _paths)
        {
            if (one.Length > directory.Length && IsAtOrBelow(one, directory))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> top) =>
        top.IsEmpty || (path.StartsWith(top) && (path.Length == top.Length || path[top.Length] == (byte)'/'));
}
