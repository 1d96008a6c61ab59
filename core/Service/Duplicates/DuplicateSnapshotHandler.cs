using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Duplicates on request. What was begun is taken back before a refusal is told.</summary>
internal sealed class DuplicateSnapshotHandler(
    DuplicatePlanner planner,
    DuplicateMaker maker,
    DuplicateStore duplicates,
    RepositoryAccess access,
    SnapshotView view,
    ServerStore servers,
    ServerReads reads,
    RunState runState,
    HealthWatch health,
    EngineConnection connection,
    HostFiles files,
    ServiceOptions options,
    TimeProvider time) : IOperationHandler<DuplicateSnapshot, DuplicateOutcome>
{
    public async Task<DuplicateOutcome> HandleAsync(DuplicateSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        Refusal refusal;
        try
        {
            return await MakeAsync(request, context, cancellationToken);
        }
        catch (RefusedException refused)
        {
            refusal = refused.Refusal;
        }

        await context.TakeBackAsync();
        return new DuplicateOutcome.Refused(refusal);
    }

    private async Task<DuplicateOutcome> MakeAsync(DuplicateSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        // Writing, though nothing is written: a lock of the repository keeps a prune from taking what is being read.
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        context.Progress.Report(OperationProgress.At("plan"));
        var plan = await planner.PlanAsync(request, session, cancellationToken);
        await RequireRoomAsync(plan, request, cancellationToken);
        var containers = await maker.MakeAsync(plan, request.NewServer, session, context, cancellationToken);
        var now = time.GetUtcNow();
        var ends = request.For is { } length ? now + length : (DateTimeOffset?)null;
        await context.Journal.WriteAsync(new DuplicateServerMade(request.NewServer.Value), cancellationToken);
        var server = new GameServer
        {
            Id = request.NewServer,
            Name = request.Name,
            Containers = containers,
            Profile = plan.Document.Server.Profile,
            Guild = servers.Find(plan.Snapshot.ServerId)?.Guild,
            Ignored = plan.Document.Server.Ignored ?? [],
            Included = plan.Document.Server.Included ?? [],
        };
        if (!await servers.AddAsync(server, ServerOrigin.Duplicate, CancellationToken.None))
            throw new RefusedException(new Refusal.ServerNameTaken(request.Name));
        await duplicates.AddAsync(new Duplicate(request.NewServer, request.Snapshot, now, ends, null), CancellationToken.None);
        var notUp = request.Start == DuplicateStart.StartNow ? await StartAsync(plan, containers, context, cancellationToken) : null;
        return new DuplicateOutcome.Made
        {
            Server = await reads.InfoAsync(server, cancellationToken),
            Ports = plan.Ports,
            Blanked = [.. plan.Blanked, .. plan.SecretFiles.Select(one => Storage.FileSystem.PathText.Show(one.Path))],
            LeftOut = plan.LeftOut,
            EndsAt = ends,
            NotUp = notUp,
        };
    }

    /// <summary>Starts all in order, with the restart policies they had. One that does not come up is told and left as it is, to be looked at.</summary>
    private async Task<string?> StartAsync(
        DuplicatePlan plan, IReadOnlyList<ContainerReference> containers, OperationContext context, CancellationToken cancellationToken)
    {
        var started = new List<(ContainerId, string)>();
        foreach (var (reference, container) in containers.Zip(plan.Containers))
        {
            context.Progress.Report(OperationProgress.At("start", reference.Name));
            var id = ContainerId.Parse(reference.Id!);
            try
            {
                await runState.StartAsync(
                    id, reference.Name, container.Definition.ToDetails().RestartPolicy, PausedBefore.No, options.StopGrace, context.Journal, cancellationToken);
            }
            catch (EngineRefusedException error)
            {
                return error.EngineMessage;
            }

            started.Add((id, reference.Name));
        }

        return await health.WatchAsync(started, null, context.Progress, cancellationToken) is WatchEnding.Fallen(var name, var reason) ? $"{name}: {reason}" : null;
    }

    private async Task RequireRoomAsync(DuplicatePlan plan, DuplicateSnapshot request, CancellationToken cancellationToken)
    {
        await ImageRestore.RequireRoomAsync(await connection.GetAsync(cancellationToken), files, plan.Bytes, cancellationToken);
        if (request.Start == DuplicateStart.StartNow
            && await HostMemory.RefuseAsync(plan.Containers.Select(one => one.Definition.ToDetails()), cancellationToken) is { } refusal)
            throw new RefusedException(refusal);
    }
}
