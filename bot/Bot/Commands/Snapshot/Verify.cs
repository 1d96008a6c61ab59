using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Verify
{
    private static readonly Input<bool> Boot = Input.Flag("--boot", "start an isolated clone of it until its game answers, then remove the clone");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot verify",
        Summary = "Read every byte of a snapshot back and check it",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Boot],
        Result = "{verified,blobs,bytes,errors:[{path,message}]}; with --boot {proven,snapshot,tookMs,reason}",
        Examples = ["snapshotbot snapshot verify modpack/before-update", "snapshotbot snapshot verify modpack/before-update --boot"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Boot) ? Way.Boot : Way.Read),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        return request.Way == Way.Boot
            ? new Change<ProveBootOutcome>(new ProveBoot(snapshot.Id))
            : new Change<VerifySnapshotOutcome>(new VerifySnapshot(snapshot.Id));
    }

    private enum Way
    {
        Read,
        Boot,
    }

    private sealed record Request(string Snapshot, Way Way);
}
