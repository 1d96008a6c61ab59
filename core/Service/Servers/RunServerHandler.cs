using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>Starts, stops and restarts a server's containers: in their order up, in reverse down, the game's own in the game's way.</summary>
internal sealed class RunServerHandler(
    ServerStore servers, DuplicateStore duplicates, ServerReads reads, ContainerLocator locator, RunState runState, EngineConnection connection, GameFinder games,
    ServiceOptions options)
    : IOperationHandler<RunServer, RunServerOutcome>
{
    public async Task<RunServerOutcome> HandleAsync(RunServer request, OperationContext context, CancellationToken cancellationToken)
    {
        var server = servers.Get(request.Server);
        var located = await locator.LocateAsync(server, cancellationToken);
        if (located.FirstOrDefault(one => one.Summary is null) is { } missing)
            return new RunServerOutcome.Refused(new Refusal.ContainerUnknown(missing.Reference.Name));

        var wanted = request.Action == RunAction.Stop ? ServerState.Stopped : ServerState.Running;
        if (request.Action != RunAction.Restart && located.All(one => one.State == wanted))
            return new RunServerOutcome.Unchanged(await reads.InfoAsync(server, cancellationToken));
        var engine = await connection.GetAsync(cancellationToken);
        var containers = new List<ContainerDetails>();
        foreach (var one in located)
            containers.Add(await engine.Containers.InspectAsync(one.Summary!.Id, cancellationToken));

        // Alone it can be restarted by the engine, which keeps it; with others it would have to stay stopped until they are.
        if (containers.Find(one => one is { IsRemovedOnStop: true, State.IsRunning: true }) is { } own
            && (request.Action == RunAction.Stop || (request.Action == RunAction.Restart && containers.Count > 1)))
            return new RunServerOutcome.Refused(new Refusal.RemovesItself(own.Name));

        // A game keeps what it was given; a copy to try things on must not take it away from one that is played.
        if (request.Action != RunAction.Stop && duplicates.Find(server.Id) is not null
            && await HostMemory.RefuseAsync(containers.Where(one => !one.State.IsRunning), cancellationToken) is { } refusal)
            return new RunServerOutcome.Refused(refusal);
        var game = games.Of(server.Profile, containers);
        var killed = await runState.RunAsync([.. containers.Select(one => (one, StopWay.Of(one, game, options)))], request.Action, context, cancellationToken);
        return new RunServerOutcome.Done(await reads.InfoAsync(server, cancellationToken), killed);
    }
}
