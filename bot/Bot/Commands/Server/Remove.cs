using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Remove
{
    private static readonly Input<bool> WithData = Input.Flag(
        "--with-data", "remove its containers, volumes and networks too; only of servers made with 'snapshot duplicate'");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server remove",
        Summary = "Forget a game server; its containers and snapshots stay",
        Role = Role.Admin,
        Confirm = Confirm.Always,
        Inputs = [ServerInputs.Server, WithData],
        Result = "{removed:{id,name}}",
        Examples = ["snapshotbot server remove modpack --yes", "snapshotbot server remove modpack-test --with-data --yes"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(WithData)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return request.WithData
            ? new Change<RemoveDuplicateOutcome>(new RemoveDuplicate(server.Id))
            : new Answer(await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).RemoveAsync(server.Id, cancellationToken));
    }

    private sealed record Request(string Server, bool WithData);
}
