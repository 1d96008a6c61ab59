using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Comparing;

/// <summary>A directory's place below the root of a tree, told by its parent: one small object for a directory, none for its files.</summary>
/// <remarks>Immutable. Two objects are the same place only when they are the same object.</remarks>
public sealed class TreePath
{
    private readonly byte[] _name;

    private TreePath(TreePath? parent, byte[] name, Node? before, Node? after)
    {
        Parent = parent;
        _name = name;
        Before = before;
        After = after;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    /// <summary>Null at the root.</summary>
    public TreePath? Parent { get; }

    /// <summary>The directory's own name; empty at the root.</summary>
    public ReadOnlyMemory<byte> Name => _name;

    /// <summary>Levels below the root.</summary>
    public int Depth { get; }

    /// <summary>The directory itself as the first tree has it; null at the root or when it has none.</summary>
    public Node? Before { get; }

    /// <summary>The directory itself as the second tree has it; null at the root or when it has none.</summary>
    public Node? After { get; }

    /// <summary>The top of a new tree.</summary>
    public static TreePath NewRoot() => new(null, [], null, null);

    public TreePath Child(byte[] name, Node? before, Node? after) => new(this, name, before, after);

    /// <summary>The names from the root with slashes between; empty at the root.</summary>
    public byte[] ToBytes()
    {
        var length = -1;
        for (var at = this; at.Parent is not null; at = at.Parent)
        {
            length += at._name.Length + 1;
        }

        if (length < 0)
        {
            return [];
        }

        var path = new byte[length];
        var end = length;
        for (var at = this; at.Parent is not null; at = at.Parent)
        {
            at._name.CopyTo(path, end - at._name.Length);
            end -= at._name.Length + 1;
            if (end >= 0)
            {
                path[end] = (byte)'/';
            }
        }

        return path;
    }

    /// <summary>The path of an entry of this directory.</summary>
    public byte[] PathOf(ReadOnlySpan<byte> name) => PathText.Join(ToBytes(), name);

    public override string ToString() => PathText.Show(ToBytes());
}
