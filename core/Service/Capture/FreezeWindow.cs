using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Holds a server still for as long as something is read, and says how still it stood. Thawed is always.</summary>
internal sealed class FreezeWindow(RunState runState, EngineConnection connection, ServiceOptions options, TimeProvider time)
{
    /// <summary>Part of the budget that is the reading's; the rest is for thawing before the thawer does it.</summary>
    private const double ReadingShare = 0.8;

    /// <summary>How often a freeze in which the engine hangs, or that its runtime fails at, is tried.</summary>
    private const int Attempts = 3;

    /// <summary>
    /// Before a freeze that the engine hung in or its runtime failed at is tried again: long enough for a command to start, or for a program that
    /// waited for its disk.
    /// </summary>
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(300);

    /// <summary>Finds who writes the server's data now: its own containers and others that share a mount.</summary>
    /// <exception cref="RunStateChangedException">A container went away since it was inspected.</exception>
    public async Task<Writers> FindWritersAsync(InspectedServer server, CancellationToken cancellationToken)
    {
        var (all, foreign) = await ListAsync(server, cancellationToken);
        var own = new List<ContainerSummary>();
        foreach (var container in server.Containers)
        {
            // Since it was inspected images were saved and the world was read, which takes minutes: one that was off may be on by now.
            var now = all.FirstOrDefault(summary => summary.Id == container.Details.Id);
            if (container.IsRunning || now is { Status: ContainerStatus.Running })
                own.Add(now ?? throw new RunStateChangedException(container.Name));
        }

        return server.Server.ForeignWriters == ForeignWriters.FreezeAlong
            ? new Writers([.. own, .. foreign.Select(one => one.Container)], [])
            : new Writers(own, foreign);
    }

    /// <summary>Which of the server's containers, or of those that share its data, run by now and were not known to when the reading began.</summary>
    public async Task<IReadOnlyList<SnapshotWarning>> FindStartedAsync(InspectedServer server, Writers known, CancellationToken cancellationToken)
    {
        var (all, foreign) = await ListAsync(server, cancellationToken);
        var own = server.Containers.Select(one => one.Details.Id).ToHashSet();
        var expected = known.Containers.Concat(known.Others.Select(one => one.Container)).Select(one => one.Id).ToHashSet();
        return [.. all.Where(one => one.Status == ContainerStatus.Running && own.Contains(one.Id)).Concat(foreign.Select(one => one.Container))
            .Where(one => !expected.Contains(one.Id))
            .Select(one => new SnapshotWarning("not-frozen", one.Name, "It was started while it was read."))];
    }

    private async Task<(IReadOnlyList<ContainerSummary> All, IReadOnlyList<ForeignContainer> Foreign)> ListAsync(InspectedServer server, CancellationToken cancellationToken)
    {
        var all = await (await connection.GetAsync(cancellationToken)).Containers.ListAsync(cancellationToken);
        return (all, [.. ForeignContainer.Of(all, server).Where(one => one.Container.Status == ContainerStatus.Running)]);
    }

    /// <summary>Whether a difference can be read within the budget; one that surely can't is not frozen for.</summary>
    public static bool HasTimeFor(DifferenceEstimate estimate, TimeSpan budget) => estimate.Time <= budget * ReadingShare;

    /// <summary>Freezes, reads, thaws. Whatever reading or the caller's token do, thawed is under a deadline of its own.</summary>
    /// <exception cref="RunStateChangedException">A container stopped meanwhile.</exception>
    public async Task<Frozen> ReadAsync(
        IReadOnlyList<ContainerSummary> containers, OperationContext context, TimeSpan budget, Func<CancellationToken, Task> read,
        CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("freeze"));
        var engine = await connection.GetAsync(cancellationToken);
        var stood = TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var frozen = await TryReadAsync(engine, containers, context, budget, read, cancellationToken);
                if (frozen is Frozen.Not { MayPass: true } && attempt < Attempts)
                {
                    await Task.Delay(BetweenAttempts, time, cancellationToken);
                    continue;
                }

