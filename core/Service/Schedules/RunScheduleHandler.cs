using System.Globalization;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>Runs a schedule once: finds out first whether a snapshot is wanted now, then makes it.</summary>
internal sealed class RunScheduleHandler(
    ScheduleStore schedules,
    ServerStore servers,
    ContainerLocator locator,
    PlayHistory play,
    IPlayerQueries players,
    CaptureWorkflow capture,
    SnapshotStore snapshots,
    RepositoryAccess access,
    SnapshotView view,
    DiskReads disk,
    Incidents incidents,
    OperationClient operations,
    TimeProvider time)
    : IOperationHandler<RunSchedule, RunScheduleOutcome>
{
    /// <summary>A snapshot's name has at most 200 characters; the rest is its time.</summary>
    private const int LongestName = 160;

    public async Task<RunScheduleOutcome> HandleAsync(RunSchedule request, OperationContext context, CancellationToken cancellationToken)
    {
        var isAsked = request.Cause == RunCause.Asked;
        if (schedules.Find(request.Schedule) is not { } schedule || (schedule.Pause != SchedulePause.Active && !isAsked))
            return new RunScheduleOutcome.Skipped(SkipReason.NotWanted, null);
        if (servers.Find(request.Server) is not { } server)
        {
            // Said once: a schedule that is paused is not due any more. Killed between the two, the next run says it again of the same incident.
            await incidents.OpenAsync(request.Server, new IncidentCause.Gone(schedule.Id.Value, schedule.Name, IncidentCause.Gone.Server), cancellationToken);
            await schedules.PauseAsync(schedule.Id, SchedulePause.ServerGone, null, cancellationToken);
            return new RunScheduleOutcome.Refused(new Refusal.ServerUnknown(request.Server.Value));
        }

        await SyncAsync(cancellationToken);
        if (snapshots.Find(SnapshotId.Of(context.Id)) is { } made)
            return new RunScheduleOutcome.Ran(made, RunNote.None);
        if (request.Due is { } due && IsTooLate(schedule, due))
        {
            // Those that wait behind it may end within seconds, and the newest of them well: nobody else would tell of this one.
            if (!incidents.OpenOf(server.Id).Any(one => one.Cause is IncidentCause.RunMissed known && known.Schedule == schedule.Id.Value))
                await incidents.OpenAsync(server.Id, new IncidentCause.RunMissed(schedule.Id.Value, schedule.Name, 1, due), cancellationToken);
            return new RunScheduleOutcome.Missed(due, due, 1);
        }

        // It stops before it fails; one that is asked for is judged by what it needs.
        if (!isAsked && disk.LevelNow() == DiskLevel.Full)
            return new RunScheduleOutcome.Skipped(SkipReason.DiskLow, snapshots.Newest(server.Id)?.CreatedAt);
        var (skip, note) = await JudgeAsync(schedule, server, cancellationToken);
        return skip is { } reason && !isAsked
            ? new RunScheduleOutcome.Skipped(reason, snapshots.Newest(server.Id)?.CreatedAt)
            : await CaptureAsync(schedule, request, note, context, cancellationToken);
    }

    private async Task<RunScheduleOutcome> CaptureAsync(
        Schedule schedule, RunSchedule request, RunNote note, OperationContext context, CancellationToken cancellationToken)
    {
        var tags = new SnapshotTags
        {
            Id = SnapshotId.Of(context.Id),
            Name = NameOf(schedule),
            Reason = schedule.Id.Reason,
        };
        var wanted = new CaptureRequest(request.Server, tags)
        {
            Unchanged = request.Cause == RunCause.Asked ? UnchangedServer.Capture : UnchangedServer.Skip,
        };
        try
        {
            var snapshot = await capture.CaptureAsync(wanted, context, cancellationToken);

            // After it is made, never before: expiry reads the new one back first, and is queued even if this process dies here.
            await operations.EnqueueAsync(new ExpireSnapshots(request.Server), context.RequestedBy, $"expire-after:{snapshot.Id.Value}", CancellationToken.None);
            return new RunScheduleOutcome.Ran(snapshot, note);
        }
        catch (NothingChangedException same)
        {
            return new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, same.Last.CreatedAt);
        }
        catch (RefusedException refused)
        {
            return new RunScheduleOutcome.Refused(refused.Refusal);
        }
        catch (RunStateChangedException changed)
        {
            return new RunScheduleOutcome.Refused(new Refusal.RunStateChanged(changed.Container));
        }
    }

    /// <summary>Why the mode would not have a snapshot now, and what is worth knowing when one is made.</summary>
    private async Task<(SkipReason? Skip, RunNote Note)> JudgeAsync(Schedule schedule, GameServer server, CancellationToken cancellationToken)
    {
        switch (schedule.When)
        {
            case ScheduleWhen.Online:
                var located = await locator.LocateAsync(server, cancellationToken);
                return located.Any(one => one.State is ServerState.Running or ServerState.Paused) ? (null, RunNote.None) : (SkipReason.Offline, RunNote.WasOffline);
            case ScheduleWhen.Played when snapshots.Newest(server.Id) is { } last:
                if (!await players.HasAsync(server, cancellationToken))
                    return (null, RunNote.NoPlayerQuery);
                return play.Since(server.Id, last.CreatedAt, time.GetUtcNow()) switch
                {
                    { IsAny: true } => (null, RunNote.None),
                    { IsWhole: false } => (null, RunNote.PlayUnknown),
                    _ => (SkipReason.NobodyPlayed, RunNote.NobodyPlayed),
                };
            default:
                return (null, RunNote.None);
        }
    }

    private bool IsTooLate(Schedule schedule, DateTimeOffset due) => time.GetUtcNow() - due > Occurrences.WindowOf(due, schedule.Next(due));

    private string NameOf(Schedule schedule)
    {
        var local = schedule.Zone is { } zone ? TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone) : time.GetUtcNow();
        var name = schedule.Name.Length > LongestName ? schedule.Name[..LongestName] : schedule.Name;
        return name + local.ToString(" d MMM HH:mm", CultureInfo.InvariantCulture);
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (view.IsCurrent(await access.ListNamesAsync(cancellationToken)))
            return;
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
    }
}
