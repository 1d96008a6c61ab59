using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Watches started containers until they count as up: running without a restart for a while, and healthy where they say so themselves.</summary>
internal sealed class HealthWatch(EngineConnection connection, GameFinder games, ServiceOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Watches one container after the other, then the game, then looks at all once more. Null when all are up, else the first that is not and why.</summary>
    /// <param name="containers">Those that were started, in that order.</param>
    /// <param name="answering">
    /// The server whose game itself has to answer, as it did before: that its process is up says little. Null where it can't be asked or did not answer.
    /// </param>
    /// <param name="progress">Told which is watched.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(string Container, string Reason)?> WatchAsync(
        IReadOnlyList<(ContainerId Id, string Name)> containers, GameServer? answering, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var restarts = new Dictionary<ContainerId, int>();
        foreach (var (id, name) in containers)
        {
            progress.Report(OperationProgress.At("health", name));
            var (reason, count) = await WatchAsync(engine, id, cancellationToken);
            if (reason is not null)
                return (name, reason);
            restarts[id] = count;
        }

        if (answering is not null && await WatchGameAsync(answering, progress, cancellationToken) is { } silent)
            return silent;

        // While one was watched another may have ended, or ended and been started again.
        foreach (var (id, name) in containers)
        {
            if (await StandingAsync(engine, id, restarts[id], cancellationToken) is { } fallen)
                return (name, fallen);
        }

        return null;
    }

    private async Task<(string Container, string Reason)?> WatchGameAsync(GameServer server, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var game = await games.ForAsync(server, cancellationToken);
        while (game.Container is { } container)
        {
            progress.Report(OperationProgress.At("answer", container.Name));
            if (await game.ReadyAsync(cancellationToken) is not ReadyAnswer.NotYet notYet)
                return null;
            var engine = await connection.GetAsync(cancellationToken);
            if (await StandingAsync(engine, container.Id, int.MaxValue, cancellationToken) is { } fallen)
                return (container.Name, fallen);
            if (time.GetElapsedTime(since) >= options.GameReadyTime)
                return (container.Name, $"the game did not answer in {options.GameReadyTime.TotalSeconds:0} s: {notYet.Reason}");
            await Task.Delay(Pace, time, cancellationToken);
        }

        return null;
    }

    private static async Task<string?> StandingAsync(IDockerEngine engine, ContainerId id, int restarts, CancellationToken cancellationToken)
    {
        try
        {
            var state = (await engine.Containers.InspectAsync(id, cancellationToken)).State;
            return !state.IsRunning || state.Status == ContainerStatus.Restarting ? $"it ended with exit code {state.ExitCode}"
                : state.RestartCount > restarts ? "it ended and was started again by its restart policy"
                : state.Health == ContainerHealth.Unhealthy ? "its own health check says unhealthy"
                : null;
        }
        catch (EngineNotFoundException)
        {
            return "it is gone";
        }
    }

    /// <summary>Null when it is up, and how often it was restarted by then.</summary>
    private async Task<(string? Reason, int Restarts)> WatchAsync(IDockerEngine engine, ContainerId id, CancellationToken cancellationToken)
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
                return ("it is gone", 0);
            }

            restarts ??= state.RestartCount;
            if (state.RestartCount > restarts || state.Status == ContainerStatus.Restarting)
                return ($"it ends again and again (exit code {state.ExitCode})", 0);
            if (!state.IsRunning)
                return (state.Error.Length > 0 ? state.Error : $"it ended with exit code {state.ExitCode}", 0);
            if (state.Health == ContainerHealth.Unhealthy)
                return ("its own health check says unhealthy", 0);
            var elapsed = time.GetElapsedTime(since);
            if (elapsed >= options.HealthTime && state.Health is ContainerHealth.None or ContainerHealth.Healthy)
                return (null, state.RestartCount);
            if (elapsed >= options.HealthTime + options.HealthCheckTime)
                return ("its own health check does not say healthy", 0);
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
