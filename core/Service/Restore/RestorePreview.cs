using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Restore;

/// <summary>Says what a restore would cost. Runs where it is called and changes nothing.</summary>
public sealed class RestorePreview
{
    private readonly RestorePlanner _planner;
    private readonly RepositoryAccess _access;
    private readonly HostFiles _files;
    private readonly TimeProvider _time;

    internal RestorePreview(RestorePlanner planner, RepositoryAccess access, HostFiles files, TimeProvider time)
    {
        _planner = planner;
        _access = access;
        _files = files;
        _time = time;
    }

    /// <summary>Compares the snapshot with the server as it is now.</summary>
    public async Task<RestoreCost> CostAsync(RestoreSnapshot request, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        RestorePlan plan;
        try
        {
            plan = await _planner.PlanAsync(request, session, cancellationToken);
        }
        catch (RefusedException refused)
        {
            return new RestoreCost.Refused(refused.Refusal);
        }

        var tally = new Tally();
        foreach (var tree in plan.Trees)
            await CountAsync(session, plan, tree, tally, cancellationToken);
        return new RestoreCost.Cost
        {
            Snapshot = plan.Snapshot,
            TimeLost = _time.GetUtcNow() - plan.Snapshot.CreatedAt,
            FilesAdded = tally.Added,
            FilesReplaced = tally.Replaced,
            FilesRemoved = tally.Removed,
            Bytes = tally.Bytes,
            Recreate = [.. plan.Recreated.Select(one => new RecreateReason(one.Name, one.Reason!))],
            Stops = plan.Stops,
        };
    }

    private async Task CountAsync(RepositorySession session, RestorePlan plan, PlannedTree tree, Tally tally, CancellationToken cancellationToken)
    {
        var trees = await session.TreesAsync(cancellationToken);
        var node = await trees.FindAsync(plan.Root, Encoding.UTF8.GetBytes(tree.Folder), cancellationToken);
        if (node?.Subtree is not { } root)
            return;
        using var kept = new SnapshotTreeSource(trees, root);
        if (tree.LivePath is not { } path)
        {
            using var nothing = new EmptyTree();
            await foreach (var change in TreeComparer.CompareAsync(nothing, kept, new TreeComparisonOptions(), cancellationToken))
                tally.Count(change, isReal: true, tree);
            return;
        }

        using var live = _files.OpenFolder(path);
        using var now = new LiveTreeSource(live, LiveDetail.StatusAndAttributes);
        var content = new LiveContent(live, await session.IndexAsync(cancellationToken));
        await foreach (var change in TreeComparer.CompareAsync(now, kept, new TreeComparisonOptions(), cancellationToken))
            tally.Count(change, content.IsReal(change), tree);
    }

    private sealed class Tally
    {
        public long Added { get; private set; }

        public long Replaced { get; private set; }

        public long Removed { get; private set; }

        public long Bytes { get; private set; }

        public void Count(in TreeChange change, bool isReal, PlannedTree tree)
        {
            if (!isReal || !tree.Selection.Contains(change.ToPath()) || change.Name.AsSpan().StartsWith(".snapshotbot-"u8))
                return;
            if (change.IsRemoved)
            {
                Removed++;
                return;
            }

            if (change.IsAdded)
                Added++;
            else
                Replaced++;
            if (change.After is { Type: NodeType.File } file && !change.IsMetadataOnly)
                Bytes += (long)file.Size;
        }
    }
}
