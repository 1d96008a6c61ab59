using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// Makes a snapshot of a server: inspect, bring images in, read mounts and layers as of one moment, commit. Nothing anybody can see
/// changes before the snapshot file is written.
/// </summary>
internal sealed class CaptureWorkflow(
    Inspector inspector,
    RepositoryAccess access,
    SnapshotView view,
    SnapshotStore store,
    MomentReader reader,
    GameFinder games,
    AliveFacts alive,
    CaptureRules rules,
    ServiceOptions options,
    EngineConnection connection,
    HostFiles files,
    VolumePins pins,
    DataFolder folder,
    TimeProvider time)
{
    private static readonly string Program = "snapshotbot " + typeof(CaptureWorkflow).Assembly.GetName().Version?.ToString(3);

    /// <summary>
    /// Reads a server while it runs, with its images, so that the capture that is given this once it stands reads only what changed since. Nothing
    /// anybody can see changes. Dispose it when done.
    /// </summary>
    /// <exception cref="RefusedException">A mount can't be reached, there is no room.</exception>
    public async Task<BegunCapture> BeginAsync(CaptureRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        var server = await InspectAsync(request, context, cancellationToken);
        var begun = await OpenAsync(request.Server, cancellationToken);
        try
        {
            var game = games.Of(server);
            using var plan = await PlanAsync(server, begun, game, cancellationToken);
            begun.Alive = await alive.AskAsync(server, game, cancellationToken);
            await ReadAsync(begun, server, plan, server.Images, context, (_, _, passes, token) => passes.UntilSteadyAsync(token), cancellationToken);
            return begun;
        }
        catch
        {
            await begun.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the snapshot; it is in the view when this returns.</summary>
    /// <exception cref="RefusedException">A container is missing, a mount can't be reached, there is no room.</exception>
    public async Task<SnapshotInfo> CaptureAsync(CaptureRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        context.Progress.Report(OperationProgress.At("inspect"));
        var server = await InspectAsync(request, context, cancellationToken);
        using var cores = EffortBeside(server) == PassEffort.Full ? ProcessCourtesy.UseAllCores() : null;
        await using var opened = request.Begun is null ? await OpenAsync(request.Server, cancellationToken) : null;
        var begun = request.Begun ?? opened!;
        var (session, archive, parent) = (begun.Session, begun.Archive, begun.Parent);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Lost);
        var game = games.Of(server);
        using var plan = await PlanAsync(server, begun, game, stop.Token);
        var commits = request.UnreadableLayers == UnreadableLayers.Commit
            ? await LayerCommits.MakeAsync(await connection.GetAsync(stop.Token), server, context, stop.Token)
            : LayerCommits.None;
        var (document, reading) = await ReadAsync(begun, server, plan, [.. server.Images, .. commits.Images], context, async (images, warnings, passes, token) =>
        {
            var players = await game.PlayersAsync(token) is PlayersAnswer.Known known ? known.Online : (int?)null;
            var seen = begun.Alive ?? await alive.AskAsync(server, game, token);
            var read = await reader.ReadAsync(server, passes, context, token);
            if (commits.Images.Any() && read.Grade is ConsistencyGrade.Quiesced or ConsistencyGrade.Frozen)
                read = read with { Grade = ConsistencyGrade.Live };
            var document = Document(server, plan, images, commits, read, seen, [.. warnings, .. LayerWarnings(server, commits, images)], context);
            return (document with { Players = players, GameVersion = seen.Version }, read);
        }, cancellationToken);

        context.Progress.Report(OperationProgress.At("commit"));
        if (request.Unchanged == UnchangedServer.Skip && parent is not null && await IsUnchangedAsync(session, parent, document, archive.Root, stop.Token))
            throw new NothingChangedException(parent.Info);
        var draft = Draft(request, reading.Result, parent, reading.Moment, started);
        session.ThrowIfLost();
        var json = new ArchiveItem.Content(Encoding.ASCII.GetBytes(ServerDocument.FileName), SnapshotLayout.Write(document), UnixTime.From(reading.Moment));

        // The commit is not cut short: it is done or not, and which one is in the repository.
        await archive.CommitAsync(draft, [json], CancellationToken.None);
        await view.SyncAsync(session, CancellationToken.None);
        return store.Get(request.Tags.Id);
    }

    private async Task<InspectedServer> InspectAsync(CaptureRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        HoldVolumes hold = (hidden, token) => pins.HoldAsync(hidden, context, token);
        var server = request.Missing == MissingContainers.Skip
            ? await inspector.InspectExistingAsync(request.Server, hold, cancellationToken)
            : await inspector.InspectAsync(request.Server, hold, cancellationToken);
        if (request.Before is not { } before)
            return server;
        var read = server.Mounts.Where(mount => mount.LeftOut is null).Select(mount => mount.Key).ToHashSet(StringComparer.Ordinal);
        return server.WithPoliciesOf(before).With([.. before.Mounts.Where(mount => mount.LeftOut is null && !read.Contains(mount.Key))]);
    }

    private async Task<BegunCapture> OpenAsync(ServerId server, CancellationToken cancellationToken)
    {
        var session = await access.WriteAsync(cancellationToken);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Lost);
            await view.SyncAsync(session, stop.Token);
            var parent = await ParentAsync(session, server, stop.Token);
            return new BegunCapture(session, new ArchiveSession(session.Repository, await session.IndexAsync(stop.Token), AccountNames.Read()), parent);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is read, with room for it: asked before anything is, when a refusal harms nothing and leaves nothing behind.</summary>
    private async Task<CapturePlan> PlanAsync(InspectedServer server, BegunCapture begun, Game game, CancellationToken cancellationToken)
    {
        var plan = CapturePlan.Open(server, begun.Parent?.Document, game, files, OwnPlaces.Paths(folder, access));
        try
        {
            // What was begun was asked about, and most of it is in the repository already.
            if (begun.Last is null && access.LocalPath is { } path)
            {
                var images = server.Images.Where(image => begun.Parent?.Document.Images.Any(kept => kept.Folder is not null && kept.Id == image.Id.Value) != true);
                var pass = PassOptions(server, plan, begun, null) with { Effort = EffortBeside(server) };
                begun.Adds = await SnapshotRoom.RequireAsync(path, begun.Archive, plan.Items, pass, images.Sum(image => image.Size), cancellationToken);
            }

            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>Images first, then passes; refused as soon as the repository's file system has no room left to spare.</summary>
    private async Task<T> ReadAsync<T>(
        BegunCapture begun, InspectedServer server, CapturePlan plan, IReadOnlyList<ImageDetails> wanted, OperationContext context,
        Func<IReadOnlyList<CapturedImage>, IReadOnlyList<SnapshotWarning>, LivePasses, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, begun.Session.Lost);
        using var repository = access.LocalPath is { } path ? DirectoryHandle.OpenRoot(path) : null;
        SpaceWatch Watch(string step) => new(access.LocalPath ?? "", repository, stop, new PassProgress(context.Progress, step));
        var (saving, watch) = (Watch("image"), Watch("read"));
        try
        {
            var (images, warnings) = await ImagesAsync(begun, wanted, repository, ImagePass(server, saving), context, stop.Token);
            var passes = new LivePasses(begun.Archive, plan, Items(plan, images), PassOptions(server, plan, begun, watch), rules, time);
            var done = await read(images, warnings, passes, stop.Token);
            begun.Last = passes.Last;
            return done;
        }
        catch (OperationCanceledException) when ((saving.Refusal ?? watch.Refusal) is { } refusal)
        {
            // What was written so far takes the room that is missing.
            begun.Archive.TakeBack();
            throw new RefusedException(refusal);
        }
    }

    private static IReadOnlyList<ArchiveItem> Items(CapturePlan plan, IReadOnlyList<CapturedImage> images) =>
        [.. plan.Items, .. images.Select(image => new ArchiveItem.Kept(Encoding.UTF8.GetBytes(image.Document.Folder!), image.Tree))];

    private PassOptions PassOptions(InspectedServer server, CapturePlan plan, BegunCapture begun, IProgress<ArchiveProgress>? progress) => new()
    {
        Parent = begun.Last?.Tree ?? begun.Parent?.Tree,
        Racy = rules.KnowsRacy ? begun.Racy() : new HashSet<PathBytes>(),
        Excludes = plan.IsExcluded,
        Progress = progress,
        PressureFiles = PressureFiles(server),
    };

    /// <summary>An image is gigabytes, and whoever plays feels its reading like any other.</summary>
    private PassOptions ImagePass(InspectedServer server, IProgress<ArchiveProgress> progress) => new()
    {
        Progress = progress,
        Effort = EffortBeside(server),
        PressureFiles = PressureFiles(server),
    };

    private static PassEffort EffortBeside(InspectedServer server) => server.Containers.Any(one => one.IsRunning) ? PassEffort.Courteous : PassEffort.Full;

    private IReadOnlyList<string> PressureFiles(InspectedServer server) => [.. server.Containers.Where(one => one.IsRunning && one.Details.State.ProcessId > 0)
        .SelectMany(one => ControlGroup.Of(one.Details.State.ProcessId, options.HostRoot).PressureFiles)];

    private static async Task<bool> IsUnchangedAsync(
        RepositorySession session, ParentSnapshot parent, ServerDocument now, IReadOnlyList<Node> root, CancellationToken cancellationToken)
    {
        if (!NothingChanged.Between(parent.Document, now))
            return false;
        try
        {
            var trees = await session.TreesAsync(cancellationToken);
            return NothingChanged.Between((await trees.LoadAsync(parent.Tree, cancellationToken)).Nodes, root);
        }
        catch (RepositoryDamagedException)
        {
            // A snapshot that can't be read back proves nothing: another is made.
            return false;
        }
    }

    private async Task<ParentSnapshot?> ParentAsync(RepositorySession session, ServerId server, CancellationToken cancellationToken)
    {
        if (store.Newest(server) is not { } newest)
            return null;
        try
        {
            var tree = store.Tree(newest.Id);
            return new(newest, tree, await SnapshotDocuments.ReadAsync(session, tree, cancellationToken));
        }
        catch (RepositoryDamagedException)
        {
            // A broken snapshot is no parent: everything is read.
            return null;
        }
    }

    private async Task<(IReadOnlyList<CapturedImage> Images, IReadOnlyList<SnapshotWarning> Warnings)> ImagesAsync(
        BegunCapture begun, IReadOnlyList<ImageDetails> wanted, DirectoryHandle? repository,
        PassOptions pass, OperationContext context, CancellationToken cancellationToken)
    {
        var (session, parent) = (begun.Session, begun.Parent);
        var images = new List<CapturedImage>();
        var warnings = new List<SnapshotWarning>();
        var capture = new ImageCapture(folder);
        foreach (var image in wanted)
        {
            if (begun.Images.GetValueOrDefault(image.Id) is { } known)
            {
                images.Add(known);
                continue;
            }

            if (await capture.TryKeepAsync(session, image, parent?.Document, parent?.Tree, cancellationToken) is { } kept)
            {
                images.Add(begun.Images[image.Id] = kept);
                continue;
            }

            if (!HasRoom(image, repository, begun))
            {
                warnings.Add(new SnapshotWarning("image-left-out", image.Tags.Count > 0 ? image.Tags[0] : image.Id.ToShortString(), "Too little room to save it."));
                continue;
            }

            images.Add(begun.Images[image.Id] = await capture.SaveAsync(
                begun.Archive, await connection.GetAsync(cancellationToken), image, pass, context, cancellationToken));
        }

        return (images, warnings);
    }

    /// <summary>
    /// An image is saved beside the catalog first, then into packs: twice its size where both are on one file system. The world's room is not for
    /// it: an image can mostly be had again, a world can't.
    /// </summary>
    private bool HasRoom(ImageDetails image, DirectoryHandle? repository, BegunCapture begun)
    {
        using var data = DirectoryHandle.OpenRoot(folder.Path);
        var packs = image.Size + (begun.Last is null ? begun.Adds : 0);
        var sharesDisk = repository?.Status().Device == data.Status().Device;
        return SpaceGuard.Allows(data.Space(), sharesDisk ? image.Size + packs : image.Size)
            && (repository is null || sharesDisk || SpaceGuard.Allows(repository.Space(), packs));
    }

    private ServerDocument Document(
        InspectedServer server,
        CapturePlan plan,
        IReadOnlyList<CapturedImage> images,
        LayerCommits commits,
        MomentReading reading,
        SeenAlive seen,
        IReadOnlyList<SnapshotWarning> before,
        OperationContext context) => new()
        {
            Schema = ServerDocument.CurrentSchema,
            Writer = Program,
            Server = new DocumentServer(
                server.Server.Id.Value, server.Server.Name, server.Server.Profile, server.Server.ComposeProject, [.. server.Containers.Select(one => one.Name)])
            {
                Ignored = server.Server.Ignored.Count > 0 ? server.Server.Ignored : null,
                Included = server.Server.Included.Count > 0 ? server.Server.Included : null,
                IncludeWriters = server.Server.ForeignWriters == ForeignWriters.FreezeAlong ? true : null,
            },
            CreatedBy = context.RequestedBy.Text,
            Grade = reading.Grade,
            FreezeMs = reading.Freeze?.TotalMilliseconds,
            Warnings = [.. before, .. reading.Warnings],
            Containers = [.. server.Containers.Select(one => DocumentWriter.Container(one, commits.Of(one.Name, images), seen.MemoryOf(one.Name)))],
            Mounts = plan.Mounts,
            Volumes = [.. server.Volumes.Select(volume => DocumentWriter.Element(volume.Definition.Json))],
            Networks = [.. server.Networks.Select(network => DocumentWriter.Element(network.Definition.Json))],
            Images = [.. server.Images.Concat(commits.Images).Select(image => images.FirstOrDefault(one => one.Document.Id == image.Id.Value)?.Document ?? ImageCapture.LeftOut(image))],
            Racy = [.. reading.Result.Racy.Select(path => DocumentPath.Of(path.Bytes.Span))],
        };

    private SnapshotFile Draft(CaptureRequest request, PassResult pass, ParentSnapshot? parent, DateTimeOffset moment, DateTimeOffset started) => new()
    {
        Time = moment,
        Parent = parent?.Info.ResticId,
        Tree = pass.Tree.ToString(),
        Paths = ["/"],
        Hostname = request.Server.Value,
        Username = Environment.UserName,
        Tags = request.Tags.Write(),
        ProgramVersion = Program,
        Summary = new SnapshotSummary
        {
            Start = started,
            End = time.GetUtcNow(),
            FilesNew = pass.Stats.FilesNew,
            FilesChanged = pass.Stats.FilesChanged,
            FilesUnmodified = pass.Stats.FilesUnmodified,
            DirectoriesNew = pass.Stats.DirectoriesNew,
            DirectoriesChanged = pass.Stats.DirectoriesChanged,
            DirectoriesUnmodified = pass.Stats.DirectoriesUnmodified,
            DataBlobs = pass.Stats.DataBlobs,
            TreeBlobs = pass.Stats.TreeBlobs,
            DataAdded = pass.Stats.DataAdded,
            DataAddedPacked = pass.Stats.DataAddedPacked,
            TotalFiles = pass.Stats.TotalFiles,
            TotalBytes = pass.Stats.TotalBytes,
        },
    };

    private static IEnumerable<SnapshotWarning> LayerWarnings(InspectedServer server, LayerCommits commits, IReadOnlyList<CapturedImage> kept) =>
        server.Containers.Where(one => one.Layer.Fault is not null)
            .Select(one => new SnapshotWarning(commits.Of(one.Name, kept) is null ? "layer-left-out" : "layer-committed", one.Name, one.Layer.Fault.ToString()));

    private sealed class PassProgress(IProgress<OperationProgress> progress, string step) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) =>
            progress.Report(new OperationProgress(step, value.BytesDone, value.BytesFound, ProgressUnit.Bytes, null));
    }
}

