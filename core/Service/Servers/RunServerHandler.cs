using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>Starts, stops and restarts a server's containers: in their order up, in reverse down.</summary>
internal sealed class RunServerHandler(ServerStore servers, ServerReads reads, ContainerLocator locator, RunState runState, GameFinder games, ServiceOptions options)
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
        var killed = await runState.RunAsync(
            [.. located.Select(one => one.Summary!)], request.Action, await GraceAsync(server, cancellationToken), context.Progress, cancellationToken);
        return new RunServerOutcome.Done(await reads.InfoAsync(server, cancellationToken), killed);
    }

    /// <summary>As long as the game may take to save.</summary>
    private async Task<TimeSpan> GraceAsync(GameServer server, CancellationToken cancellationToken)
    {
        var game = await games.ForAsync(server, cancellationToken);
        return game.Container is { } container ? StopWay.Of(container, game, options).Grace : options.StopGrace;
    }
}
