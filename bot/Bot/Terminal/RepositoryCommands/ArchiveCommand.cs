using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class ArchiveCommand
{
    private static readonly Input<IReadOnlyList<string>> Paths = Input.Words("PATH", "files and folders to keep");
    private static readonly Input<string?> Host = Input.Value("--host", "H", "host name to keep with the snapshot (this machine's)");
    private static readonly Input<IReadOnlyList<string>> Tags = Input.Values("--tag", "T", "a tag for the snapshot");
    private static readonly Input<DateTimeOffset?> Time = Input.Time("--time", "time of the snapshot (now)");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository archive",
        Summary = "Make a snapshot of plain files and folders",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(Paths, Host, Tags, Time),
        Result = "{snapshot:{id,time,host,user,paths,tags,parent,filesTotal,filesNew,filesChanged,filesUnmodified,foldersTotal,"
            + "bytesProcessed,bytesAdded,bytesStored,durationMs,warnings:[{path,reason}]}}",
        Examples = ["snapshotbot repository archive /srv/world --tag before-update --repository /srv/backup"],
        Read = values => new Request(
            values.Get(Paths), values.Get(Host), values.Get(Tags), values.Get(Time), RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        using var targets = ArchiveTargets.Open(request.Paths, Environment.CurrentDirectory);
        var reply = await RepositoryAccess.UseAsync(
            request.Repository, LockMode.Shared, context, (repository, _, stop) => ArchiveAsync(request, targets, repository, context, stop),
            cancellationToken);
        return reply is Answer { Outcome: RepositoryArchived archived }
            ? new Answer(archived with { Took = context.Time.GetElapsedTime(started) })
            : reply;
    }

    private static async Task<Reply> ArchiveAsync(
        Request request, ArchiveTargets targets, OpenRepository repository, CommandContext context, CancellationToken cancellationToken)
    {
        var startedAt = context.Time.GetUtcNow();
        var host = request.Host ?? LockOwner.ThisHost();
        context.Progress.Report(new StepProgress("reading the index", 0, 0, ProgressUnit.None));
        var loading = IndexLoader.LoadAsync(repository, cancellationToken);
        var parent = await FindParentAsync(repository, host, targets.Paths, cancellationToken);
        var loaded = await loading;

        await using var session = new ArchiveSession(repository, loaded.Index, AccountNames.Read());
        var options = new PassOptions
        {
            Parent = parent?.File.TreeId,
            Progress = new Relay<ArchiveProgress>(progress => context.Progress.Report(Describe(progress))),
        };
        var pass = await session.PassAsync(targets.Items, options, cancellationToken);
        context.Progress.Report(new StepProgress("committing", 0, 0, ProgressUnit.None));
        var draft = new SnapshotFile
        {
            Time = request.Time ?? startedAt,
            Parent = parent?.Id.ToString(),
            Tree = "",
            Paths = targets.Paths,
            Hostname = host,
            Username = Environment.UserName,
            Tags = request.Tags.Count > 0 ? request.Tags : null,
            ProgramVersion = "snapshotbot " + BuildInfo.Read().Version,
            Summary = Summarise(pass.Stats, startedAt, context.Time.GetUtcNow()),
        };
        var committed = await session.CommitAsync(draft, [], cancellationToken);
        return new Answer(new RepositoryArchived(
            SnapshotFinder.Describe(committed.Snapshot), parent?.Id.ToString(), Count(pass.Stats, committed.BytesWritten), TimeSpan.Zero,
            [.. pass.Warnings.Select(warning => new PathWarning(warning.Path.ToString(), warning.Reason))]));
    }

    /// <summary>The newest snapshot of the same paths of the same host: what restic would take.</summary>
    private static async Task<StoredSnapshot?> FindParentAsync(
        OpenRepository repository, string host, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var wanted = paths.ToHashSet(StringComparer.Ordinal);
        var all = await new SnapshotFiles(repository).LoadAllAsync(cancellationToken);
        return all.LastOrDefault(snapshot => snapshot.File.Hostname == host && wanted.SetEquals(snapshot.File.Paths));
    }

    private static StepProgress Describe(ArchiveProgress progress) =>
        new("copying", progress.BytesDone, progress.WalkEnded ? progress.BytesFound : 0, ProgressUnit.Bytes);

    private static SnapshotSummary Summarise(ArchiveStats stats, DateTimeOffset start, DateTimeOffset end) => new()
    {
        Start = start,
        End = end,
        FilesNew = stats.FilesNew,
        FilesChanged = stats.FilesChanged,
        FilesUnmodified = stats.FilesUnmodified,
        DirectoriesNew = stats.DirectoriesNew,
        DirectoriesChanged = stats.DirectoriesChanged,
        DirectoriesUnmodified = stats.DirectoriesUnmodified,
        DataBlobs = stats.DataBlobs,
        TreeBlobs = stats.TreeBlobs,
        DataAdded = stats.DataAdded,
        DataAddedPacked = stats.DataAddedPacked,
        TotalFiles = stats.TotalFiles,
        TotalBytes = stats.TotalBytes,
    };

    private static ArchiveCounts Count(ArchiveStats stats, long bytesStored) => new(
        stats.FilesNew, stats.FilesChanged, stats.FilesUnmodified,
        stats.DirectoriesNew + stats.DirectoriesChanged + stats.DirectoriesUnmodified, stats.TotalBytes, stats.DataAdded, bytesStored);

    private sealed record Request(
        IReadOnlyList<string> Paths, string? Host, IReadOnlyList<string> Tags, DateTimeOffset? Time, RepositoryChoice Repository);
}
