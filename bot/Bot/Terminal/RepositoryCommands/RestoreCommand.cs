using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class RestoreCommand
{
    private static readonly TimeSpan ProgressPace = TimeSpan.FromMilliseconds(100);

    private static readonly Input<string> From = Input.Word("ID[:PATH]", "the snapshot, or a folder or file of it");
    private static readonly Input<string> Target = Input.Word("TARGET", "the folder to bring to that state; made when missing");
    private static readonly Input<bool> Delete = Input.Flag("--delete", "remove from TARGET what the snapshot does not have");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository restore",
        Summary = "Bring a folder to what a snapshot holds, changing only what differs",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(From, Target, Delete),
        Result = "{restore:{snapshot,target,filesWritten,filesUnchanged,entriesRemoved,bytesWritten,bytesUnchanged,durationMs,"
            + "problemCount,problems:[{path,kind,message}]}}",
        Examples =
        [
            "snapshotbot repository restore latest:/srv/world /srv/world --delete --repository /srv/backup",
            "snapshotbot repository restore 1a2b3c4d /tmp/look --repository /srv/backup",
        ],
        Read = values => new Request(
            values.Get(From), values.Get(Target), values.Get(Delete) ? ExtraEntries.Remove : ExtraEntries.Keep, RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.ReadAsync(request.Repository, context, (repository, stop) => RestoreAsync(request, repository, context, stop), cancellationToken);

    private static async Task<Reply> RestoreAsync(
        Request request, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var (id, path) = SnapshotFinder.Split(request.From);
        context.Progress.Report(new StepProgress("reading the index", 0, 0, ProgressUnit.None));
        var loading = IndexLoader.LoadAsync(repository, cancellationToken);
        var snapshot = await SnapshotFinder.FindAsync(new SnapshotFiles(repository), id, cancellationToken);
        var blobs = new BlobReader(repository, (await loading).Index);
        var trees = new TreeLoader(blobs);
        var place = await RepositoryPath.FindAsync(trees, snapshot, path, cancellationToken);

        // Nothing is made before the snapshot and the path in it are known to be there.
        var folder = new DirectoryInfo(request.Target);
        var isNew = !folder.Exists;
        folder.Create();
        using var target = DirectoryHandle.OpenRoot(folder.FullName);
        var options = new RestoreOptions
        {
            ExtraEntries = request.ExtraEntries,

            // A folder that is somebody's already (/tmp, say) keeps its own mode unless it is to become exactly what the snapshot has.
            RootNode = place.Tree is not null && (isNew || request.ExtraEntries == ExtraEntries.Remove) ? place.Node : null,
        };
        var restorer = new TreeRestorer(blobs, trees);
        var progress = new RestoreProgress();
        RestoreOutcome outcome;
        await using (new Poll(ProgressPace, context.Time, () => context.Progress.Report(Describe(progress))))
        {
            outcome = place.Tree is { } tree
                ? await restorer.RestoreAsync(tree, target, options, progress, cancellationToken)
                : await restorer.RestoreEntryAsync(place.Node!, target, options, progress, cancellationToken);
        }

        return new Answer(Describe(outcome, snapshot, folder.FullName, context.Time.GetElapsedTime(started)));
    }

    private static StepProgress Describe(RestoreProgress progress) =>
        new("restoring", progress.BytesDone, progress.BytesPlanned, ProgressUnit.Bytes);

    private static RepositoryRestored Describe(RestoreOutcome outcome, StoredSnapshot snapshot, string target, TimeSpan took)
    {
        var totals = outcome.Totals;
        var counts = new RestoreCounts(totals.FilesWritten, totals.FilesUnchanged, totals.EntriesRemoved, totals.BytesWritten, totals.BytesUnchanged);
        var (problems, count) = outcome is RestoreOutcome.Partial partial ? (partial.Problems, partial.Count) : ([], 0);
        return new RepositoryRestored(
            snapshot.Id.ToString(), target, counts, took, count,
            [.. problems.Select(problem => new RestoreTrouble(RepositoryPath.Show(problem.Path.Span), KindOf(problem.Kind), problem.Message))]);
    }

    private static string KindOf(RestoreProblemKind kind) => kind switch
    {
        RestoreProblemKind.Damaged => "damaged",
        RestoreProblemKind.NotWritable => "not-writable",
        RestoreProblemKind.InTheWay => "in-the-way",
        _ => "not-supported",
    };

    private sealed record Request(string From, string Target, ExtraEntries ExtraEntries, RepositoryChoice Repository);
}
