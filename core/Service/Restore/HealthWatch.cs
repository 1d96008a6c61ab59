using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Watches started containers until they count as up: none ends or is started again by its restart policy, those with a health check say healthy,
/// and the game answers. Where nobody can ask the game, or it did not answer before either, they have to stay up for as long as it may take to boot.
/// </summary>
internal sealed class HealthWatch(EngineConnection connection, GameFinder games, ServiceOptions options, TimeProvider time)
{
    private const int LogLines = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Watches all together; they serve meanwhile.</summary>
    /// <param name="containers">Those that were started.</param>
    /// <param name="watched">The server whose game decides; null where it is enough that its processes run.</param>
    /// <param name="progress">Told of the time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<WatchEnding> WatchAsync(
        IReadOnlyList<(ContainerId Id, string Name)> containers, WatchedGame? watched, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (containers.Count == 0)
            return new WatchEnding.Up(null);
        var engine = await connection.GetAsync(cancellationToken);
        var game = watched is null ? null : await games.ForAsync(watched.Server, cancellationToken);
        var asks = game?.Profile.Ready is not null && containers.Any(one => one.Id == game.Container?.Id);
        var limits = WatchLimits.Of(game?.Profile, options);
        var restarts = new Dictionary<ContainerId, int>();
        var since = time.GetTimestamp();
        while (true)
        {
            var watching = time.GetElapsedTime(since);
            progress.Report(new OperationProgress(
                asks ? "answer" : "health",
                (long)watching.TotalSeconds,
                watching < limits.Boot ? (long)limits.Boot.TotalSeconds : 0,
                ProgressUnit.Seconds,
                game?.Container?.Name));
            var answer = asks ? await game!.ReadyAsync(cancellationToken) : new ReadyAnswer.NoCheck();

            // After the question, which takes its time: what fell meanwhile has not come up.
            var states = new Dictionary<ContainerId, ContainerHealth>();
            foreach (var (id, name) in containers)
            {
                var (health, fallen) = await LookAsync(engine, id, restarts, cancellationToken);
                if (fallen is not null)
                    return new WatchEnding.Fallen(name, fallen);
                states[id] = health;
            }

            var elapsed = time.GetElapsedTime(since);
            var silent = (answer as ReadyAnswer.NotYet)?.Reason;
            var unsure = containers.FirstOrDefault(one => states[one.Id] is not (ContainerHealth.None or ContainerHealth.Healthy)).Name;
            if (unsure is not null)
            {
                if (elapsed >= limits.Boot + options.HealthCheckTime)
                    return new WatchEnding.Fallen(unsure, "its own health check does not say healthy");
            }
            else if (elapsed >= limits.Least && (answer is ReadyAnswer.Ready || IsProven(game, states) || elapsed >= limits.Boot))
            {
                // A game that answered a minute ago and does not now is not up, whatever its process does.
                if (silent is null || watched!.Before == AnsweredBefore.No)
                    return new WatchEnding.Up(silent);
                if (elapsed >= limits.Answer)
                    return new WatchEnding.Fallen(game!.Container!.Name, $"the game did not answer in {limits.Answer.TotalSeconds:0} s: {silent}");
            }

            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    /// <summary>The last lines a container wrote, where why it fell usually stands; empty where there are none or they can't be read, for that must not
    /// keep anything from being put back.</summary>
    public async Task<string> LastWordsAsync(ContainerId id)
    {
        try
        {
            return id == default ? "" : await (await connection.GetAsync(CancellationToken.None)).Containers.ReadLogTailAsync(id, LogLines, CancellationToken.None);
        }
        catch (EngineException)
        {
            return "";
        }
    }

    /// <summary>The game's container says itself that it is up, and nobody else can be asked.</summary>
    private static bool IsProven(Game? game, Dictionary<ContainerId, ContainerHealth> states) =>
        game is null || (game is { Profile.Ready: null, Container: { } own } && states.GetValueOrDefault(own.Id) == ContainerHealth.Healthy);

    /// <summary>How a container is; why it is not up any more.</summary>
    private static async Task<(ContainerHealth Health, string? Fallen)> LookAsync(
        IDockerEngine engine, ContainerId id, Dictionary<ContainerId, int> restarts, CancellationToken cancellationToken)
    {
        try
        {
            var state = (await engine.Containers.InspectAsync(id, cancellationToken)).State;
            restarts.TryAdd(id, state.RestartCount);
            var fallen = state.RestartCount > restarts[id] || state.Status == ContainerStatus.Restarting ? $"it ends again and again (exit code {state.ExitCode})"
                : !state.IsRunning ? state.Error.Length > 0 ? state.Error : $"it ended with exit code {state.ExitCode}"
                : state.Health == ContainerHealth.Unhealthy ? "its own health check says unhealthy"
                : null;
            return (state.Health, fallen);
        }
        catch (EngineNotFoundException)
        {
            return (ContainerHealth.None, "it is gone");
        }
    }
}

/// <summary>A server whose game has to come up.</summary>
internal sealed record WatchedGame(GameServer Server, AnsweredBefore Before);

/// <summary>Whether a game answered just before it was stopped: one that did has to again.</summary>
internal enum AnsweredBefore
{
    No,
    Yes,
}

/// <summary>How watching ended.</summary>
internal abstract record WatchEnding
{
    private WatchEnding()
    {
    }

    /// <summary>All are up.</summary>
    /// <param name="Silent">Why the game did not answer, where it could be asked and did not before either; else null.</param>
    public sealed record Up(string? Silent) : WatchEnding;

    /// <summary>One is not, and why.</summary>
    public sealed record Fallen(string Container, string Reason) : WatchEnding;
}

/// <summary>For how long is watched.</summary>
/// <param name="Least">At least.</param>
/// <param name="Boot">Until a game that nobody can ask counts as up.</param>
/// <param name="Answer">For a game that answered before, to answer again.</param>
internal sealed record WatchLimits(TimeSpan Least, TimeSpan Boot, TimeSpan Answer)
{
    public static WatchLimits Of(GameProfile? profile, ServiceOptions options)
    {
        var boot = profile is null ? options.HealthTime : options.GameBootTime ?? TimeSpan.FromSeconds(profile.BootSeconds);
        return new(boot < options.HealthTime ? boot : options.HealthTime, boot, boot > options.GameReadyTime ? boot : options.GameReadyTime);
    }
}
