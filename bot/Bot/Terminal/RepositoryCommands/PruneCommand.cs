using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Pruning;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class PruneCommand
{
    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what would be freed") with { Short = "-n" };

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository prune",
        Summary = "Remove data that no snapshot needs",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(Plan),
        Result = "{planned,packsKept,packsRewritten,packsRemoved,bytesFreed,bytesRemaining,bytesUnusedLeft,durationMs}",
        Examples = ["snapshotbot repository prune --plan --repository /srv/backup"],
        Read = values => new Request(values.Get(Plan) ? Execution.Planned : Execution.Done, RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.UseAsync(
            request.Repository, LockMode.Exclusive, context, (repository, held, stop) => PruneAsync(request, repository, held, context, stop),
            cancellationToken);

    private static async Task<Reply> PruneAsync(
        Request request, OpenRepository repository, RepositoryLock held, CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var progress = new Relay<PruneProgress>(step => context.Progress.Report(Describe(step)));
        var pruner = new RepositoryPruner(repository, held, new PruneOptions(), context.Time, progress);
        var plan = await pruner.PlanAsync(cancellationToken) switch
        {
            PrunePlan.Ready ready => ready,
            PrunePlan.Damaged damaged => throw new CommandFailedException(RepositoryFailures.NotPruned(damaged.Reasons)),
            _ => throw new CommandFailedException(RepositoryFailures.NothingToKeep()),
        };
        if (request.Execution == Execution.Done)
        {
            await pruner.ExecuteAsync(plan, cancellationToken);
        }

        var figures = plan.Figures;
        return new Answer(new RepositoryPruned(
            request.Execution, figures.PacksKept, figures.PacksRemoved + figures.PacksUnlisted, figures.PacksRewritten, figures.BytesFreed,
            figures.UsedBytes + figures.UnusedBytesLeft, figures.UnusedBytesLeft, context.Time.GetElapsedTime(started)));
    }

    private static StepProgress Describe(PruneProgress progress) => new(
        progress.Step switch
        {
            PruneStep.ReadingIndex => "reading the index",
            PruneStep.FindingUsedData => "finding used data",
            PruneStep.Deciding => "deciding",
            PruneStep.RewritingPacks => "rewriting packs",
            PruneStep.WritingIndex => "writing the index",
            PruneStep.RemovingIndexes => "removing old indexes",
            _ => "removing packs",
        },
        progress.Done, progress.Total, ProgressUnit.Items);

    private sealed record Request(Execution Execution, RepositoryChoice Repository);
}
