using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Watches started containers until they count as up: running without a restart for a while, and healthy where they say so themselves.</summary>
internal sealed class HealthWatch(EngineConnection connection, ServiceOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Null when all are up, else the first that is not and why.</summary>
    public async Task<(string Container, string Reason)?> WatchAsync(
        IReadOnlyList<(ContainerId Id, string Name)> containers, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        foreach (var (id, name) in containers)
        {
            progress.Report(OperationProgress.At("health", name));
            if (await WatchAsync(engine, id, cancellationToken) is { } reason)
                return (name, reason);
        }

        return null;
    }

    private async Task<string?> WatchAsync(IDockerEngine engine, ContainerId id, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        int? restarts = null;
        while (true)
        {
            ContainerState state;
            try
            {
                state = (await engine.Containers.InspectAsync(id, cancellationToken)).State;
            }
            catch (EngineNotFoundException)
            {
                return "it is gone";
            }

            restarts ??= state.RestartCount;
            if (state.RestartCount > restarts || state.Status == ContainerStatus.Restarting)
                return $"it ends again and again (exit code {state.ExitCode})";
            if (!state.IsRunning)
                return state.Error.Length > 0 ? state.Error : $"it ended with exit code {state.ExitCode}";
            if (state.Health == ContainerHealth.Unhealthy)
                return "its own health check says unhealthy";
            var elapsed = time.GetElapsedTime(since);
            if (elapsed >= options.HealthTime && state.Health is ContainerHealth.None or ContainerHealth.Healthy)
                return null;
            if (elapsed >= options.HealthTime + options.HealthCheckTime)
                return "its own health check does not say healthy";
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
