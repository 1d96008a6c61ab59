using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class CheckCommand
{
    private static readonly Input<bool> ReadData = Input.Flag("--read-data", "read back and compare every byte");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository check",
        Summary = "Look whether the repository holds what it promises; only reads",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(ReadData),
        Result = "{snapshots,packs,blobs,bytesRead,durationMs,errors:[text],notes:[text],hurt:[{snapshot,paths,morePaths}]}",
        Examples = ["snapshotbot repository check --read-data --repository /srv/backup"],
        Read = values => new Request(values.Get(ReadData) ? CheckDepth.Data : CheckDepth.Structure, RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.ReadAsync(request.Repository, context, (repository, stop) => CheckAsync(request, repository, context, stop), cancellationToken);

    private static async Task<Reply> CheckAsync(
        Request request, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var checker = new RepositoryChecker(repository, new Relay<CheckProgress>(progress => context.Progress.Report(Describe(progress))));
        var report = await checker.RunAsync(request.Depth, cancellationToken);
        return new Answer(new RepositoryChecked(
            report.Snapshots, report.Packs, report.Blobs, report.BytesRead, Messages(report, damage: true), Messages(report, damage: false),
            [.. report.Hurt.Select(Describe)], context.Time.GetElapsedTime(started)));
    }

    private static List<string> Messages(CheckReport report, bool damage) =>
        [.. report.Findings.Where(finding => finding.IsDamage == damage).Select(finding => finding.Message).Order(StringComparer.Ordinal)];

    private static DamagedSnapshot Describe(HurtSnapshot hurt) => new(
        hurt.Snapshot.ToString(), [.. hurt.Paths.Select(path => RepositoryPath.Show(path.Span))], hurt.MorePaths);

    private static StepProgress Describe(CheckProgress progress) => new(
        progress.Step switch
        {
            CheckStep.Keys => "checking keys",
            CheckStep.Indexes => "reading the index",
            CheckStep.Packs => "looking at packs",
            CheckStep.Snapshots => "reading snapshots",
            CheckStep.Trees => "walking trees",
            CheckStep.Data => "reading back",
            _ => "finding what is hurt",
        },
        progress.Done, progress.Total, progress.Step == CheckStep.Data ? ProgressUnit.Bytes : ProgressUnit.Items);

    private sealed record Request(CheckDepth Depth, RepositoryChoice Repository);
}
