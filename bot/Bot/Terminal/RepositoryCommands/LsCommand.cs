using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class LsCommand
{
    private static readonly Input<string> Id = Input.Word("ID", "the snapshot: the beginning of its id, or latest");
    private static readonly Input<string?> Place = Input.OptionalWord("PATH", "only what is at and below this path");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository ls",
        Summary = "List what a snapshot holds",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(Id, Place),
        Result = "{snapshot,entries:[{path,type,size,mode,uid,gid,modifiedAt,target}]}",
        Examples = ["snapshotbot repository ls latest /srv/world --repository /srv/backup"],
        Read = values => new Request(values.Get(Id), values.Get(Place), RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.ReadAsync(request.Repository, context, (repository, stop) => ListAsync(request, repository, context, stop), cancellationToken);

    private static async Task<Reply> ListAsync(
        Request request, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotFinder.FindAsync(new SnapshotFiles(repository), request.Id, cancellationToken);
        context.Progress.Report(new StepProgress("reading the index", 0, 0, ProgressUnit.None));
        var loaded = await IndexLoader.LoadAsync(repository, cancellationToken);
        var trees = new TreeLoader(new BlobReader(repository, loaded.Index));
        var top = await RepositoryPath.FindAsync(trees, snapshot, request.Path, cancellationToken);
        var entries = new List<RepositoryEntry>();
        if (top.Node is { } node)
        {
            entries.Add(Describe(top.Path, node));
        }

        if (top.Tree is { } tree)
        {
            await WalkAsync(trees, tree, top.Path, entries, context.Progress, cancellationToken);
        }

        return new Answer(new RepositoryListing(snapshot.Id.ToString(), entries));
    }

    private static async Task WalkAsync(
        TreeLoader trees, TreeId top, byte[] path, List<RepositoryEntry> entries, IStepProgress progress, CancellationToken cancellationToken)
    {
        // A stack of places, not calls: a snapshot may be thousands of levels deep.
        var open = new Stack<(byte[] Path, IReadOnlyList<Node> Nodes, int Next)>();
        open.Push((path, (await trees.LoadAsync(top, cancellationToken)).Nodes, 0));
        while (open.TryPop(out var folder))
        {
            if (folder.Next == folder.Nodes.Count)
            {
                continue;
            }

            var node = folder.Nodes[folder.Next];
            open.Push(folder with { Next = folder.Next + 1 });
            var own = PathText.Join(folder.Path, node.Name);
            entries.Add(Describe(own, node));
            progress.Report(new StepProgress("listing", entries.Count, 0, ProgressUnit.Items));
            if (node.Subtree is { } below)
            {
                open.Push((own, (await trees.LoadAsync(below, cancellationToken)).Nodes, 0));
            }
        }
    }

    private static RepositoryEntry Describe(byte[] path, Node node) => new(
        RepositoryPath.Show(path), NodeWords.Of(node.Type), (long)node.Size, node.Permissions, node.UserId, node.GroupId,
        node.ModifiedAt.ToDateTimeOffset(), node.LinkTarget is { } target ? PathText.Show(target) : null);

    private sealed record Request(string Id, string? Path, RepositoryChoice Repository);
}
