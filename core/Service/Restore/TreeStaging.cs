using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>The staging areas of one restore. Owns their handles; the folders themselves go with the journal's facts.</summary>
internal sealed class TreeStaging(RepositorySession session, RestorePlan plan, HostFiles files, OperationContext context) : IDisposable
{
    private readonly Dictionary<string, (DirectoryHandle Live, StagingArea Area)> _open = new(StringComparer.Ordinal);

    /// <summary>Stages what differs of the trees that exist, or again what changed since. Live data is not touched.</summary>
    /// <exception cref="RefusedException">There is no room.</exception>
    /// <exception cref="StagingImpossibleException">The repository lacks something, or something can't be made here.</exception>
    public async Task<IReadOnlyList<StageOutcome.Staged>> StageAsync(IReadOnlyList<PlannedTree> trees, CancellationToken cancellationToken)
    {
        var stager = new Stager(await session.BlobsAsync(cancellationToken), await session.TreesAsync(cancellationToken));
        var loader = await session.TreesAsync(cancellationToken);
        var hostMounts = files.Mounts();
        var staged = new List<StageOutcome.Staged>();
        foreach (var tree in trees.Where(tree => tree.LivePath is not null))
        {
            var node = await loader.FindAsync(plan.Root, Encoding.UTF8.GetBytes(tree.Folder), cancellationToken);
            if (node?.Subtree is not { } subtree)
                throw new StagingImpossibleException($"/{tree.Folder}", "the snapshot does not have it");
            var area = await OpenAsync(tree.LivePath!, cancellationToken);
            var request = new StageRequest
            {
                Tree = subtree,
                RootNode = tree.Mount is { File: not null } || tree.Selection != PathSelection.All ? null : node,
                Area = area,
                Selection = tree.Selection,
                Comparison = LiveContent.ComparisonOf(plan.Document, tree.Folder, tree.LivePath!, hostMounts),
                Standing = plan.Own,
                Reserve = SpaceGuard.ReserveOf(area.Root.Space()),
            };
            staged.Add(await StageAsync(stager, request, tree, cancellationToken));
        }

        return staged;
    }

    public void Dispose()
    {
        foreach (var (live, area) in _open.Values)
        {
            area.Dispose();
            live.Dispose();
        }
    }

    private async Task<StageOutcome.Staged> StageAsync(Stager stager, StageRequest request, PlannedTree tree, CancellationToken cancellationToken)
    {
        var progress = new RestoreProgress();
        var staging = stager.StageAsync(request, progress, cancellationToken);
        while (await Task.WhenAny(staging, Task.Delay(ProgressFeed.Pace, CancellationToken.None)) != staging)
            context.Progress.Report(new OperationProgress("stage", progress.BytesDone, progress.BytesPlanned, ProgressUnit.Bytes, "/" + tree.Folder));
        return await staging switch
        {
            StageOutcome.Staged staged => staged,
            StageOutcome.NoRoom room => throw new RefusedException(new Refusal.NoSpace(tree.LivePath!, room.Needed, room.Free, room.Reserve)),
            StageOutcome.Impossible impossible => throw new StagingImpossibleException(
                $"/{tree.Folder}/{PathText.Show(impossible.Problems[0].Path.Span)}", impossible.Problems[0].Message, impossible.Count),
            var other => throw new InvalidOperationException($"Staging ended with {other}."),
        };
    }

    private async Task<StagingArea> OpenAsync(string livePath, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(livePath, out var known))
            return known.Area;
        await context.Journal.WriteAsync(new StagingMade(livePath), cancellationToken);
        var live = files.OpenFolder(livePath);
        try
        {
            var parent = HostFiles.Parent(livePath);
            using var beside = files.OpenFolder(parent);
            var area = StagingArea.Open(live, Encoding.UTF8.GetBytes(livePath), beside, Encoding.UTF8.GetBytes(parent), context.Id.Value);
            _open.Add(livePath, (live, area));
            return area;
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }
}

/// <summary>What the snapshot holds can't be put here; nothing was touched.</summary>
internal sealed class StagingImpossibleException(string path, string reason, long count = 1) : Exception(
    $"The snapshot can't be restored: {path}: {reason}{(count > 1 ? $" (and {count - 1} more)" : "")}. The server was not touched.");
