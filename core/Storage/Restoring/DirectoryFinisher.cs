using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>Gives directories their owner, mode and times when nothing in them changes any more, the deepest first.</summary>
internal sealed class DirectoryFinisher(DirectoryCache directories, RestoreTally tally, Node? rootNode)
{
    private readonly Dictionary<(TreePath Parent, PathBytes Name), Node> _places = [];
    private bool _root = rootNode is not null;

    /// <summary>This directory differs, or is new.</summary>
    public void Add(TreePath parent, Node node) => Add(parent, node.Name, node);

    /// <summary>This directory, here under another name, is new.</summary>
    public void Add(TreePath parent, byte[] name, Node node) => _places[(parent, new(name))] = node;

    /// <summary>Something in this directory changed, and with it the directory's times.</summary>
    public void Touched(TreePath directory)
    {
        if (directory.Parent is null)
        {
            _root = true;
        }
        else if (directory.After is { } node)
        {
            Add(directory.Parent, directory.Name.ToArray(), node);
        }
    }

    public void Finish(CancellationToken cancellationToken)
    {
        foreach (var ((parent, name), node) in _places.OrderByDescending(static pair => pair.Key.Parent.Depth))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var lease = directories.Open(parent);
                using var directory = lease.Handle.OpenDirectory(name.Bytes.Span);
                MetadataWriter.Apply(directory, node);
            }
            catch (FileSystemException e)
            {
                tally.Fail(parent, node.Name, e);
            }
        }

        if (_root && rootNode is not null)
        {
            MetadataWriter.Apply(directories.Root, rootNode);
        }
    }
}
