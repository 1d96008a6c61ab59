using System.Globalization;
using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Puts a server back: plan, stage while it runs, stop, safety snapshot, stage what changed since, swap, start, watch. Live data is never
/// overwritten and never wiped first; every step is in the journal with its undo.
/// </summary>
internal sealed class RestoreWorkflow(
    RestorePlanner planner,
    RepositoryAccess access,
    SnapshotView view,
    CaptureWorkflow capture,
    Recreation recreation,
    RunState runState,
    HealthWatch health,
    EngineConnection connection,
    HostFiles files,
    DataFolder folder,
    ServiceOptions options,
    TimeProvider time)
{
    private const string ManifestName = "swap";

    public async Task<RestoreOutcome> RestoreAsync(RestoreSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        context.Progress.Report(OperationProgress.At("plan"));
        var plan = await planner.PlanAsync(request, session, cancellationToken);
        var trees = await recreation.MakeRoomAsync(plan, request.Maps, context.Journal, cancellationToken);
        using var staging = new TreeStaging(session, plan, files, context);
        var before = await staging.StageAsync(trees, cancellationToken);
        if (!plan.Recreated.Any() && before.All(one => one.Tree.Entries.Count == 0))
        {
            await context.TakeBackAsync();
            return new RestoreOutcome.NothingDiffers(request.Snapshot);
        }

        var made = await recreation.MakeContainersAsync(plan, session, context, cancellationToken);
        trees = WithNewLayers(trees, made);

        // The last moment at which nothing of the server was touched.
        cancellationToken.ThrowIfCancellationRequested();
        var stopped = time.GetTimestamp();
        var killed = await StopAsync(plan, context, cancellationToken);
        var safety = await SafetyAsync(request, plan, context, cancellationToken);
        var staged = await staging.StageAsync(trees, cancellationToken);
        await RequireStoppedAsync(plan, cancellationToken);
        await SwapAsync(staged, context, cancellationToken);
        await recreation.TakeNamesAsync(made, context, cancellationToken);
        var started = await StartAsync(plan, made, context);
        var downtime = started.Count > 0 && plan.Stops ? time.GetElapsedTime(stopped) : TimeSpan.Zero;
        if (await health.WatchAsync(started, context.Progress, CancellationToken.None) is var (container, reason))
        {
            await context.TakeBackAsync();
            return new RestoreOutcome.SwappedBack(request.Snapshot, safety?.Id, container, reason);
        }

        return new RestoreOutcome.Restored
        {
            Operation = context.Id,
            Snapshot = request.Snapshot,
            AsOf = plan.Snapshot.CreatedAt,
            SafetySnapshot = safety?.Id,
            Downtime = downtime,
            FilesAdded = staged.Sum(one => one.Totals.Added),
            FilesReplaced = staged.Sum(one => one.Totals.Replaced + one.Totals.Described),
            FilesRemoved = staged.Sum(one => one.Totals.Removed),
            Recreated = [.. made.Select(one => one.Plan.Name)],
            Killed = killed,
            Notes = Managers.NotesOf(plan),
            UndoUntil = safety?.UndoUntil,
        };
    }

    private static IReadOnlyList<PlannedTree> WithNewLayers(IReadOnlyList<PlannedTree> trees, IReadOnlyList<MadeContainer> made) =>
        [.. trees.Select(tree => tree.LayerOf is { } name && made.FirstOrDefault(one => one.Plan.Name == name) is { Upper: { } upper }
            ? tree with { LivePath = upper }
            : tree)];

    private async Task<IReadOnlyList<string>> StopAsync(RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        var killed = new List<string>();
        foreach (var container in plan.Live.Containers.Reverse())
        {
            context.Progress.Report(OperationProgress.At("stop", container.Name));
            var stopped = await runState.StopAsync(container.Details, options.StopGrace, context.Journal, cancellationToken);
            if (stopped is { WasRunning: true, ExitCode: 137 })
                killed.Add(container.Name);
        }

        return killed;
    }

    /// <summary>The way back, made now that all is still and consistent.</summary>
    private async Task<SnapshotInfo?> SafetyAsync(RestoreSnapshot request, RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        if (plan.Live.Containers.Count == 0)
            return null;
        context.Progress.Report(OperationProgress.At("safety"));
        var now = time.GetUtcNow();
        var tags = new SnapshotTags
        {
            // The operation's own id: what became of the restore tells whether this is still a way back.
            Id = SnapshotId.Of(context.Id),
            Name = string.Create(CultureInfo.InvariantCulture, $"before restore {time.GetLocalNow():yyyy-MM-dd HH:mm}"),
            Reason = "safety",
            UndoUntil = now + options.UndoTime,
        };
        return await capture.CaptureAsync(new CaptureRequest(request.Server, tags) { Missing = MissingContainers.Skip }, context, cancellationToken);
    }

    /// <summary>Something that starts what we stopped would write into the swap: take back and tell.</summary>
    private async Task RequireStoppedAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var all = await engine.Containers.ListAsync(cancellationToken);
        foreach (var container in plan.Live.Containers)
        {
            if (all.FirstOrDefault(one => one.Id == container.Details.Id) is { Status: ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting })
                throw new RunStateChangedException(container.Name);
            if (container.Layer.Upper is { } upper && files.Mounts().IsOverlayUpper(upper))
                throw new RefusedException(new Refusal.LayerUnreachable(container.Name, LayerFault.StillMounted));
        }
    }

    private async Task SwapAsync(
        IReadOnlyList<StageOutcome.Staged> staged, OperationContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("swap"));
        var manifest = new SwapManifest([.. staged.Select(one => one.Tree).Where(tree => tree.Entries.Count > 0)]);
        await context.Journal.WriteAsync(new FilesSwapped(ManifestName), cancellationToken);
        using (var own = DirectoryHandle.OpenRoot(folder.OperationPath(context.Id)))
            manifest.Save(own, Encoding.ASCII.GetBytes(ManifestName));
        if (new Swapper(manifest, files.OpenFolder).Run(CancellationToken.None) is SwapOutcome.TakenBack { Reason: { } reason })
            throw new SwapFailedException(reason);
    }

    /// <summary>Everything as it ran before, in its order, with its restart policy.</summary>
    private async Task<IReadOnlyList<(ContainerId Id, string Name)>> StartAsync(
        RestorePlan plan, IReadOnlyList<MadeContainer> made, OperationContext context)
    {
        var existed = plan.Live.Containers.Count > 0;
        var started = new List<(ContainerId, string)>();
        foreach (var container in plan.Containers)
        {
            var anew = made.FirstOrDefault(one => one.Plan.Name == container.Name);
            var id = anew?.Id ?? container.Live!.Details.Id;
            var policy = anew is not null ? Recreation.PolicyOf(container) : container.Live!.Details.RestartPolicy;
            if (!container.IsToRun(existed, plan.Stops))
            {
                await runState.EnsurePolicyAsync(id, policy, CancellationToken.None);
                continue;
            }

            context.Progress.Report(OperationProgress.At("start", container.Name));
            await runState.StartAsync(
                id, container.Name, policy, container.IsToPause ? PausedBefore.Yes : PausedBefore.No, options.StopGrace, context.Journal, CancellationToken.None);
            if (!container.IsToPause)
                started.Add((id, container.Name));
        }

        // Containers the server got since the snapshot were stopped along; their files are not in it.
        foreach (var other in plan.Live.Containers.Where(one => plan.Containers.All(known => known.Live?.Details.Id != one.Details.Id)))
        {
            await runState.EnsurePolicyAsync(other.Details.Id, other.Details.RestartPolicy, CancellationToken.None);
            if (other.Details.State.IsRunning)
                await runState.EnsureRunningAsync(other.Details.Id, other.Details.State.IsPaused, CancellationToken.None);
        }

        return started;
    }
}

/// <summary>A step of the swap could not be done; all steps were taken back.</summary>
internal sealed class SwapFailedException(IOException reason)
    : Exception($"The restored files could not be put in place: {reason.Message} Everything was put back as it was.", reason);
