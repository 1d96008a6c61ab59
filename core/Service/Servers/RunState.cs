using Microsoft.Extensions.Logging;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Servers;

/// <summary>
/// The only hand on containers: nothing else pauses, unpauses, stops, starts or sets restart policies. It writes the fact, acts, and returns
/// the undo; what it takes back runs under its own deadline, never the caller's token.
/// </summary>
internal sealed class RunState(EngineConnection connection, ServiceOptions options, TimeProvider time, ILogger<RunState> log)
{
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the kernel may hold a container before the engine says so. That is a matter of a tenth of a second; what takes this long hangs, or
    /// the machine is so busy that waiting is worse.
    /// </summary>
    private static readonly TimeSpan StuckTime = TimeSpan.FromSeconds(1);

    /// <summary>A process that is in the kernel just now stands still when it comes out: most often at once.</summary>
    private static readonly TimeSpan BetweenHolds = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a pause that was never answered is waited for.</summary>
    internal TimeSpan LatePauseTime => options.LatePauseTime;

    /// <summary>Writes down that running containers are about to be frozen. Nothing is frozen yet.</summary>
    public async Task<Freeze> PrepareFreezeAsync(IReadOnlyList<FreezeTarget> targets, Journal journal, CancellationToken cancellationToken)
    {
        var freeze = new Freeze(this, journal, time);
        foreach (var target in targets)
        {
            var number = await journal.WriteAsync(new ContainerPaused(target.Container.Id.Value, target.Container.Name), cancellationToken);
            freeze.Add(target, number);
        }

        return freeze;
    }

