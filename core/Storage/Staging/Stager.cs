using System.Runtime.CompilerServices;
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
    /// <summary>
    /// Bytes that staging would write, before anything is: room for all of it, where staging itself sees no further than the files at hand.
    /// </summary>
    /// <param name="scope">What would be staged.</param>
    /// <param name="live">The live tree.</param>
    /// <param name="proof">
    /// By status, files that only reading tells apart count as different and holes as written, so that it is never less than what is written;
    /// by reading it is that to the block.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<long> MeasureAsync(StageScope scope, DirectoryHandle live, ContentProof proof, CancellationToken cancellationToken)
    {
        using var measure = new StageMeasure(blobs, scope, live, proof);
        await foreach (var change in CompareAsync(scope, live, cancellationToken))
        {
            await measure.TakeAsync(change, cancellationToken);
        }

        return await measure.EndAsync(cancellationToken);
    }

    /// <summary>Stages what differs. When this returns <see cref="StageOutcome.Staged"/>, everything staged is durable.</summary>
    /// <exception cref="RepositoryDamagedException">The snapshot's tree can't be read.</exception>
    /// <exception cref="FileSystemException">The file system is full, read-only or failing; live data is untouched.</exception>
    public async Task<StageOutcome> StageAsync(StageRequest request, RestoreProgress progress, CancellationToken cancellationToken)
    {
        using var run = new StageRun(blobs, request, progress);
        try
        {
            await foreach (var change in CompareAsync(request, request.Area.Live, cancellationToken))
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

    private async IAsyncEnumerable<TreeChange> CompareAsync(
        StageScope scope, DirectoryHandle live, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var now = new LiveTreeSource(live, LiveDetail.StatusAndAttributes);
        using var snapshot = new SnapshotTreeSource(trees, scope.Tree);
        var comparison = scope.Comparison with { RemovedDirectories = RemovedDirectories.AsOne, EqualLinks = EqualLinks.Told };
        await foreach (var change in TreeComparer.CompareAsync(now, snapshot, comparison, cancellationToken))
        {
            yield return change;
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
