using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class DiffCommand
{
    private static readonly Input<string> From = Input.Word("FROM", "the earlier snapshot, ID or ID:PATH");
    private static readonly Input<string> To = Input.Word("TO", "the later snapshot, ID or ID:PATH");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository diff",
        Summary = "Show what differs between two snapshots",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(From, To),
        Result = "{added,changed,removed,bytesAdded,bytesRemoved,entries:[{path,change,type,sizeBefore,sizeAfter}]}",
        Examples = ["snapshotbot repository diff 1a2b3c4d latest --repository /srv/backup"],
        Read = values => new Request(values.Get(From), values.Get(To), RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.ReadAsync(request.Repository, context, (repository, stop) => CompareAsync(request, repository, context, stop), cancellationToken);

    private static async Task<Reply> CompareAsync(
        Request request, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(new StepProgress("reading the index", 0, 0, ProgressUnit.None));
        var loaded = await IndexLoader.LoadAsync(repository, cancellationToken);
        var trees = new TreeLoader(new BlobReader(repository, loaded.Index));
        var files = new SnapshotFiles(repository);
        var (from, fromTree) = await FindAsync(files, trees, request.From, cancellationToken);
        var (to, toTree) = await FindAsync(files, trees, request.To, cancellationToken);

        using var before = new SnapshotTreeSource(trees, fromTree);
        using var after = new SnapshotTreeSource(trees, toTree);
        var entries = new List<DifferenceEntry>();
        var (added, removed) = (0L, 0L);
        await foreach (var change in TreeComparer.CompareAsync(before, after, Options, cancellationToken))
        {
            if (change.Unreadable is { } reason)
            {
                throw reason;
            }

            var entry = Describe(change);
            entries.Add(entry);
            added += entry.SizeAfter ?? 0;
            removed += entry.SizeBefore ?? 0;
            context.Progress.Report(new StepProgress("comparing", entries.Count, 0, ProgressUnit.Items));
        }

        return new Answer(new RepositoryDifference(from.Id.ToString(), to.Id.ToString(), entries, added, removed));
    }

    /// <summary>Times alone are no change to people; restic's diff leaves them out too unless asked.</summary>
    private static TreeComparisonOptions Options { get; } = new()
    {
        Considered = ChangeAspects.Type | ChangeAspects.Content | ChangeAspects.Mode | ChangeAspects.Owner | ChangeAspects.Attributes
            | ChangeAspects.Unreadable,
    };

    private static async Task<(StoredSnapshot Snapshot, TreeId Tree)> FindAsync(
        SnapshotFiles files, TreeLoader trees, string text, CancellationToken cancellationToken)
    {
        var (id, path) = SnapshotFinder.Split(text);
        var snapshot = await SnapshotFinder.FindAsync(files, id, cancellationToken);
        var place = await RepositoryPath.FindAsync(trees, snapshot, path, cancellationToken);
        return place.Tree is { } tree
            ? (snapshot, tree)
            : throw new CommandFailedException(
                RepositoryFailures.NoFolder(snapshot.Id.ToShortString(), path ?? ""));
    }

    private static DifferenceEntry Describe(TreeChange change) => new(
        RepositoryPath.Show(change.ToPath()),
        change.IsAdded ? DifferenceKind.Added : change.IsRemoved ? DifferenceKind.Removed : DifferenceKind.Changed,
        NodeWords.Of((change.After ?? change.Before)!.Type), (long?)change.Before?.Size, (long?)change.After?.Size);

    private sealed record Request(string From, string To, RepositoryChoice Repository);
}
