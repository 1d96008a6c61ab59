using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Start
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server start",
        Summary = "Start a game server, all its containers",
        Role = Role.Operator,
        Inputs = [ServerInputs.Server],
        Result = "{server:{...},changed,killed:[names]}",
        Examples = ["snapshotbot server start modpack"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<RunServerOutcome>(new RunServer(
            (await ServerInputs.RequireAsync(request.Server, context, cancellationToken)).Id, RunAction.Start));

    private sealed record Request(string Server);
}
