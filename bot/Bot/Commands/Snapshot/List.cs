using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class List
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1000;

    private static readonly Input<string?> Server = Input.OptionalWord("SERVER", "only of this server");
    private static readonly Input<bool> Locked = Input.Flag("--locked", "only locked ones");
    private static readonly Input<string?> Name = Input.Value("--name", "TEXT", "only those with this in their name");
    private static readonly Input<string?> Note = Input.Value("--note", "TEXT", "only those with this in their note");
    private static readonly Input<string?> By = Input.Value("--by", "WHO", "only those made by this one, as --json names them under createdBy");
    private static readonly Input<DateTimeOffset?> Since = Input.Time("--since", "only those made since then");
    private static readonly Input<int?> Limit = Input.Number("--limit", "at most N (100; up to 1,000)");
    private static readonly Input<string?> After = Input.Value("--after", "ID", "the next page: those older than this one");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot list",
        Summary = "List snapshots, newest first",
        Role = Role.Viewer,
        Inputs = [Server, Name, Note, By, Locked, Since, Limit, After],
        Result = "{snapshots:[{...}],next}",
        Examples = ["snapshotbot snapshot list modpack --limit 20"],
        Read = values => new Request(values.Get(Server), values.Get(After), FilterOf(values)),
        Handle = RunAsync,
    };

    /// <summary>What is to be listed, whatever its server and page.</summary>
    public static SnapshotFilter FilterOf(InputValues values) => new()
    {
        Name = values.Get(Name),
        Note = values.Get(Note),
        By = values.Get(By),
        Lock = values.Get(Locked) ? LockFilter.LockedOnly : LockFilter.All,
        Since = values.Get(Since),
        Limit = ReadLimit(values.Get(Limit)),
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        ServerId? server = request.Server is { } name ? (await ServerInputs.RequireAsync(name, context, cancellationToken)).Id : null;
        SnapshotId? after = request.After is { } id ? (await SnapshotInputs.RequireAsync(id, context, cancellationToken)).Id : null;
        var filter = request.Filter with { Server = server, After = after };
        return new Answer(await (await context.Service.GetAsync<SnapshotReads>(cancellationToken)).ListAsync(filter, cancellationToken));
    }

    private static int ReadLimit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MostLimit => limit.Value,
        _ => throw new BadInputException("--limit", limit.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), "a number from 1 to 1,000"),
    };

    private sealed record Request(string? Server, string? After, SnapshotFilter Filter);
}
