using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Server;

internal static class List
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server list",
        Summary = "List the game servers",
        Role = Role.Viewer,
        Result = "{servers:[{id,name,containers,profile,guild,includeWriters,ignored,included,state,snapshots,light,lightReason}]}",
        Examples = ["snapshotbot server list"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        await ServerInputs.DiscoverAsync(context, cancellationToken);
        var servers = await (await context.Service.GetAsync<ServerReads>(cancellationToken)).ListAsync(cancellationToken);
        return new Answer(new ServersListed(servers)
        {
            Lights = servers.Count == 0
                ? new Dictionary<ServerId, Freshness>()
                : await (await context.Service.GetAsync<FreshnessReads>(cancellationToken)).AllAsync(cancellationToken),
        });
    }

    private sealed record Request;
}
