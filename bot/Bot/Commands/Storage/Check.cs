using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Storage;

internal static class Check
{
    private static readonly Input<bool> ReadData = Input.Flag("--read-data", "also read every byte back");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "storage check",
        Summary = "Look whether the repository holds what it promises; changes nothing",
        Role = Role.Operator,
        Inputs = [ReadData],
        Result = "{snapshots,packs,blobs,bytesRead,durationMs,errors:[...],notes:[...],hurt:[{snapshot,paths,morePaths}]}",
        Examples = ["snapshotbot storage check --read-data"],
        Read = values => new Request(values.Get(ReadData) ? CheckExtent.Data : CheckExtent.Structure),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Reply>(new Change<CheckRepositoryOutcome>(new CheckRepository(request.Extent)));

    private sealed record Request(CheckExtent Extent);
}
