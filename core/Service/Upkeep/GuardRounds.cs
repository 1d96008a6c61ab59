using Microsoft.Extensions.Logging;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Looks every minute whether a server looks broken or its runs are missing. One server that can't be looked at hides no other.</summary>
internal sealed class GuardRounds(
    ServerStore servers, LastGoodGuard guard, CrashWatch crashes, IScheduleFacts schedules, Incidents incidents, ILogger<GuardRounds> log) : IPeriodicWork
{
    public string Name => "guard";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var server in servers.All())
        {
            try
            {
                await guard.ExamineAsync(server.Id, cancellationToken);
                await MissedAsync(server, cancellationToken);
                if (await crashes.LookAsync(server, cancellationToken) is { } cause)
                    await guard.HoldAsync(server.Id, cause, null, cancellationToken);
            }
            catch (EngineException error)
            {
                // Without an engine nothing is known of containers; what snapshots show was looked at before.
                log.NotLookedAt(server.Name, error.Message);
            }
        }
    }

    private async Task MissedAsync(GameServer server, CancellationToken cancellationToken)
    {
        var open = incidents.OpenOf(server.Id);
        foreach (var schedule in schedules.Of(server.Id))
        {
            var known = open.Select(one => one.Cause).OfType<IncidentCause.RunMissed>().FirstOrDefault(one => one.Schedule == schedule.Id);
            if (schedule.RunsMissing == 0 || schedule.IsPaused)
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
    }
}
