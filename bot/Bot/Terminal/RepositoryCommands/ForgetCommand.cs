using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;
using Kept = SnapshotBot.Bot.Commands.Repository.KeptSnapshot;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class ForgetCommand
{
    private static readonly Input<IReadOnlyList<string>> Ids = Input.OptionalWords("ID", "snapshots to forget, instead of a policy");
    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what would be kept and forgotten") with { Short = "-n" };

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository forget",
        Summary = "Forget snapshots a policy does not keep; locked ones always stay",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With([Ids, .. ForgetInputs.All, Plan]),
        Result = "{planned,kept:[{id,reasons}],removed:[ids]}",
        Examples = ["snapshotbot repository forget --keep-last 7 --keep-daily 14 --keep-tag keep --plan --repository /srv/backup"],
        Read = values => new Request(
            values.Get(Ids), ForgetInputs.Policy(values), ForgetInputs.Selection(values), values.Get(Plan) ? Execution.Planned : Execution.Done,
            RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        if (request.Ids.Count == 0 && request.Policy.IsEmpty)
        {
            throw new CommandFailedException(RepositoryFailures.NoPolicy());
        }

        return request.Execution == Execution.Planned
            ? RepositoryAccess.ReadAsync(request.Repository, context, (repository, stop) => PlanAsync(request, repository, context, stop), cancellationToken)
            : RepositoryAccess.UseAsync(
                request.Repository, LockMode.Exclusive, context,
                (repository, held, stop) => ForgetAsync(request, repository, held, context, stop), cancellationToken);
    }

    private static async Task<Reply> PlanAsync(
        Request request, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(new StepProgress("reading snapshots", 0, 0, ProgressUnit.None));
        var all = await new SnapshotFiles(repository).LoadAllAsync(cancellationToken);
        var (kept, removed) = request.Ids.Count > 0 ? ByName(request.Ids, all) : ByPolicy(request, all, context.Time.GetUtcNow());
        return new Answer(new RepositoryForgotten(Execution.Planned, kept, [.. removed.Select(SnapshotFinder.Describe)]));
    }

    private static async Task<Reply> ForgetAsync(
        Request request, OpenRepository repository, RepositoryLock held, CommandContext context, CancellationToken cancellationToken)
    {
        var plan = (RepositoryForgotten)((Answer)await PlanAsync(request, repository, context, cancellationToken)).Outcome;
        context.Progress.Report(new StepProgress("forgetting", 0, 0, ProgressUnit.None));
        var ids = plan.Removed.Select(snapshot => new SnapshotFileId(ObjectId.Parse(snapshot.Id))).ToList();
        return await SnapshotForgetter.ForgetAsync(repository, held, ids, cancellationToken) is ForgetOutcome.Locked locked
            ? throw new CommandFailedException(RepositoryFailures.SnapshotLocked(locked.Snapshots[0].Id.ToShortString()))
            : new Answer(plan with { Execution = Execution.Done });
    }

    private static (IReadOnlyList<Kept> Kept, IReadOnlyList<StoredSnapshot> Removed) ByName(
        IReadOnlyList<string> names, IReadOnlyList<StoredSnapshot> all)
    {
        var ids = all.Select(snapshot => snapshot.Id).ToList();
        var chosen = names.Select(name => name == "latest" && ids.Count > 0 ? ids[^1] : SnapshotFinder.Pick(name, ids)).ToHashSet();
        var removed = all.Where(snapshot => chosen.Contains(snapshot.Id)).ToList();
        return removed.Find(snapshot => RetentionSnapshot.From(snapshot).IsLocked) is { } locked
            ? throw new CommandFailedException(RepositoryFailures.SnapshotLocked(locked.Id.ToShortString()))
            : ([], removed);
    }

    private static (IReadOnlyList<Kept> Kept, IReadOnlyList<StoredSnapshot> Removed) ByPolicy(
        Request request, IReadOnlyList<StoredSnapshot> all, DateTimeOffset now)
    {
        var byId = all.ToDictionary(snapshot => snapshot.Id);
        var covered = all.Select(RetentionSnapshot.From).Where(request.Selection.Covers).ToList();
        return RetentionPlanner.Plan(covered, request.Policy, request.Selection.Grouping, now) switch
        {
            RetentionPlan.Decided plan => (
                [.. plan.Kept.Select(kept => new Kept(
                    SnapshotFinder.Describe(byId[kept.Snapshot.Id]), [.. kept.Reasons.Select(reason => reason.ToString())]))],
                [.. plan.Forgotten.Select(snapshot => byId[snapshot.Id])]),
            RetentionPlan.NothingLeft nothing => throw new CommandFailedException(
                RepositoryFailures.NothingLeft(nothing.Group.Host, nothing.Group.Paths, nothing.Group.Forgotten.Count)),
            _ => throw new CommandFailedException(RepositoryFailures.NoPolicy()),
        };
    }

    private sealed record Request(
        IReadOnlyList<string> Ids, RetentionPolicy Policy, ForgetSelection Selection, Execution Execution, RepositoryChoice Repository);
}
