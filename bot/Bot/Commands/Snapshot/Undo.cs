using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Undo
{
    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what it would cost");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot undo",
        Summary = "Put back the world from just before the last restore; the world of now is kept first",
        Role = Role.Admin,
        Confirm = Confirm.UnlessPlanned,
        Inputs = [ServerInputs.Server, Plan],
        Result = "{undo:{...}} as snapshot restore; with --plan {plan:{...}}",
        Examples = ["snapshotbot snapshot undo modpack --plan", "snapshotbot snapshot undo modpack --yes"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(Plan)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        if (!request.OnlyPlan)
        {
            return new Change<RestoreOutcome>(new UndoRestore(server.Id));
        }

        context.Progress.Report(new StepProgress("comparing", 0, 0, ProgressUnit.None));
        var reads = await context.Service.GetAsync<RestoreReads>(cancellationToken);
        var undoable = await reads.UndoableAsync(server.Id, cancellationToken);
        if (undoable is not Undoable.Yes way)
        {
            return new Answer(undoable);
        }

        var preview = await context.Service.GetAsync<RestorePreview>(cancellationToken);
        var restore = new RestoreSnapshot { Snapshot = way.Snapshot.Id, Server = server.Id };
        return new Answer(await preview.CostAsync(restore, cancellationToken) switch
        {
            RestoreCost.Cost cost => new UndoPlanned(cost, server.Name),
            var refused => refused,
        });
    }

    private sealed record Request(string Server, bool OnlyPlan);
}
