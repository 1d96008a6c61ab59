using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Unlock
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot unlock",
        Summary = "Allow a snapshot to be deleted again",
        Role = Role.Admin,
        Inputs = [SnapshotInputs.Snapshot],
        Result = "{snapshot:{...}}",
        Examples = ["snapshotbot snapshot unlock 6924f2a0"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ChangeSnapshotOutcome>(new UnlockSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id));

    private sealed record Request(string Snapshot);
}
