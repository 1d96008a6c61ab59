using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Storage;

internal static class Prune
{
    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what it would free");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "storage prune",
        Summary = "Remove data no snapshot needs; waits while a deletion can be undone",
        Role = Role.Admin,
        Inputs = [Plan],
        Result = "{planned,packsKept,packsRewritten,packsRemoved,bytesFreed,bytesRemaining,bytesUnusedLeft,durationMs}",
        Examples = ["snapshotbot storage prune --plan", "snapshotbot storage prune"],
        Read = values => new Request(values.Get(Plan) ? PruneWhen.Never : PruneWhen.Always),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Reply>(new Change<PruneRepositoryOutcome>(new PruneRepository(request.When)));

    private sealed record Request(PruneWhen When);
}