/// <summary>The snapshot before, which is taken over from.</summary>
internal sealed record ParentSnapshot(SnapshotInfo Info, TreeId Tree, ServerDocument Document);

/// <summary>A capture under way: what is in the repository of it so far, under its lock. Nobody sees it before the commit.</summary>
internal sealed class BegunCapture(RepositorySession session, ArchiveSession archive, ParentSnapshot? parent) : IAsyncDisposable
{
    private bool _isDisposed;

    public RepositorySession Session { get; } = session;

    public ArchiveSession Archive { get; } = archive;

    public ParentSnapshot? Parent { get; } = parent;

    public Dictionary<ImageId, CapturedImage> Images { get; } = [];

    /// <summary>Bytes that the first pass was judged to add to a repository in a folder.</summary>
    public long Adds { get; set; }

    /// <summary>What the newest pass came to; null before the first.</summary>
    public PassResult? Last { get; set; }

    /// <summary>What was asked while the server still ran; null when it was not begun before.</summary>
    public SeenAlive? Alive { get; set; }

    /// <summary>Files that must be read even when they look unchanged.</summary>
    public HashSet<PathBytes> Racy() =>
        [.. Last?.Racy ?? [], .. Parent?.Document.Racy.Select(path => new PathBytes(path.ToBytes())) ?? []];

    /// <summary>Gives up its memory and its lock; once more does no harm.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            await Archive.DisposeAsync();
        }
        finally
        {
            // The lock must not outlive it.
            await Session.DisposeAsync();
        }
    }
}
