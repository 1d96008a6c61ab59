using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class List
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server list",
        Summary = "List the game servers",
        Role = Role.Viewer,
        Result = "{servers:[{id,name,containers,profile,guild,includeWriters,state,snapshots}]}",
        Examples = ["snapshotbot server list"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        await ServerInputs.DiscoverAsync(context, cancellationToken);
        return new Answer(new ServersListed(await (await context.Service.GetAsync<ServerReads>(cancellationToken)).ListAsync(cancellationToken)));
    }

    private sealed record Request;
}
