using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Capture;

/// <summary>Runs the reading while the server stands still, and says how still it stood.</summary>
internal sealed class FreezeWindow(RunState runState, EngineConnection connection)
{
    /// <summary>Freezes what runs, reads, thaws. Thawed is always, whatever reading or the caller's token do.</summary>
    public async Task<FrozenReading<T>> ReadAsync<T>(
        InspectedServer server, OperationContext context, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var all = await engine.Containers.ListAsync(cancellationToken);
        var foreign = server.ForeignWriters.ToList();
        var own = server.Containers.Where(one => one.IsRunning).Select(one => all.FirstOrDefault(summary => summary.Id == one.Details.Id)
            ?? throw new RunStateChangedException(one.Name)).ToList();
        var along = server.Server.ForeignWriters == ForeignWriters.FreezeAlong ? foreign.Select(one => one.Container).ToList() : [];
        var warnings = along.Count > 0
            ? new List<SnapshotWarning>()
            : [.. foreign.Select(one => new SnapshotWarning("foreign-writer", one.Container.Name, one.Source))];

        if (own.Count + along.Count == 0)
        {
            var unfrozen = await read(cancellationToken);
            var still = warnings.Count > 0 ? ConsistencyGrade.Live
                : server.Containers.Any(one => one.Details.State.IsPaused) ? ConsistencyGrade.Frozen
                : ConsistencyGrade.Stopped;
            return new(unfrozen, still, null, warnings);
        }

        context.Progress.Report(OperationProgress.At("freeze"));
        var freeze = await runState.FreezeAsync([.. own, .. along], context.Journal, cancellationToken);
        T result;
        try
        {
            result = await read(cancellationToken);
            foreach (var container in own.Concat(along))
            {
                if (!await IsPausedAsync(engine, container.Id, cancellationToken))
                    warnings.Add(new SnapshotWarning("not-frozen", container.Name, "It was unpaused by something else while it was read."));
            }
        }
        finally
        {
            await freeze.ThawAsync();
        }

        return new(result, warnings.Count > 0 ? ConsistencyGrade.Live : ConsistencyGrade.Frozen, freeze.Duration, warnings);
    }

    private static async Task<bool> IsPausedAsync(IDockerEngine engine, ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            return (await engine.Containers.InspectAsync(id, cancellationToken)).State.IsPaused;
        }
        catch (EngineNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>What was read, how consistent it is, and how long the freeze took.</summary>
internal sealed record FrozenReading<T>(T Result, ConsistencyGrade Grade, TimeSpan? Freeze, IReadOnlyList<SnapshotWarning> Warnings);
