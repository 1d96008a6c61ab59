using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>
/// Prepares a restore without touching live data: compares, makes all that differs in a staging area on the same mount, and tells the steps
/// that then put it in place. May run while the server does; run it again, on the same area, once the server is stopped: what is staged
/// already is taken over, what changed meanwhile is added, and the steps are those for the tree as it then is.
/// </summary>
public sealed class Stager(BlobReader blobs, TreeLoader trees)
{
    /// <summary>Stages what differs. When this returns <see cref="StageOutcome.Staged"/>, everything staged is durable.</summary>
    /// <exception cref="RepositoryDamagedException">The snapshot's tree can't be read.</exception>
    /// <exception cref="FileSystemException">The file system is full, read-only or failing; live data is untouched.</exception>
    public async Task<StageOutcome> StageAsync(StageRequest request, RestoreProgress progress, CancellationToken cancellationToken)
    {
        using var run = new StageRun(blobs, request, progress);
        try
        {
            using var live = new LiveTreeSource(request.Area.Live, LiveDetail.StatusAndAttributes);
            using var snapshot = new SnapshotTreeSource(trees, request.Tree);
            var comparison = request.Comparison with { RemovedDirectories = RemovedDirectories.AsOne, EqualLinks = EqualLinks.Told };
            await foreach (var change in TreeComparer.CompareAsync(live, snapshot, comparison, cancellationToken))
            {
                await run.TakeAsync(change, cancellationToken);
            }

            return await run.EndAsync(cancellationToken);
        }
        catch (NoRoomException e)
        {
            return new StageOutcome.NoRoom(e.Needed, e.Free, e.Reserve);
        }
    }
}

/// <summary>A batch would take more than the reserve leaves.</summary>
internal sealed class NoRoomException(long needed, long free, long reserve) : Exception
{
    public long Needed { get; } = needed;

    public long Free { get; } = free;

    public long Reserve { get; } = reserve;
}
