namespace SnapshotBot.Bot.Commands.Server;

internal static class Info
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server info",
        Summary = "Show a game server",
        Role = Role.Viewer,
        Inputs = [ServerInputs.Server],
        Result = "{server:{id,name,containers,profile,guild,includeWriters,ignored,included,state,snapshots,game}}",
        Examples = ["snapshotbot server info modpack"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(await ServerInputs.FindAsync(request.Server, context, cancellationToken));

    private sealed record Request(string Server);
}
