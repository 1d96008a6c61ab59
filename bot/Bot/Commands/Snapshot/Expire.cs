using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Expire
{
    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what stays, what goes and why");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot expire",
        Summary = "Forget the snapshots of a server that no retention policy keeps; the newest is read back first",
        Role = Role.Admin,
        Confirm = Confirm.UnlessPlanned,
        Inputs = [ServerInputs.Server, Plan],
        Result = "{planned,held,kept:[{id,name,createdAt,reasons:[{rule,number,of,detail}]}],forgotten:[{id,name,createdAt,reason}],keptBytes}",
        Examples = ["snapshotbot snapshot expire modpack --plan"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(Plan) ? Way.Plan : Way.Do),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return request.Way == Way.Do
            ? new Change<ExpireSnapshotsOutcome>(new ExpireSnapshots(server.Id))
            : new Answer(await (await context.Service.GetAsync<RetentionReads>(cancellationToken)).OfAsync(server.Id, cancellationToken));
    }

    private enum Way
    {
        Plan,
        Do,
    }

    private sealed record Request(string Server, Way Way);
}