                return frozen switch
                {
                    Frozen.Held held => held with { Duration = held.Duration + stood },
                    Frozen.InVain grown => grown with { Duration = grown.Duration + stood },
                    _ => frozen,
                };
            }
            catch (PauseStuckException stuck)
            {
                // It happens by bad luck; a little later that command has long ended. What players felt is counted.
                stood += stuck.Lasted;
                if (attempt == Attempts)
                    return new Frozen.Not(new SnapshotWarning("pause-refused", Names(containers), stuck.Message));
                await Task.Delay(BetweenAttempts, time, cancellationToken);
            }
        }
    }

    private async Task<Frozen> TryReadAsync(
        IDockerEngine engine, IReadOnlyList<ContainerSummary> containers, OperationContext context, TimeSpan budget, Func<CancellationToken, Task> read,
        CancellationToken cancellationToken)
    {
        var targets = await FindGroupsAsync(engine, containers, cancellationToken);

        // The way to the engine is open and the code for it compiled when players begin to wait; one that is away needs no thawer.
        await engine.PingAsync(cancellationToken);

        // A program that starts is felt like any other work: it has the priority of the rest of this snapshot.
        ThawerProcess thawer;
        try
        {
            thawer = await StartThawerAsync(targets, budget, cancellationToken);
        }
        catch (ThawerMissingException missing)
        {
            return new Frozen.Not(new SnapshotWarning("no-thawer", "", missing.Message));
        }

        await using (thawer)
        {
            var freeze = await runState.PrepareFreezeAsync(targets, context.Journal, cancellationToken);

            // From here until it is thawed players wait for every thread that works at it.
            using (ProcessCourtesy.Suspend())
            {
                try
                {
                    await runState.FreezeAsync(freeze, cancellationToken);
                }
                catch (PauseStuckException)
                {
                    await thawer.DismissAsync();
                    throw;
                }
                catch (EngineException refused) when (refused is not EngineUnavailableException)
                {
                    await thawer.DismissAsync();
                    return new Frozen.Not(new SnapshotWarning("pause-refused", Names(containers), refused.Message), MayPass: refused is EngineRefusedException { Status: >= 500 });
                }

                await ReadAsync(freeze, budget, read, cancellationToken);
            }

            await thawer.DismissAsync();
            return freeze.HasGrown ? new Frozen.InVain(freeze.Duration!.Value)
                : freeze.Broke is { } broke ? new Frozen.Not(broke)
                : new Frozen.Held(freeze.Duration!.Value, [.. freeze.Disturbed.Select(name => new SnapshotWarning("not-frozen", name, "It was unpaused by something else while it was read."))]);
        }
    }

    private static async Task ReadAsync(Freeze freeze, TimeSpan budget, Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        share.CancelAfter(budget * ReadingShare);
        try
        {
            await read(share.Token);
        }
        catch (Exception error) when (share.IsCancellationRequested && !cancellationToken.IsCancellationRequested && IsCancelled(error))
        {
            freeze.Broke = new SnapshotWarning("freeze-budget", "", null);
        }
        catch (DifferenceGrewException)
        {
            freeze.HasGrown = true;
        }
        catch (SpillException full)
        {
            // Without all that differs it is of no one moment.
            freeze.Broke = new SnapshotWarning("spill-full", "", full.Message);
        }
        finally
        {
            await freeze.ThawAsync();
        }
    }

    private async Task<IReadOnlyList<FreezeTarget>> FindGroupsAsync(
        IDockerEngine engine, IReadOnlyList<ContainerSummary> containers, CancellationToken cancellationToken)
    {
        var targets = new List<FreezeTarget>();
        foreach (var container in containers)
        {
            var state = (await engine.Containers.InspectAsync(container.Id, cancellationToken)).State;
            var group = state.ProcessId > 0 ? ControlGroup.Of(state.ProcessId, options.HostRoot) : ControlGroup.None;
            targets.Add(new(container, group, IsHeldByKernel: !options.PausesThroughEngine && group.IsOwnOf(container.Id.Value)));
        }

        return targets;
    }

    private Task<ThawerProcess> StartThawerAsync(IReadOnlyList<FreezeTarget> targets, TimeSpan budget, CancellationToken cancellationToken) => ThawerProcess.StartAsync(
        EngineEndpoint.FromEnvironment(options.Environment).SocketPath, budget,
        targets.Select(one => (one.Container.Id, one.Group.FreezerFile)), cancellationToken);

    private static string Names(IReadOnlyList<ContainerSummary> containers) => string.Join(", ", containers.Select(one => one.Name));

    private static bool IsCancelled(Exception error) =>
        error is OperationCanceledException || (error is AggregateException many && many.InnerExceptions.All(one => one is OperationCanceledException));
}

/// <summary>Running containers that write what is read.</summary>
/// <param name="Containers">Those that are to be frozen.</param>
/// <param name="Others">Others that go on writing.</param>
internal sealed record Writers(IReadOnlyList<ContainerSummary> Containers, IReadOnlyList<ForeignContainer> Others)
{
    public IReadOnlyList<SnapshotWarning> Warnings => [.. Others.Select(one => new SnapshotWarning("foreign-writer", one.Container.Name, one.Source))];
}

/// <summary>How a freeze went.</summary>
internal abstract record Frozen
{
    private Frozen()
    {
    }

    /// <summary>It was frozen for this long and read meanwhile.</summary>
    public sealed record Held(TimeSpan Duration, IReadOnlyList<SnapshotWarning> Warnings) : Frozen;

    /// <summary>It was frozen, but by then so much more differed that it was let go at once: after another pass it will be less.</summary>
    public sealed record InVain(TimeSpan Duration) : Frozen;

    /// <summary>It could not be frozen, or not for long enough; it runs.</summary>
    /// <param name="MayPass">
    /// The runtime failed at it, as runc does ("unable to freeze") while a process waits for the disk: a little later it may go well.
    /// </param>
    public sealed record Not(SnapshotWarning Reason, bool MayPass = false) : Frozen;
}
