using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Delete
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot delete",
        Summary = "Delete a snapshot; a locked one refuses, and for 15 minutes it can be put back",
        Role = Role.Admin,
        Confirm = Confirm.Always,
        Inputs = [SnapshotInputs.Snapshot],
        Result = "{deleted:{id,name,server,undoUntil}}",
        Examples = ["snapshotbot snapshot delete 6924f2a0 --yes"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<DeleteSnapshotOutcome>(new DeleteSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id));

    private sealed record Request(string Snapshot);
}
