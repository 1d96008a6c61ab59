using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Containers outside the server that write its data. Nothing is put back while one is up: it would write into the swap. Where the admin said that
/// they go along, they are stopped before the server and started after it.
/// </summary>
internal sealed class Sidecars(EngineConnection connection, RunState runState, ServiceOptions options)
{
    /// <summary>Those that are up and would be stopped along. Changes nothing.</summary>
    /// <exception cref="RefusedException">One is up that must not, or can't, be stopped along.</exception>
    public async Task<IReadOnlyList<ContainerDetails>> FindAsync(InspectedServer server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var found = new List<ContainerDetails>();
        foreach (var writer in ForeignContainer.Of(await engine.Containers.ListAsync(cancellationToken), server))
        {
            var details = await engine.Containers.InspectAsync(writer.Container.Id, cancellationToken);
            if (Managers.OrchestratorOf(details.Labels) is { } manager)
                throw new RefusedException(new Refusal.ManagedElsewhere(details.Name, manager));

            // One that removes itself when it stops could not be started again.
            if (server.Server.ForeignWriters != ForeignWriters.FreezeAlong || details.IsRemovedOnStop)
                throw new RefusedException(new Refusal.ForeignWriter(details.Name, writer.Source));
            found.Add(details);
        }

        return found;
    }

    /// <summary>Stops those that are up now, while the server still runs: what a backup has it hold it can still be asked to release.</summary>
    /// <returns>What was stopped.</returns>
    /// <exception cref="RefusedException">As in <see cref="FindAsync"/>.</exception>
    public async Task<IReadOnlyList<ContainerDetails>> StopAsync(InspectedServer server, OperationContext context, CancellationToken cancellationToken)
    {
        var stopped = await FindAsync(server, cancellationToken);
        foreach (var sidecar in stopped)
        {
            context.Progress.Report(OperationProgress.At("stop", sidecar.Name));
            await runState.StopAsync(sidecar, StopWay.Of(sidecar, options), context.Journal, cancellationToken);
        }

        return stopped;
    }

    /// <summary>Starts them as they ran before. Whoever takes the restore back finds in the journal that they were stopped.</summary>
    public async Task StartAsync(IReadOnlyList<ContainerDetails> stopped, OperationContext context)
    {
        foreach (var sidecar in stopped.Reverse())
        {
            context.Progress.Report(OperationProgress.At("start", sidecar.Name));
            await runState.EnsurePolicyAsync(sidecar.Id, sidecar.RestartPolicy, CancellationToken.None);
            await runState.EnsureRunningAsync(sidecar.Id, sidecar.State.IsPaused, CancellationToken.None);
        }
    }

    /// <summary>Something started one since.</summary>
    /// <exception cref="RefusedException">It runs.</exception>
    public static void RequireNone(IReadOnlyList<ContainerSummary> all, InspectedServer server)
    {
        if (ForeignContainer.Of(all, server).FirstOrDefault() is { } writer)
            throw new RefusedException(new Refusal.WriterStarted(writer.Container.Name, writer.Source));
    }
}