    /// <summary>
    /// Freezes them, all at once: by the kernel's switch, which takes a thousandth of a second, or by the engine's pause, for which the engine starts
    /// programs. Disposing the freeze thaws them.
    /// </summary>
    /// <exception cref="RunStateChangedException">One stopped meanwhile, was paused already or did not become paused; all run again.</exception>
    /// <exception cref="PauseStuckException">The engine hung in it, or a process did not stand still; all run again, and it may go well the next time.</exception>
    /// <exception cref="ThawFailedException">Something went wrong, and not all could be thawed again.</exception>
    public async Task FreezeAsync(Freeze freeze, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var targets = freeze.Targets;

        // Not the caller's token: a call given up could still take effect after it was taken back.
        using var deadline = new CancellationTokenSource(CallTime, time);
        freeze.Begin();
        var pauses = targets.Select(one => one.IsHeldByKernel ? HoldAsync(one) : PauseAsync(engine, one, deadline.Token)).ToArray();
        try
        {
            var all = Task.WhenAll(pauses);
            await WaitAsync(all, targets);
            if (targets.FirstOrDefault(one => one.Group is { FreezerFile: not null, IsFrozen: false }) is { } freed)
                throw PauseStuckException.Of(freed, time.GetElapsedTime(freeze.Since));
        }
        catch
        {
            // An engine that was too busy to answer pauses all the same, some time later.
            if (pauses.Any(IsUnanswered))
                freeze.MayComeLate();
            await freeze.ThawAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits for pauses or unpauses. An engine that was just starting a command inside (a health check is one) when the kernel froze the container
    /// waits for that command, and answers nobody about this container until it is thawed: by the kernel, for the engine can't.
    /// </summary>
    private async Task WaitAsync(Task calls, params IReadOnlyList<FreezeTarget> targets)
    {
        long? heldSince = null;
        while (true)
        {
            await calls.WaitAsync(Pace, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (calls.IsCompleted)
                break;
            var held = targets.Where(one => one.Group.IsFrozen).ToList();
            heldSince = held.Count == 0 ? null : heldSince ?? time.GetTimestamp();
            if (heldSince is not { } since || time.GetElapsedTime(since) < StuckTime)
                continue;
            foreach (var (container, group, _) in held)
            {
                if (group.TryThaw())
                    log.PauseStuck(container.Name);
            }

            heldSince = null;
        }

        await calls;
    }

    /// <summary>Holds the restart policy at <c>no</c> and stops the container. The undo is in the journal before either.</summary>
    public async Task<StopResult> StopAsync(ContainerDetails container, StopWay way, Journal journal, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        if (container.RestartPolicy.Kind != RestartPolicyKind.No)
        {
            await journal.WriteAsync(RestartPolicyHeld.Of(container), cancellationToken);
            await engine.Containers.SetRestartPolicyAsync(container.Id, RestartPolicy.None, cancellationToken);
        }

        if (!container.State.IsRunning)
            return new StopResult(false, container.State.ExitCode);
        await journal.WriteAsync(ContainerStopped.Of(container, way.Grace, time), cancellationToken);

        // Past this point the game is ending; waiting for that is not cut short.
        await EnsureUnpausedAsync(container.Id, CancellationToken.None);
        return way.Signal is { } signal && await EndedByAsync(engine, container.Id, signal, way.Grace) is { } ended
            ? ended
            : await engine.Containers.StopAsync(container.Id, way.Signal is null ? way.Grace : TimeSpan.Zero, CancellationToken.None);
    }

    /// <summary>Sends the game's own signal and waits its grace; null when it still runs then. Engines before API 1.42 can't stop with a signal.</summary>
    private async Task<StopResult?> EndedByAsync(IDockerEngine engine, ContainerId id, string signal, TimeSpan grace)
    {
        using var deadline = new CancellationTokenSource(grace, time);
        try
        {
            await engine.Containers.KillAsync(id, signal, deadline.Token);
            return new StopResult(true, await engine.Containers.WaitAsync(id, deadline.Token));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return null;
        }
        catch (EngineNotFoundException)
        {
            // It removed itself as it stopped.
            return new StopResult(true, null);
        }
        catch (EngineException error) when (error is EngineConflictException or EngineRefusedException)
        {
            // It ended by itself before the signal came, or knows none of that name: a plain stop finds out.
            return null;
        }
    }

    /// <summary>Gives the container its restart policy back and starts it, paused when it was.</summary>
    public async Task StartAsync(
        ContainerId id, string name, RestartPolicy policy, PausedBefore paused, TimeSpan grace, Journal journal, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        await journal.WriteAsync(new ContainerStarted(id.Value, name, (int)grace.TotalSeconds), cancellationToken);
        await EnsurePolicyAsync(id, policy, cancellationToken);
        await engine.Containers.StartAsync(id, cancellationToken);
        if (paused == PausedBefore.Yes)
            await engine.Containers.PauseAsync(id, cancellationToken);
    }

    /// <summary>Stops in reverse, then starts in order, as a person asked for. What was begun is in the journal with its undo.</summary>
    /// <returns>Those that did not end in their time and were killed.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        IReadOnlyList<(ContainerDetails Container, StopWay Way)> containers, RunAction action, OperationContext context, CancellationToken cancellationToken)
    {
        var killed = new List<string>();
        foreach (var (container, way) in action == RunAction.Start ? [] : containers.Reverse())
        {
            context.Progress.Report(OperationProgress.At("stop", container.Name));
            if (action == RunAction.Restart && container is { IsRemovedOnStop: true, State.IsRunning: true })
            {
                if (await RestartWholeAsync(container, way.Grace, context.Journal, cancellationToken))
                    killed.Add(container.Name);
            }
            else if (await StopAsync(container, way, context.Journal, cancellationToken) is { WasRunning: true, ExitCode: 137 })
            {
                killed.Add(container.Name);
            }
        }

        foreach (var (container, way) in action == RunAction.Stop ? [] : containers)
        {
            context.Progress.Report(OperationProgress.At("start", container.Name));
            if (!container.State.IsRunning)
            {
                await StartAsync(container.Id, container.Name, container.RestartPolicy, PausedBefore.No, way.Grace, context.Journal, cancellationToken);
                continue;
            }

            // Its stop is in the journal, and the undo of that is to run: no other is needed.
            await EnsurePolicyAsync(container.Id, container.RestartPolicy, cancellationToken);
            await EnsureUnpausedAsync(container.Id, cancellationToken);
            await (await connection.GetAsync(cancellationToken)).Containers.StartAsync(container.Id, cancellationToken);
        }

        return killed;
    }

    /// <summary>Restarts a container that a stop would remove: only the engine can keep it meanwhile, and sends it the container's own signal.</summary>
    /// <returns>Whether it was killed: the engine tells nothing of the ending, but it waits for the whole grace only then.</returns>
    private async Task<bool> RestartWholeAsync(ContainerDetails container, TimeSpan grace, Journal journal, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        await journal.WriteAsync(ContainerStopped.Of(container, grace, time), cancellationToken);
        await EnsureUnpausedAsync(container.Id, CancellationToken.None);
        var since = time.GetTimestamp();
        await engine.Containers.RestartAsync(container.Id, grace, CancellationToken.None);
        return time.GetElapsedTime(since) >= grace;
    }

    /// <summary>Unpauses what was paused just now, without asking first: players wait.</summary>
    /// <returns>False when it was not paused any more, or is gone.</returns>
    internal async Task<bool> UnpauseAsync(FreezeTarget target, CancellationToken cancellationToken)
    {
        var id = target.Container.Id;
        try
        {
            var engine = await connection.GetAsync(cancellationToken);
            await WaitAsync(engine.Containers.UnpauseAsync(id, cancellationToken), target);
            return true;
        }
        catch (EngineException error)
        {
            await EnsureUnpausedAsync(id, cancellationToken);
            return error is not (EngineConflictException or EngineNotFoundException);
        }
    }

    /// <summary>Unpauses when paused, thaws when frozen past the engine; a container that is gone needs nothing.</summary>
    internal Task EnsureUnpausedAsync(ContainerId id, CancellationToken cancellationToken) => PersistAsync(
        id,

        // Its runtime may fail to thaw while a process waits for the disk, and not the next time.
        error => MayPass(error) || error is EngineRefusedException { Status: >= 500 },
        async (engine, token) =>
        {
            var state = (await engine.Containers.InspectAsync(id, token)).State;
            if (!state.IsPaused)
            {
                if (ControlGroup.Of(state.ProcessId, options.HostRoot) is { IsFrozen: true } held && !held.TryThaw())
                    throw new IOException($"Container {id.ToShortString()} stands still, and this process may not write {held.FreezerFile} to let it go on. No file was changed by that. Run this as root, or restart the container.");
                return;
            }

            try
            {
                await engine.Containers.UnpauseAsync(id, token);
            }
            catch (EngineRefusedException) when (ControlGroup.Of(state.ProcessId, options.HostRoot) is { FreezerFile: not null, IsFrozen: false } group)
            {
                await UnpauseThawedAsync(engine, id, group, token);
            }
        },
        cancellationToken);

    /// <summary>
    /// For a container that the engine takes for paused and the kernel does not, since it was thawed past a stuck engine: its runtime refuses to
    /// thaw what runs. Frozen for the moment of the call it is what the engine takes it for.
    /// </summary>
    private static async Task UnpauseThawedAsync(IDockerEngine engine, ContainerId id, ControlGroup group, CancellationToken cancellationToken)
    {
        group.TryFreeze();
        try
        {
            await engine.Containers.UnpauseAsync(id, cancellationToken);
        }
        catch
        {
            group.TryThaw();
            throw;
        }
    }

    /// <summary>Unpauses now, and again whenever a pause that is still on its way takes effect.</summary>
    internal async Task KeepUnpausedAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        await EnsureUnpausedAsync(id, cancellationToken);
        while (time.GetElapsedTime(since) < LatePauseTime)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
            await EnsureUnpausedAsync(id, cancellationToken);
        }
    }

    internal Task EnsureRunningAsync(ContainerId id, bool paused, CancellationToken cancellationToken) => PersistAsync(
        id,
        MayPass,
        async (engine, token) =>
        {
            await engine.Containers.StartAsync(id, token);
            if (paused && !(await engine.Containers.InspectAsync(id, token)).State.IsPaused)
                await engine.Containers.PauseAsync(id, token);
        },
        cancellationToken);

    /// <summary>
    /// Returns when a run has ended, or surely does not any more: a stop that was asked for goes on without whoever asked, and a start in the
    /// middle of it would do nothing.
    /// </summary>
    internal Task AwaitEndAsync(ContainerId id, DateTimeOffset? startedAt, DateTimeOffset until, CancellationToken cancellationToken) => PersistAsync(
        id,
        MayPass,
        async (engine, token) =>
        {
            while (time.GetUtcNow() < until && (await engine.Containers.InspectAsync(id, token)).State is { IsRunning: true } state && state.StartedAt == startedAt)
                await Task.Delay(Pace, time, token);
        },
        cancellationToken);

    internal Task EnsureStoppedAsync(ContainerId id, TimeSpan grace, CancellationToken cancellationToken) => PersistAsync(
        id,
        MayPass,
        async (engine, token) =>
        {
            var state = (await engine.Containers.InspectAsync(id, token)).State;
            if (!state.IsRunning && state.Status != ContainerStatus.Restarting)
                return;
            if (state.IsPaused)
                await engine.Containers.UnpauseAsync(id, token);
            await engine.Containers.StopAsync(id, grace, token);
        },
        cancellationToken);

    internal Task EnsurePolicyAsync(ContainerId id, RestartPolicy policy, CancellationToken cancellationToken) => PersistAsync(
        id,
        MayPass,
        async (engine, token) =>
        {
            if ((await engine.Containers.InspectAsync(id, token)).RestartPolicy != policy)
                await engine.Containers.SetRestartPolicyAsync(id, policy, token);
        },
        cancellationToken);

    /// <summary>By the kernel's own switch, until every process of the container stands still.</summary>
    private async Task HoldAsync(FreezeTarget target)
    {
        // What its owner paused is not ours to thaw.
        if (target.Group.IsFrozen)
            throw new RunStateChangedException(target.Container.Name);
        var since = time.GetTimestamp();
        while (target.Group.TryFreeze())
        {
            // Told again each time: of version 1 a process that was just being made can slip through.
            if (target.Group.IsHeld)
                return;
            if (time.GetElapsedTime(since) > StuckTime)
                throw PauseStuckException.Of(target, time.GetElapsedTime(since));
            await Task.Delay(BetweenHolds, time);
        }

        throw new RunStateChangedException(target.Container.Name);
    }

    private static async Task PauseAsync(IDockerEngine engine, FreezeTarget target, CancellationToken cancellationToken)
    {
        var container = target.Container;
        try
        {
            await engine.Containers.PauseAsync(container.Id, cancellationToken);
        }
        catch (EngineConflictException)
        {
            throw new RunStateChangedException(container.Name);
        }

        // The kernel is asked in no time; a question to the engine is time in which players wait.
        if (!target.Group.IsFrozen && !(await engine.Containers.InspectAsync(container.Id, cancellationToken)).State.IsPaused)
            throw new RunStateChangedException(container.Name);
    }

    private static bool IsUnanswered(Task call) =>
        call.IsCanceled || call.Exception?.InnerExceptions.Any(error => error is EngineUnavailableException { MayHaveHappened: true }) == true;

    /// <summary>The engine is away or busy, or another call was in the way.</summary>
    private static bool MayPass(EngineException error) => error.IsTransient || error is EngineConflictException;

    /// <summary>Taking back is tried for half a minute while what is in the way may pass.</summary>
    private async Task PersistAsync(
        ContainerId id, Func<EngineException, bool> mayPass, Func<IDockerEngine, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await act(await connection.GetAsync(cancellationToken), cancellationToken);
                return;
            }
            catch (EngineNotFoundException)
            {
                return;
            }
            catch (EngineException error) when (mayPass(error) && time.GetElapsedTime(since) < options.EngineAwayTime)
            {
                log.TryingAgain(id.ToShortString(), error.Message);
                await Task.Delay(Pace, time, cancellationToken);
            }
        }
    }
}

/// <summary>Whether a container was paused before it was stopped.</summary>
internal enum PausedBefore
{
    No,
    Yes,
}

/// <summary>A container was stopped, started or replaced by somebody else while it was worked on.</summary>
internal sealed class RunStateChangedException(string container) : Exception($"The container {container} was started, stopped or paused by something else meanwhile.")
{
    public string Container { get; } = container;
}
