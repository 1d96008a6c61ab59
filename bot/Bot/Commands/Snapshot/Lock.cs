using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Lock
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot lock",
        Summary = "Protect a snapshot from being deleted until it is unlocked",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot],
        Result = "{snapshot:{...}}",
        Examples = ["snapshotbot snapshot lock modpack/before-update"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ChangeSnapshotOutcome>(new LockSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id));

    private sealed record Request(string Snapshot);
}
