using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Remove
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server remove",
        Summary = "Forget a game server; its containers and snapshots stay",
        Role = Role.Admin,
        Confirm = Confirm.Always,
        Inputs = [ServerInputs.Server],
        Result = "{removed:{id,name}}",
        Examples = ["snapshotbot server remove modpack --yes"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return new Answer(await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).RemoveAsync(server.Id, cancellationToken));
    }

    private sealed record Request(string Server);
}
