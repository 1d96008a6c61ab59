using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Stops a server for the swap, makes sure it stays stopped, and starts it again as it ran before.</summary>
internal sealed class ServerHalt(RunState runState, EngineConnection connection, HostFiles files, ServiceOptions options)
{
    /// <summary>Stops all containers, the last started first, the game's own in the game's way.</summary>
    /// <returns>Those that did not end in time and were killed: they did not save.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(RestorePlan plan, Game game, OperationContext context, CancellationToken cancellationToken)
    {
        var killed = new List<string>();
        foreach (var container in plan.Live.Containers.Reverse())
        {
            context.Progress.Report(OperationProgress.At("stop", container.Name));
            var stopped = await runState.StopAsync(container.Details, WayOf(container.Details, game), context.Journal, cancellationToken);
            if (stopped is { WasRunning: true, ExitCode: 137 })
                killed.Add(container.Name);
        }

        return killed;
    }

    /// <summary>Something that starts what we stopped, or another that writes the same files, would write into the swap: take back and tell.</summary>
    /// <exception cref="RunStateChangedException">One runs.</exception>
    /// <exception cref="RefusedException">Its layer is still mounted, or a container outside the server writes its data.</exception>
    public async Task RequireStoppedAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var all = await engine.Containers.ListAsync(cancellationToken);
        foreach (var container in plan.Live.Containers)
        {
            if (all.FirstOrDefault(one => one.Id == container.Details.Id) is { Status: ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting })
                throw new RunStateChangedException(container.Name);
            if (container.Layer.Upper is { } upper && files.Mounts().IsOverlayUpper(upper))
                throw new RefusedException(new Refusal.LayerUnreachable(container.Name, LayerFault.StillMounted));
        }

        Sidecars.RequireNone(all, plan.Live);
    }

    /// <summary>Everything as it ran before, in its order, with its restart policy.</summary>
    /// <returns>What was started and has to come up.</returns>
    public async Task<IReadOnlyList<(ContainerId Id, string Name)>> StartAsync(
        RestorePlan plan, IReadOnlyList<MadeContainer> made, Game game, OperationContext context)
    {
        var existed = plan.Live.Containers.Count > 0;
        var started = new List<(ContainerId, string)>();
        foreach (var container in plan.Containers)
        {
            var anew = made.FirstOrDefault(one => one.Plan.Name == container.Name);
            var id = anew?.Id ?? container.Live!.Details.Id;
            var policy = anew is not null ? Recreation.PolicyOf(container) : container.Live!.Details.RestartPolicy;
            if (!container.IsToRun(existed, plan.Stops))
            {
                await runState.EnsurePolicyAsync(id, policy, CancellationToken.None);
                continue;
            }

            context.Progress.Report(OperationProgress.At("start", container.Name));
            var grace = container.Live is { } live ? WayOf(live.Details, game).Grace : options.StopGrace;
            await runState.StartAsync(
                id, container.Name, policy, container.IsToPause ? PausedBefore.Yes : PausedBefore.No, grace, context.Journal, CancellationToken.None);
            if (!container.IsToPause)
                started.Add((id, container.Name));
        }

        // Containers the server got since the snapshot were stopped along; their files are not in it.
        foreach (var other in plan.Live.Containers.Where(one => plan.Containers.All(known => known.Live?.Details.Id != one.Details.Id)))
        {
            await runState.EnsurePolicyAsync(other.Details.Id, other.Details.RestartPolicy, CancellationToken.None);
            if (other.Details.State.IsRunning)
                await runState.EnsureRunningAsync(other.Details.Id, other.Details.State.IsPaused, CancellationToken.None);
        }

        return started;
    }

    private StopWay WayOf(ContainerDetails container, Game game) => StopWay.Of(container, game, options);
}
