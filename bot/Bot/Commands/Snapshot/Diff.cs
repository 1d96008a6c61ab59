using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Diff
{
    private const string Now = "now";

    private static readonly Input<string> Later = Input.Word("LATER", "the snapshot to compare with, or now");
    private static readonly Input<string?> Place = Input.Value("--path", "P", "only this and what is below it, as the game sees it");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot diff",
        Summary = "Show what differs between a snapshot and a later one, or now",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Later, Place],
        Result = "{added,changed,removed,bytesAdded,bytesRemoved,entries:[{path,change,type,sizeBefore,sizeAfter}]}",
        Examples = ["snapshotbot snapshot diff modpack/before-update now --path /data/world"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Later), values.Get(Place)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var before = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        var comparison = await context.Service.GetAsync<SnapshotComparison>(cancellationToken);
        context.Progress.Report(new StepProgress("comparing", 0, 0, ProgressUnit.None));
        if (request.Later == Now)
        {
            return new Answer(await comparison.CompareWithNowAsync(before, request.Path, cancellationToken));
        }

        var after = await SnapshotInputs.RequireAsync(request.Later, context, cancellationToken);
        return new Answer(await comparison.CompareAsync(before.Id, after.Id, request.Path, cancellationToken));
    }

    private sealed record Request(string Snapshot, string Later, string? Path);
}
