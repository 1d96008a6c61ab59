using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Restore;

/// <summary>A directory with nothing in it, to compare with.</summary>
internal sealed class EmptyTree : ITreeSource
{
    public ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken) => new((IReadOnlyList<Node>)[]);

    public void Leave()
    {
        // There is nowhere to go back to.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
