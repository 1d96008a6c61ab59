using Microsoft.Extensions.Logging;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Locking;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Looks every minute whether a server looks broken or its runs are missing. One server that can't be looked at hides no other.</summary>
internal sealed class GuardRounds(
    ServerStore servers, LastGoodGuard guard, CrashWatch crashes, IScheduleFacts schedules, Incidents incidents, SnapshotStore snapshots, ILogger<GuardRounds> log) : IPeriodicWork
{
    public string Name => "guard";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await BackAsync(cancellationToken);
        foreach (var server in servers.All())
        {
            try
            {
                await ExamineAsync(server, cancellationToken);
                await MissedAsync(server, cancellationToken);
                if (await crashes.LookAsync(server, cancellationToken) is { } cause)
                    await guard.HoldAsync(server.Id, cause, [], cancellationToken);
            }
            catch (EngineException error)
            {
                // Without an engine nothing is known of containers; what snapshots show was looked at before.
                log.NotLookedAt(server.Name, error.Message);
            }
        }
    }

    private async Task ExamineAsync(GameServer server, CancellationToken cancellationToken)
    {
        try
        {
            await guard.ExamineAsync(server.Id, cancellationToken);
        }
        catch (RepositoryLockedException busy)
        {
            // Somebody removes data just now. What is missing and who crashed is looked at all the same, the snapshot in the next round.
            log.NotLookedAt(server.Name, busy.Message);
        }
    }

    /// <summary>Ends what was gone and is there again, and what a schedule that was removed had open.</summary>
    private async Task BackAsync(CancellationToken cancellationToken)
    {
        var facts = new Dictionary<ServerId, IReadOnlyList<ScheduleFact>>();
        foreach (var incident in incidents.List(IncidentFilter.Open, 1000))
        {
            var goesOn = incident.Cause switch
            {
                IncidentCause.Gone { What: IncidentCause.Gone.Server } it => Find(incident, it.Schedule) is not null && servers.Find(incident.ServerId!.Value) is null,
                IncidentCause.Gone it => Find(incident, it.Schedule) is { LacksChannel: true },
                IncidentCause.RunMissed it => Find(incident, it.Schedule) is not null,
                IncidentCause.RunFailed it => Find(incident, it.Schedule) is not null,
                _ => true,
            };
            if (!goesOn)
                await incidents.ResolveAsync(incident.ServerId, incident.Cause.Word, incident.Cause.Subject, cancellationToken);
        }

        ScheduleFact? Find(IncidentInfo incident, string schedule)
        {
            if (incident.ServerId is not { } server)
                return null;
            if (!facts.TryGetValue(server, out var known))
                facts.Add(server, known = schedules.Of(server));
            return known.FirstOrDefault(one => one.Id == schedule);
        }
    }

    private async Task MissedAsync(GameServer server, CancellationToken cancellationToken)
    {
        var open = incidents.OpenOf(server.Id);
        foreach (var schedule in schedules.Of(server.Id))
        {
            // A run that was tried says why there is no snapshot; that nobody was there to try it is told only where none was.
            var missing = schedule is { IsPaused: false, RunsMissing: > 0 };
            await MissedAsync(server, schedule, missing && schedule.Failed is null, open, cancellationToken);
            await FailedAsync(server, schedule, missing ? schedule.Failed : null, open, cancellationToken);
        }
    }

    private async Task MissedAsync(GameServer server, ScheduleFact schedule, bool isMissed, IReadOnlyList<IncidentInfo> open, CancellationToken cancellationToken)
    {
        var known = open.Select(one => one.Cause).OfType<IncidentCause.RunMissed>().FirstOrDefault(one => one.Schedule == schedule.Id);
        if (!isMissed)
        {
            if (known is not null)
                await incidents.ResolveAsync(server.Id, IncidentCause.RunMissed.Text, schedule.Id, cancellationToken);
        }
        else if (known?.Runs != schedule.RunsMissing)
        {
            var cause = new IncidentCause.RunMissed(schedule.Id, schedule.Name, schedule.RunsMissing, schedule.MissingSince ?? default);
            await incidents.OpenAsync(server.Id, cause, cancellationToken);
        }
    }

    private async Task FailedAsync(GameServer server, ScheduleFact schedule, RunFailure? failed, IReadOnlyList<IncidentInfo> open, CancellationToken cancellationToken)
    {
        var known = open.Select(one => one.Cause).OfType<IncidentCause.RunFailed>().FirstOrDefault(one => one.Schedule == schedule.Id);
        if (failed is null)
        {
            if (known is not null)
                await incidents.ResolveAsync(server.Id, IncidentCause.RunFailed.Text, schedule.Id, cancellationToken);
        }
        else if (known?.Nights.Count != failed.Nights.Count || known.Nights[^1] != failed.Nights[^1])
        {
            var last = snapshots.List(new SnapshotFilter { Server = server.Id, Limit = 20 }).Snapshots.FirstOrDefault(one => one.Reason != "safety");
            await incidents.OpenAsync(
                server.Id,
                new IncidentCause.RunFailed(
                    schedule.Id, schedule.Name, failed.Failure?.Code ?? "refused", failed.Failure?.Message ?? "", failed.Failure?.Hint)
                {
                    Refusal = failed.Refusal,
                    Nights = failed.Nights,
                    LastGood = last?.Name,
                    LastGoodAt = last?.CreatedAt,
                },
                cancellationToken);
        }
    }
}
