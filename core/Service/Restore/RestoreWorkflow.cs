using System.Globalization;
using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Puts a server back: plan, stage while it runs, warn, stop, safety snapshot, stage what changed since, swap, start, watch. Live data is never
/// overwritten and never wiped first; every step is in the journal with its undo.
/// </summary>
internal sealed class RestoreWorkflow(
    RestorePlanner planner,
    RepositoryAccess access,
    SnapshotView view,
    SnapshotStore store,
    CaptureWorkflow capture,
    Recreation recreation,
    GameFinder games,
    PlayerCountdown countdown,
    VolumePins pins,
    StandIns standIns,
    Sidecars sidecars,
    ServerHalt halt,
    HealthWatch health,
    HostFiles files,
    DataFolder folder,
    SettingReads settings,
    TimeProvider time)
{
    private const string ManifestName = "swap";

    public async Task<RestoreOutcome> RestoreAsync(RestoreSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        context.Progress.Report(OperationProgress.At("plan"));
        var plan = await planner.PlanAsync(request, session, (hidden, token) => pins.HoldAsync(hidden, context, token), cancellationToken);
        var game = games.Of(plan.Live);
        var trees = await recreation.MakeRoomAsync(plan, request.Maps, context, cancellationToken);
        using var staging = new TreeStaging(
            session,
            new StagingSource(plan.Root, plan.Document, plan.Own, RoomTaken.BesideTheReserve),
            files,
            context.Id,
            (path, token) => context.Journal.WriteAsync(new StagingMade(path), token),
            context.Progress);
        var lasting = StandIns.Lasting(plan, trees);
        context.Progress.Report(OperationProgress.At("stage"));
        await staging.RequireRoomAsync(trees, cancellationToken);
        var differences = await staging.StageAsync(lasting, cancellationToken);
        if (!plan.Recreated.Any() && lasting.All(tree => tree.LivePath is not null) && differences.All(one => one.Tree.Entries.Count == 0))
        {
            await context.TakeBackAsync();
            return new RestoreOutcome.NothingDiffers(request.Snapshot);
        }

        var made = await recreation.MakeContainersAsync(plan, session, context, cancellationToken);
        var layers = WithNewLayers(plan.Trees, made).Where(tree => tree.LayerOf is { } name && made.Any(one => one.Plan.Name == name)).ToList();
        await staging.RequireRoomAsync(layers, cancellationToken);
        await staging.StageAsync(layers, cancellationToken);

        // All that can be read of the world of now while it runs: when it stands only the rest is, and what can't be kept is refused before.
        await using var begun = plan is { KeepsTheWorldOfNow: true, Stops: true }
            ? await capture.BeginAsync(SafetyOf(request, plan, context), context, cancellationToken)
            : null;
        // Staging took its time. Players are not warned of what can't be any more.
        await sidecars.FindAsync(plan.Live, cancellationToken);
        var answered = plan.Stops && await game.ReadyAsync(cancellationToken) is ReadyAnswer.Ready ? AnsweredBefore.Yes : AnsweredBefore.No;
        var warned = plan.Stops ? await countdown.RunAsync(game, settings.For(plan.Live.Server).Countdown, context, cancellationToken) : new PlayersWarned.Nobody();
        if (plan.Stops)
            await pins.HoldAsync(plan.Live, context, cancellationToken);
        var along = await sidecars.StopAsync(plan.Live, context, cancellationToken);
        var inPlace = await standIns.MakeAsync(plan, context, cancellationToken);

        // The last moment at which nothing of the server was touched.
        cancellationToken.ThrowIfCancellationRequested();
        var stopped = time.GetTimestamp();
        var killed = await halt.StopAsync(plan, game, context, cancellationToken);
        await standIns.TakeOverAsync(plan, inPlace, CancellationToken.None);
        plan = StandIns.Replace(plan, inPlace);
        trees = WithNewLayers(StandIns.Replace(trees, inPlace), made);
        context.Progress.Report(OperationProgress.At("safety"));
        var safety = plan.KeepsTheWorldOfNow
            ? await capture.CaptureAsync(SafetyOf(request, plan, context) with { Begun = begun }, context, cancellationToken)
            : null;
        if (begun is not null)
            await begun.DisposeAsync();
        var staged = await staging.StageAsync(trees, cancellationToken);
        await halt.RequireStoppedAsync(plan, cancellationToken);
        var before = safety is null ? null : await KeepWayBackAsync(safety, plan.Live, staged, context);
        await SwapAsync(staged, [.. plan.Live.Containers.Select(one => one.Details.Id.Value), .. made.Select(one => one.Id.Value), .. along.Select(one => one.Id.Value)], before, context);
        await recreation.TakeNamesAsync(made, plan, context, cancellationToken);
        await halt.RequireStoppedAsync(plan, CancellationToken.None);
        using (var own = DirectoryHandle.OpenRoot(folder.OperationPath(context.Id)))
            FilesSwapped.MarkStarted(own);
        var started = await halt.StartAsync(plan, made, game, context);
        var downtime = started.Count > 0 && plan.Stops ? time.GetElapsedTime(stopped) : TimeSpan.Zero;
        await sidecars.StartAsync(along, context);
        var watched = await health.WatchAsync(started, new WatchedGame(plan.Live.Server, answered), context.Progress, CancellationToken.None);
        if (watched is WatchEnding.Fallen(var container, var reason))
        {
            // A container that was made for it is taken away again, and its log with it.
            var log = await health.LastWordsAsync(started.FirstOrDefault(one => one.Name == container).Id);
            await context.TakeBackAsync();
            return new RestoreOutcome.SwappedBack(request.Snapshot, safety?.Id, container, reason) { Log = log };
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
            Silent = (watched as WatchEnding.Up)?.Silent,
            Players = warned,
            Notes = Managers.NotesOf(plan),
            UndoUntil = safety?.UndoUntil,
        };
    }

    private static IReadOnlyList<PlannedTree> WithNewLayers(IReadOnlyList<PlannedTree> trees, IReadOnlyList<MadeContainer> made) =>
        [.. trees.Select(tree => tree.LayerOf is { } name && made.FirstOrDefault(one => one.Plan.Name == name) is { Upper: { } upper }
            ? tree with { LivePath = upper }
            : tree)];

    /// <summary>The way back, made now that all is still and consistent.</summary>
    private CaptureRequest SafetyOf(RestoreSnapshot request, RestorePlan plan, OperationContext context)
    {
        var tags = new SnapshotTags
        {
            // The operation's own id: what became of the restore tells whether this is still a way back.
            Id = SnapshotId.Of(context.Id),
            Name = string.Create(CultureInfo.InvariantCulture, $"before restore {time.GetLocalNow():yyyy-MM-dd HH:mm}"),
            Reason = "safety",
            UndoUntil = time.GetUtcNow() + settings.For(plan.Live.Server).UndoTime,
        };
        return new CaptureRequest(request.Server, tags)
        {
            Missing = MissingContainers.Skip,
            Before = plan.Live,

            // A container that is made anew takes its layer along when it goes: where it can't be read, the engine keeps it.
            UnreadableLayers = plan.Recreated.Any(one => one.Live?.Layer.Fault is not null) ? UnreadableLayers.Commit : UnreadableLayers.LeaveOut,
        };
    }

    /// <summary>Where the world of before is kept, with what clears away the staging folders that bringing it back would make.</summary>
    private async Task<WorldBefore> KeepWayBackAsync(
        SnapshotInfo safety, InspectedServer live, IReadOnlyList<StageOutcome.Staged> staged, OperationContext context)
    {
        var known = staged.Select(one => Encoding.UTF8.GetString(one.Tree.LivePath)).ToHashSet(StringComparer.Ordinal);
        foreach (var place in WorldReturn.Places(live).Where(known.Add))
            await context.Journal.WriteAsync(new StagingMade(place), CancellationToken.None);
        return new WorldBefore(
            safety.Id.Value,
            store.Tree(safety.Id).ToString(),
            [.. live.Containers.Where(one => one.Layer.Upper is not null).Select(one => new LayerBefore(one.Name, one.Layer.Upper!))]);
    }

    private async Task SwapAsync(
        IReadOnlyList<StageOutcome.Staged> staged, IReadOnlyList<string> containers, WorldBefore? before, OperationContext context)
    {
        context.Progress.Report(OperationProgress.At("swap"));
        var manifest = new SwapManifest([.. staged.Select(one => one.Tree).Where(tree => tree.Entries.Count > 0)]);
        await context.Journal.WriteAsync(new FilesSwapped(ManifestName, containers, before), CancellationToken.None);
        using (var own = DirectoryHandle.OpenRoot(folder.OperationPath(context.Id)))
            manifest.Save(own, Encoding.ASCII.GetBytes(ManifestName));
        var steps = manifest.Trees.Sum(tree => tree.Entries.Count);
        var swapper = new Swapper(manifest, files.OpenFolder)
        {
            Stepped = done => context.Progress.Report(new OperationProgress("swap", done, steps, ProgressUnit.Files, null)),
        };
        if (swapper.Run(CancellationToken.None) is SwapOutcome.TakenBack { Reason: { } reason })
            throw new SwapFailedException(reason);
    }
}

/// <summary>A step of the swap could not be done; all steps were taken back.</summary>
internal sealed class SwapFailedException(IOException reason)
    : Exception($"The restored files could not be put in place: {reason.Message} Everything was put back as it was.", reason);
