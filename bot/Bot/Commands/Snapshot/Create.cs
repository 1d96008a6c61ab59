using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Create
{
    private static readonly Input<string?> Name = Input.Value("--name", "N", "its name (the date)");
    private static readonly Input<bool> Locked = Input.Flag("--lock", "protect it at once: nobody can delete it until it is unlocked");
    private static readonly Input<bool> Commit = Input.Flag(
        "--commit", "where a container's own files can't be read, let the engine commit them: that holds a running server for seconds a gigabyte");
    private static readonly Input<string?> Note = Input.Value("--note", "T", "a note");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot create",
        Summary = "Take a snapshot of a game server, all of its state",
        Role = Role.Operator,
        Inputs = [ServerInputs.Server, Name, Locked, Note, Commit],
        Result = "{snapshot:{id,name,server,serverId,resticId,locked,note,createdAt,createdBy,reason,grade,freezeMs,durationMs,filesTotal,"
            + "filesChanged,bytesProcessed,bytesAdded,verifiedAt,undoUntil,bootProvenAt,bootTookMs,players,warnings:[{code,subject,detail}]}}",
        Examples = ["snapshotbot snapshot create modpack --name 'before update' --lock"],
        Read = values => new Request(
            values.Get(ServerInputs.Server), values.Get(Name), values.Get(Locked) ? SnapshotLock.Locked : SnapshotLock.Unlocked, values.Get(Note),
            values.Get(Commit) ? UnreadableLayers.Commit : UnreadableLayers.LeaveOut),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return new Change<CreateSnapshotOutcome>(new CreateSnapshot
        {
            Server = server.Id,
            Name = request.Name,
            Lock = request.Lock,
            Note = request.Note,
            UnreadableLayers = request.Layers,
        });
    }

    private sealed record Request(string Server, string? Name, SnapshotLock Lock, string? Note, UnreadableLayers Layers);
}
