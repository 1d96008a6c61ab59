using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Holds a server still for as long as something is read, and says how still it stood. Thawed is always.</summary>
internal sealed class FreezeWindow(RunState runState, EngineConnection connection, ServiceOptions options)
{
    /// <summary>Part of the budget that is the reading's; the rest is for thawing before the thawer does it.</summary>
    private const double ReadingShare = 0.8;

    /// <summary>Finds who writes the server's data now: its own containers and others that share a mount.</summary>
    /// <exception cref="RunStateChangedException">A container went away since it was inspected.</exception>
    public async Task<Writers> FindWritersAsync(InspectedServer server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var all = await engine.Containers.ListAsync(cancellationToken);
        var own = server.Containers.Where(one => one.IsRunning).Select(one => all.FirstOrDefault(summary => summary.Id == one.Details.Id)
            ?? throw new RunStateChangedException(one.Name)).ToList();
        return server.Server.ForeignWriters == ForeignWriters.FreezeAlong
            ? new Writers([.. own, .. server.ForeignWriters.Select(one => one.Container)], [])
            : new Writers(own, [.. server.ForeignWriters.Select(one => new SnapshotWarning("foreign-writer", one.Container.Name, one.Source))]);
    }

    /// <summary>Freezes, reads, thaws. Whatever reading or the caller's token do, thawed is under a deadline of its own.</summary>
    /// <exception cref="RunStateChangedException">A container stopped meanwhile.</exception>
    public async Task<Frozen> ReadAsync(
        IReadOnlyList<ContainerSummary> containers, OperationContext context, Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("freeze"));
        var engine = await connection.GetAsync(cancellationToken);
        ThawerProcess thawer;
        try
        {
            thawer = await StartThawerAsync(engine, containers, cancellationToken);
        }
        catch (ThawerMissingException missing)
        {
            return new Frozen.Not(new SnapshotWarning("no-thawer", "", missing.Message));
        }

        await using (thawer)
        {
            Freeze freeze;
            try
            {
                freeze = await runState.FreezeAsync(containers, context.Journal, cancellationToken);
            }
            catch (EngineException refused) when (refused is not EngineUnavailableException)
            {
                await thawer.DismissAsync();
                return new Frozen.Not(new SnapshotWarning("pause-refused", string.Join(", ", containers.Select(one => one.Name)), refused.Message));
            }

            var reading = await ReadAsync(engine, containers, freeze, read, cancellationToken);
            await thawer.DismissAsync();
            return reading;
        }
    }

    private async Task<Frozen> ReadAsync(
        IDockerEngine engine, IReadOnlyList<ContainerSummary> containers, Freeze freeze, Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(options.FreezeBudget * ReadingShare);
        SnapshotWarning? tooLong = null;
        IReadOnlyList<SnapshotWarning> warnings = [];
        try
        {
            await read(budget.Token);
            warnings = [.. (await Task.WhenAll(containers.Select(one => CheckAsync(engine, one, cancellationToken)))).OfType<SnapshotWarning>()];
        }
        catch (Exception error) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested && IsCancelled(error))
        {
            tooLong = new SnapshotWarning("freeze-budget", "", null);
        }
        finally
        {
            await freeze.ThawAsync();
        }

        return tooLong is not null ? new Frozen.Not(tooLong) : new Frozen.Held(freeze.Duration!.Value, warnings);
    }

    private async Task<ThawerProcess> StartThawerAsync(IDockerEngine engine, IReadOnlyList<ContainerSummary> containers, CancellationToken cancellationToken)
    {
        var orders = new List<(ContainerId, string?)>();
        foreach (var container in containers)
        {
            var state = (await engine.Containers.InspectAsync(container.Id, cancellationToken)).State;
            orders.Add((container.Id, state.ProcessId > 0 ? ControlGroup.Of(state.ProcessId, options.HostRoot).FreezerFile : null));
        }

        return await ThawerProcess.StartAsync(
            EngineEndpoint.FromEnvironment(options.Environment).SocketPath, options.FreezeBudget, orders, cancellationToken);
    }

    private static bool IsCancelled(Exception error) =>
        error is OperationCanceledException || (error is AggregateException many && many.InnerExceptions.All(one => one is OperationCanceledException));

    private static async Task<SnapshotWarning?> CheckAsync(IDockerEngine engine, ContainerSummary container, CancellationToken cancellationToken)
    {
        try
        {
            if ((await engine.Containers.InspectAsync(container.Id, cancellationToken)).State.IsPaused)
                return null;
        }
        catch (EngineNotFoundException)
        {
            // Gone is not frozen either.
        }

        return new SnapshotWarning("not-frozen", container.Name, "It was unpaused by something else while it was read.");
    }
}

/// <summary>Running containers that write what is read.</summary>
/// <param name="Containers">Those that are to be frozen.</param>
/// <param name="Warnings">Others that go on writing.</param>
internal sealed record Writers(IReadOnlyList<ContainerSummary> Containers, IReadOnlyList<SnapshotWarning> Warnings);

/// <summary>How a freeze went.</summary>
internal abstract record Frozen
{
    private Frozen()
    {
    }

    /// <summary>It was frozen for this long and read meanwhile.</summary>
    public sealed record Held(TimeSpan Duration, IReadOnlyList<SnapshotWarning> Warnings) : Frozen;

    /// <summary>It could not be frozen, or not for long enough; it runs.</summary>
    public sealed record Not(SnapshotWarning Reason) : Frozen;
}
