using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Restart
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server restart",
        Summary = "Stop a game server and start it again",
        Role = Role.Operator,
        Inputs = [ServerInputs.Server],
        Result = "{server:{...},changed,killed:[names]}",
        Examples = ["snapshotbot server restart modpack"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<RunServerOutcome>(new RunServer(
            (await ServerInputs.RequireAsync(request.Server, context, cancellationToken)).Id, RunAction.Restart));

    private sealed record Request(string Server);
}
