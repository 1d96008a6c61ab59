using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;

namespace SnapshotBot.Service.Restore;

/// <summary>Says what a restore would cost. Runs where it is called and changes nothing.</summary>
public sealed class RestorePreview
{
    private readonly RestorePlanner _planner;
    private readonly RepositoryAccess _access;
    private readonly HostFiles _files;
    private readonly DowntimeForecast _forecast;
    private readonly GameFinder _games;
    private readonly PlayHistory _play;
    private readonly SettingReads _settings;
    private readonly TimeProvider _time;

    internal RestorePreview(
        RestorePlanner planner, RepositoryAccess access, HostFiles files, DowntimeForecast forecast, GameFinder games, PlayHistory play, SettingReads settings,
        TimeProvider time)
    {
        _planner = planner;
        _access = access;
        _files = files;
        _forecast = forecast;
        _games = games;
        _play = play;
        _settings = settings;
        _time = time;
    }

    /// <summary>Compares the snapshot with the server as it is now.</summary>
    public async Task<RestoreCost> CostAsync(RestoreSnapshot request, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        RestorePlan plan;
        try
        {
            plan = await _planner.PlanAsync(request, session, null, cancellationToken);
        }
        catch (RefusedException refused)
        {
            return new RestoreCost.Refused(refused.Refusal);
        }

        var tally = new CostTally(plan);
        var hostMounts = _files.Mounts();
        foreach (var tree in plan.Trees)
            await CountAsync(session, plan, tree, hostMounts, tally, cancellationToken);
        var now = _time.GetUtcNow();
        var game = _games.Of(plan.Live);
        var players = plan.Stops ? await PlayersAsync(game, cancellationToken) : new PlayersNow.Nobody();
        var running = plan.Live.Containers.Count(one => one.Details.State.IsRunning);
        return new RestoreCost.Cost
        {
            Snapshot = plan.Snapshot,
            TimeLost = now - plan.Snapshot.CreatedAt,
            Played = PlayedSince(request.Server, plan.Snapshot.CreatedAt, now, players),
            Players = players,
            FilesAdded = tally.Added,
            FilesReplaced = tally.Replaced,
            FilesRemoved = tally.Removed,
            Removed = tally.RemovedPaths,
            Unread = tally.UnreadPaths(),
            Bytes = tally.Bytes,
            Space = tally.Tightest(),
            GameVersionThen = plan.Document.GameVersion,
            GameVersionNow = plan is { Stops: true, Document.GameVersion: not null } ? await game.VersionAsync(cancellationToken) : null,
            Recreate = [.. plan.Recreated.Select(one => new RecreateReason(one.Name, one.Reason!, one.Live?.Details.Image, one.Definition.Image))],
            Stops = plan.Stops,
            StopsAlong = plan.Sidecars,
            Downtime = _forecast.Expect(request.Server, running, tally.Added + tally.Replaced + tally.Removed),
            Notes = Managers.NotesOf(plan),
            UndoUntil = plan.KeepsTheWorldOfNow ? now + _settings.For(plan.Live.Server).UndoTime : null,
        };
    }

    private PlayedSince? PlayedSince(ServerId server, DateTimeOffset from, DateTimeOffset to, PlayersNow now)
    {
        var played = _play.Since(server, from, to);

        // Who is there now and was not yet there when it was last asked has played, nobody knows for how long.
        var isNews = !played.IsAny && now is PlayersNow.Known { Online: > 0 };
        var isWhole = played.IsWhole || (now is PlayersNow.Known && to - from <= PlayHistory.LongestGap);
        return isNews || (!isWhole && !played.IsAny) ? null : new PlayedSince(played.Time, isWhole, _play.WhoPlayed(server, from, to));
    }

    private static async Task<PlayersNow> PlayersAsync(Game game, CancellationToken cancellationToken)
    {
        var warning = game.Profile.Announce is null ? PlayerWarning.NotPossible : PlayerWarning.Possible;
        return await game.PlayersAsync(cancellationToken) switch
        {
            PlayersAnswer.Known known => new PlayersNow.Known(known.Online, known.Names, warning),
            PlayersAnswer.Unknown unknown => new PlayersNow.Unknown(unknown.Reason, warning),
            _ => throw new InvalidOperationException("Players are neither known nor unknown."),
        };
    }

    private async Task CountAsync(
        RepositorySession session, RestorePlan plan, PlannedTree tree, HostMounts hostMounts, CostTally tally, CancellationToken cancellationToken)
    {
        var trees = await session.TreesAsync(cancellationToken);
        var node = await trees.FindAsync(plan.Root, Encoding.UTF8.GetBytes(tree.Folder), cancellationToken);
        if (node?.Subtree is not { } root)
            return;
        using var kept = new SnapshotTreeSource(trees, root);
        if (tree.LivePath is not { } path)
        {
            using var nothing = new FlatTree();
            await foreach (var change in TreeComparer.CompareAsync(nothing, kept, new TreeComparisonOptions(), cancellationToken))
                Count(change, isReal: true);
            return;
        }

        using var live = _files.OpenFolder(path);
        using var now = new LiveTreeSource(live, LiveDetail.StatusAndAttributes);
        var content = new LiveContent(live, await session.IndexAsync(cancellationToken));
        var before = tally.Bytes;
        var liveRoot = live.Status().Identity;
        var options = LiveContent.ComparisonOf(plan.Document, tree.Folder, path, hostMounts);
        await foreach (var change in TreeComparer.CompareAsync(now, kept, options, cancellationToken).Where(change => !plan.Own.Forbid(change, liveRoot)))
            Count(change, content.IsReal(change));
        tally.WriteTo(path, live, tally.Bytes - before);

        // What can't be read can't be counted, and could not be restored.
        void Count(in TreeChange change, bool isReal)
        {
            if (change.Unreadable is { } reason && (tree.Selection.Contains(change.ToPath()) || tree.Selection.LeadsTo(change.ToPath())))
                throw reason;
            tally.Count(change, isReal, tree);
        }
    }
}
