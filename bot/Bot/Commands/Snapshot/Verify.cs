using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Verify
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot verify",
        Summary = "Read every byte of a snapshot back and check it",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot],
        Result = "{verified,blobs,bytes,errors:[{path,message}]}",
        Examples = ["snapshotbot snapshot verify modpack/before-update"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<VerifySnapshotOutcome>(new VerifySnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id));

    private sealed record Request(string Snapshot);
}
