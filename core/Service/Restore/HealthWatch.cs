using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Watches started containers until they count as up: running without a restart for a while, and healthy where they say so themselves.</summary>
internal sealed class HealthWatch(EngineConnection connection, GameFinder games, ServiceOptions options, TimeProvider time)
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

    /// <summary>
    /// Waits until the game itself answers, as it did before: that its process is up says little. Null when it does, or can't be asked, else
    /// the container and why.
    /// </summary>
    public async Task<(string Container, string Reason)?> WatchGameAsync(GameServer server, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var game = await games.ForAsync(server, cancellationToken);
        while (game.Container is { } container)
        {
            progress.Report(OperationProgress.At("answer", container.Name));
            if (await game.ReadyAsync(cancellationToken) is not ReadyAnswer.NotYet notYet)
                return null;
            var engine = await connection.GetAsync(cancellationToken);
            if (await StandingAsync(engine, container.Id, cancellationToken) is { } fallen)
                return (container.Name, fallen);
            if (time.GetElapsedTime(since) >= options.GameReadyTime)
                return (container.Name, $"the game did not answer in {options.GameReadyTime.TotalSeconds:0} s: {notYet.Reason}");
            await Task.Delay(Pace, time, cancellationToken);
        }

        return null;
    }

    private static async Task<string?> StandingAsync(IDockerEngine engine, ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            var state = (await engine.Containers.InspectAsync(id, cancellationToken)).State;
            return state.IsRunning && state.Status != ContainerStatus.Restarting ? null : $"it ended with exit code {state.ExitCode}";
        }
        catch (EngineNotFoundException)
        {
            return "it is gone";
        }
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
