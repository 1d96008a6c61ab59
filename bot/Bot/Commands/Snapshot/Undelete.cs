using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Undelete
{
    private static readonly Input<string> Snapshot = Input.Word("SNAPSHOT", "the deleted snapshot's id, its beginning, or its name");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot undelete",
        Summary = "Put a snapshot back that was deleted a moment ago; its data stays for 15 minutes",
        Role = Role.Admin,
        Inputs = [Snapshot],
        Result = "as snapshot create",
        Examples = ["snapshotbot snapshot undelete 6924f2a0"],
        Read = values => new Request(values.Get(Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        (await context.Service.GetAsync<DeletedReads>(cancellationToken)).Find(request.Snapshot) is { } id
            ? new Change<UndeleteSnapshotOutcome>(new UndeleteSnapshot(id))
            : throw new CommandFailedException(RefusalText.Of(new Refusal.SnapshotUnknown(request.Snapshot)));

    private sealed record Request(string Snapshot);
}
