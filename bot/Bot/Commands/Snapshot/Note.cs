using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Note
{
    private static readonly Input<string> Text = Input.Word("TEXT", "the note");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot note",
        Summary = "Write a note on a snapshot; an empty one takes it away",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Text],
        Result = "{snapshot:{...}}",
        Examples = ["snapshotbot snapshot note 6924f2a0 'last one on 1.21.1'"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Text)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ChangeSnapshotOutcome>(new NoteSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id, request.Text));

    private sealed record Request(string Snapshot, string Text);
}
