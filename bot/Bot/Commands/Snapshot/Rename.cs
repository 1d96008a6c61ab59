using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Rename
{
    private static readonly Input<string> Name = Input.Word("NAME", "the new name; names may repeat");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot rename",
        Summary = "Give a snapshot another name",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Name],
        Result = "{snapshot:{...}}",
        Examples = ["snapshotbot snapshot rename 6924f2a0 'before the dragon'"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ChangeSnapshotOutcome>(new RenameSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id, request.Name));

    private sealed record Request(string Snapshot, string Name);
}
