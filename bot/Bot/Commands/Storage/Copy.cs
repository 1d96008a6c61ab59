using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Storage;

internal static class Copy
{
    private static readonly Input<string?> To = Input.Value("--to", "REPO", "where: a folder or rest:http://... (the setting 'copy')");

    private static readonly Input<string?> PasswordFile = Input.Value(
        "--to-password-file", "F", "its password (the setting 'copy-password-file', else the same password as here)");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "storage copy",
        Summary = "Bring a second copy of the repository up to date; only what is missing there is copied",
        Role = Role.Terminal,
        Inputs = [To, PasswordFile],
        Result = "{copy:{to,snapshots,changed,there,blobs,bytes,durationMs}}",
        Examples = ["snapshotbot storage copy --to /mnt/usb/snapshots", "snapshotbot storage copy --to rest:http://nas:8000/ --to-password-file nas-password"],
        Read = values => new Request(values.Get(To), values.Get(PasswordFile)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Reply>(new Change<CopyRepositoryOutcome>(new CopyRepository(
            request.To is { } to && !to.Contains(':', StringComparison.Ordinal) ? Path.GetFullPath(to) : request.To,
            request.PasswordFile is { } file ? Path.GetFullPath(file) : null)));

    private sealed record Request(string? To, string? PasswordFile);
}
