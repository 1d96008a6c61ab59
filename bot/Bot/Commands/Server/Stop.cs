using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Stop
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server stop",
        Summary = "Stop a game server and give the game time to save",
        Role = Role.Operator,
        Inputs = [ServerInputs.Server],
        Result = "{server:{...},changed,killed:[names]}",
        Examples = ["snapshotbot server stop modpack"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<RunServerOutcome>(new RunServer(
            (await ServerInputs.RequireAsync(request.Server, context, cancellationToken)).Id, RunAction.Stop));

    private sealed record Request(string Server);
}
