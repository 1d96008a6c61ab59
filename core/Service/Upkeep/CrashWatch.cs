using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Looks whether a server's containers end again and again, or were killed before they had saved.</summary>
internal sealed class CrashWatch(EngineConnection connection, ContainerEnds ends, Marks marks, TimeProvider time)
{
    /// <summary>The exit code of what was killed.</summary>
    public const int Killed = 137;

    /// <summary>So many starts by the engine within the window are a loop.</summary>
    private const int MostRestarts = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    /// <summary>What looks broken now and did not at the last look, or null.</summary>
    /// <exception cref="EngineException">The engine can't be asked.</exception>
    public async Task<IncidentCause?> LookAsync(GameServer server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var all = await engine.Containers.ListAsync(cancellationToken);
        var key = "runs:" + server.Id.Value;
        var before = marks.Read(key, GuardJson.Default.RunMark)?.Containers ?? new Dictionary<string, RunSeen>(StringComparer.Ordinal);
        var now = new Dictionary<string, RunSeen>(StringComparer.Ordinal);
        IncidentCause? cause = null;
        foreach (var located in ContainerLocator.Locate(server, all))
        {
            if (located.Summary is not { } container || await TryInspectAsync(engine, container.Id, cancellationToken) is not { } state)
                continue;
            before.TryGetValue(container.Id.Value, out var seen);
            var killed = ends.LastKilled(container.Id);
            var found = Judge(container.Name, state, killed, seen);
            cause ??= found;
            now[container.Id.Value] = Next(state, killed, seen, found is not null, time.GetUtcNow());
        }

        if (!now.SequenceEqual(before))
            await marks.WriteAsync(key, new RunMark(now), GuardJson.Default.RunMark, cancellationToken);
        return cause;
    }

    internal static IncidentCause? Judge(string container, ContainerState state, ContainerEnd? killed, RunSeen? seen)
    {
        // The first look only learns: what ended before anybody watched is nobody's news, but a loop that goes on is.
        if (state.Status == ContainerStatus.Restarting && state.RestartCount - (seen?.Restarts ?? 0) >= MostRestarts)
            return new IncidentCause.CrashLoop(container, state.RestartCount, state.ExitCode);
        if (seen is null)
            return null;
        if (state.RestartCount - seen.Restarts >= MostRestarts)
            return new IncidentCause.CrashLoop(container, state.RestartCount, state.ExitCode);
        var ended = !state.IsRunning && state.FinishedAt is { } finished && finished != seen.FinishedAt;
        if (ended && (state.ExitCode == Killed || state.WasKilledForMemory))
            return new IncidentCause.Killed(container, state.WasKilledForMemory, state.FinishedAt!.Value);

        // Who starts a game again by hand knows; a restart by the engine hides what it is for.
        return killed is not null && killed.At > seen.JudgedUntil && state.RestartCount > 0 ? new IncidentCause.Killed(container, killed.WasKilledForMemory, killed.At) : null;
    }

    /// <summary>Starts are counted from the first look, anew after each window, and from where a loop was told.</summary>
    internal static RunSeen Next(ContainerState state, ContainerEnd? killed, RunSeen? seen, bool told, DateTimeOffset now)
    {
        // One end is told by its state and by its event, a little apart: after it was judged by the one, the other is no second end.
        var judged = Later(Later(seen?.JudgedUntil ?? state.StartedAt ?? default, killed?.At ?? default), state.IsRunning ? default : state.FinishedAt + Apart ?? default);
        return seen is null || told || state.RestartCount < seen.Restarts || now - seen.Since > Window
            ? new RunSeen(state.RestartCount, state.FinishedAt, now) { JudgedUntil = judged }
            : seen with { FinishedAt = state.FinishedAt, JudgedUntil = judged };
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static async Task<ContainerState?> TryInspectAsync(IDockerEngine engine, ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            return (await engine.Containers.InspectAsync(id, cancellationToken)).State;
        }
        catch (EngineNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>What a server's containers had done at the last look, by their ids.</summary>
internal sealed record RunMark(IReadOnlyDictionary<string, RunSeen> Containers);

/// <summary>One container at a look.</summary>
internal sealed record RunSeen(int Restarts, DateTimeOffset? FinishedAt, DateTimeOffset Since)
{
    /// <summary>Ends up to then were judged, by the engine's clock.</summary>
    public DateTimeOffset JudgedUntil { get; init; } = FinishedAt ?? Since;
}
