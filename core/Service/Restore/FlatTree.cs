using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Restore;

/// <summary>A directory that holds just these, none of them a directory, to compare with; often nothing.</summary>
internal sealed class FlatTree(params IReadOnlyList<Node> entries) : ITreeSource
{
    public ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken) => new(entries);

    public void Leave()
    {
        // There is nowhere to go back to.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
