using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Export
{
    private static readonly Input<string?> Output = Input.Value("--output", "FILE.tar.zst", "the archive; it appears when it is whole (exports/ in the data folder)") with { Short = "-o" };

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot export",
        Summary = "Write a snapshot as one plain archive that anyone can open",
        Role = Role.Admin,
        Inputs = [SnapshotInputs.Snapshot, Output],
        Result = "{export:{snapshot,file,entries,bytes,archiveBytes,leftOut}}",
        Examples = ["snapshotbot snapshot export modpack/before-update -o modpack.tar.zst"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Output) is { } file ? Path.GetFullPath(file) : null),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ExportSnapshotOutcome>(
            new ExportSnapshot((await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id, request.File));

    private sealed record Request(string Snapshot, string? File);
}
