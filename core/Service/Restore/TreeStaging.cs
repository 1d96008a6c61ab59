using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>The staging areas of one restore. Owns their handles; the folders themselves go with the journal's facts.</summary>
/// <param name="session">The repository.</param>
/// <param name="source">What is staged from.</param>
/// <param name="files">The host's files.</param>
/// <param name="operation">Whose areas they are.</param>
/// <param name="making">Called with a live path before its area is made: it must be in the journal when this ends.</param>
/// <param name="told">Told of progress; null when nobody listens.</param>
internal sealed class TreeStaging(
    RepositorySession session, StagingSource source, HostFiles files, OperationId operation, Func<string, CancellationToken, Task> making,
    IProgress<OperationProgress>? told) : IDisposable
{
    private readonly Dictionary<string, (DirectoryHandle Live, StagingArea Area)> _open = new(StringComparer.Ordinal);

    /// <summary>Makes sure that all that would be staged fits, before anything is. What is staged already is counted again.</summary>
    /// <exception cref="RefusedException">There is no room: with what all of it needs.</exception>
    public async Task RequireRoomAsync(IReadOnlyList<PlannedTree> trees, CancellationToken cancellationToken)
    {
        var stager = new Stager(await session.BlobsAsync(cancellationToken), await session.TreesAsync(cancellationToken));
        var measured = new List<(PlannedTree Tree, StageScope Scope, ulong Device, long Most)>();
        var hostMounts = files.Mounts();
        foreach (var tree in trees.Where(tree => tree.LivePath is not null))
        {
            using var live = files.OpenFolder(tree.LivePath!);
            var scope = ScopeOf(tree, (await NodeAsync(tree, cancellationToken)).Subtree, hostMounts);
            measured.Add((tree, scope, live.Status().Device, await stager.MeasureAsync(scope, live, ContentProof.Status, cancellationToken)));
        }

        foreach (var device in measured.GroupBy(one => one.Device))
        {
            using var place = files.OpenFolder(device.First().Tree.LivePath!);
            var space = place.Space();
            if (space.FreeBytes - device.Sum(one => one.Most) >= SpaceGuard.ReserveOf(space))
                continue;

            // It could be too much: now it is worth reading what only reading tells.
            var needed = 0L;
            foreach (var (tree, scope, _, _) in device)
            {
                using var live = files.OpenFolder(tree.LivePath!);
                needed += await stager.MeasureAsync(scope, live, ContentProof.Reading, cancellationToken);
            }

            if (needed > 0)
                SpaceGuard.Require(device.First().Tree.LivePath!, space, needed);
        }
    }

    /// <summary>Stages what differs of the trees that exist, or again what changed since. Live data is not touched.</summary>
    /// <exception cref="RefusedException">There is no room.</exception>
    /// <exception cref="StagingImpossibleException">The repository lacks something, or something can't be made here.</exception>
    public async Task<IReadOnlyList<StageOutcome.Staged>> StageAsync(IReadOnlyList<PlannedTree> trees, CancellationToken cancellationToken)
    {
        var stager = new Stager(await session.BlobsAsync(cancellationToken), await session.TreesAsync(cancellationToken));
        var hostMounts = files.Mounts();
        var staged = new List<StageOutcome.Staged>();
        foreach (var tree in trees.Where(tree => tree.LivePath is not null))
        {
            var (node, subtree) = await NodeAsync(tree, cancellationToken);
            var area = await OpenAsync(tree.LivePath!, cancellationToken);
            var request = new StageRequest(ScopeOf(tree, subtree, hostMounts), area)
            {
                RootNode = tree.Mount is { File: not null } || !tree.Selection.Contains([]) ? null : node,
                Reserve = source.Room == RoomTaken.All ? 0 : SpaceGuard.ReserveOf(area.Root.Space()),
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

    private async Task<(Node Root, TreeId Subtree)> NodeAsync(PlannedTree tree, CancellationToken cancellationToken)
    {
        var node = await (await session.TreesAsync(cancellationToken)).FindAsync(source.Root, Encoding.UTF8.GetBytes(tree.Folder), cancellationToken);
        return node?.Subtree is { } subtree ? (node, subtree) : throw new StagingImpossibleException($"/{tree.Folder}", "the snapshot does not have it");
    }

    private StageScope ScopeOf(PlannedTree tree, TreeId subtree, HostMounts hostMounts) => new()
    {
        Tree = subtree,
        Selection = tree.Selection,
        Comparison = LiveContent.ComparisonOf(source.Document, tree.Folder, tree.LivePath!, hostMounts),
        Standing = source.Own,
    };

    private async Task<StageOutcome.Staged> StageAsync(Stager stager, StageRequest request, PlannedTree tree, CancellationToken cancellationToken)
    {
        var progress = new RestoreProgress();
        var staging = stager.StageAsync(request, progress, cancellationToken);
        while (await Task.WhenAny(staging, Task.Delay(ProgressFeed.Pace, CancellationToken.None)) != staging)
            told?.Report(new OperationProgress("stage", progress.BytesDone, progress.BytesPlanned, ProgressUnit.Bytes, "/" + tree.Folder));
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
        await making(livePath, cancellationToken);
        var live = files.OpenFolder(livePath);
        try
        {
            var parent = HostFiles.Parent(livePath);
            using var beside = files.OpenFolder(parent);
            var area = StagingArea.Open(live, Encoding.UTF8.GetBytes(livePath), beside, Encoding.UTF8.GetBytes(parent), operation.Value);
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

/// <summary>The snapshot that is staged.</summary>
/// <param name="Root">Its root tree.</param>
/// <param name="Document">What the trees in it are.</param>
/// <param name="Own">Directories of ours that stay as they are.</param>
/// <param name="Room">How much of a file system may be taken.</param>
internal sealed record StagingSource(TreeId Root, ServerDocument Document, StandingDirectories Own, RoomTaken Room);

/// <summary>How much room staging may take.</summary>
internal enum RoomTaken
{
    /// <summary>Games keep their reserve.</summary>
    BesideTheReserve,

    /// <summary>All there is, where a server is down until it is done.</summary>
    All,
}

/// <summary>What the snapshot holds can't be put here; nothing was touched.</summary>
internal sealed class StagingImpossibleException(string path, string reason, long count = 1) : Exception(
    $"The snapshot can't be restored: {path}: {reason}{(count > 1 ? $" (and {count - 1} more)" : "")}. The server was not touched.");
