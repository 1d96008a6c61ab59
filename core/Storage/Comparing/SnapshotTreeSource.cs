using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Comparing;

/// <summary>A snapshot's tree, or one below it. A directory that can't be read is listed as empty and told to <see cref="Damaged"/>.</summary>
public sealed class SnapshotTreeSource(TreeLoader trees, TreeId root) : ITreeSource
{
    private readonly List<RepositoryDamagedException> _damaged = [];

    /// <summary>Trees that could not be read so far.</summary>
    public IReadOnlyList<RepositoryDamagedException> Damaged => _damaged;

    public async ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken)
    {
        var id = directory is null ? root : directory.Subtree ?? throw new ArgumentException("Not a directory of a snapshot.", nameof(directory));
        try
        {
            return (await trees.LoadAsync(id, cancellationToken)).Nodes;
        }
        catch (RepositoryDamagedException e) when (directory is not null)
        {
            // The rest of the snapshot is still good; whoever walks decides what an unreadable directory means.
            _damaged.Add(e);
            return new UnreadableDirectory(e);
        }
    }

    public void Leave()
    {
        // Trees are found by id: there is no place to go back to.
    }

    public void Dispose()
    {
        // The repository is the caller's.
    }
}

/// <summary>An empty listing that says why it is empty: never to be taken for a directory with nothing in it.</summary>
public sealed class UnreadableDirectory(IOException reason) : System.Collections.ObjectModel.ReadOnlyCollection<Node>([])
{
    public IOException Reason { get; } = reason;
}
