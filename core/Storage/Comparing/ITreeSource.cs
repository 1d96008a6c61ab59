using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Comparing;

/// <summary>
/// A tree that can be walked down and up: one a snapshot keeps, or a directory as it is now. One owner, one walk at a time.
/// </summary>
public interface ITreeSource : IDisposable
{
    /// <summary>
    /// Goes down into a directory of where the walk is and lists it, sorted by name byte by byte; null enters the root, once, first.
    /// </summary>
    /// <returns>The entries. Content is null where it is not known without reading (a live file), Subtree where there is none.</returns>
    ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken);

    /// <summary>Goes up one level.</summary>
    void Leave();
}
