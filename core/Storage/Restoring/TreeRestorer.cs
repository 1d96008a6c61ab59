using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Brings a directory to what a snapshot's tree says, changing only what differs. Content is compared by reading it, never by times.
/// </summary>
/// <remarks>
/// Every write goes through handles of the target's own directories: neither a link in the target nor a name in a hostile repository leads
/// out of it. An entry that can't be restored is told with its path and left as it was; all others are restored. Run again after a crash, it
/// completes what is missing and removes what the crash left.
/// </remarks>
public sealed class TreeRestorer(BlobReader blobs, TreeLoader trees)
{
    /// <summary>Restores all below a tree into the target, an open directory that stays the caller's.</summary>
    /// <exception cref="RepositoryDamagedException">The tree itself can't be read; nothing was changed.</exception>
    /// <exception cref="FileSystemException">The target's file system is full, read-only or failing.</exception>
    public async Task<RestoreOutcome> RestoreAsync(
        TreeId tree, DirectoryHandle target, RestoreOptions options, RestoreProgress progress, CancellationToken cancellationToken)
    {
        using var snapshot = new SnapshotTreeSource(trees, tree);
        return await RestoreAsync(snapshot, target, options, progress, cancellationToken);
    }

    /// <summary>Restores a single entry of a snapshot (a file, a link, a node) into the target, which keeps all else it has.</summary>
    public async Task<RestoreOutcome> RestoreEntryAsync(
        Node entry, DirectoryHandle target, RestoreOptions options, RestoreProgress progress, CancellationToken cancellationToken)
    {
        using var single = new SingleEntrySource(entry, new SnapshotTreeSource(trees, default));
        return await RestoreAsync(single, target, options with { ExtraEntries = ExtraEntries.Keep }, progress, cancellationToken);
    }

    private async Task<RestoreOutcome> RestoreAsync(
        ITreeSource snapshot, DirectoryHandle target, RestoreOptions options, RestoreProgress progress, CancellationToken cancellationToken)
    {
        var run = new RestoreRun(blobs, target, options, new RestoreTally(progress));
        await using (run)
        {
            using var live = new LiveTreeSource(target, LiveDetail.StatusAndAttributes);
            var comparison = new TreeComparisonOptions
            {
                ContentProof = ContentProof.Reading,
                RemovedDirectories = RemovedDirectories.AsOne,
                EqualLinks = EqualLinks.Told,
            };
            await foreach (var change in TreeComparer.CompareAsync(live, snapshot, comparison, cancellationToken))
            {
                await run.TakeAsync(change, cancellationToken);
            }

            return await run.EndAsync(cancellationToken);
        }
    }

    /// <summary>A directory of one entry.</summary>
    private sealed class SingleEntrySource(Node entry, SnapshotTreeSource below) : ITreeSource
    {
        public ValueTask<IReadOnlyList<Node>> EnterAsync(Node? directory, CancellationToken cancellationToken) =>
            directory is null ? new([entry]) : below.EnterAsync(directory, cancellationToken);

        public void Leave() => below.Leave();

        public void Dispose() => below.Dispose();
    }
}
