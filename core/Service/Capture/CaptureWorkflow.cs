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
    CaptureRules rules,
    ServiceOptions options,
    EngineConnection connection,
    HostFiles files,
    DataFolder folder,
    TimeProvider time)
{
    private static readonly string Program = "snapshotbot " + typeof(CaptureWorkflow).Assembly.GetName().Version?.ToString(3);

    /// <summary>Makes the snapshot; it is in the view when this returns.</summary>
    /// <exception cref="RefusedException">A container is missing, a mount can't be reached, there is no room.</exception>
    public async Task<SnapshotInfo> CaptureAsync(CaptureRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        context.Progress.Report(OperationProgress.At("inspect"));
        var server = request.Missing == MissingContainers.Skip
            ? await inspector.InspectExistingAsync(request.Server, cancellationToken)
            : await inspector.InspectAsync(request.Server, cancellationToken);
        if (request.Before is { } before)
        {
            var unused = before.Mounts.Where(mount => server.Mounts.All(other => other.Key != mount.Key)).ToList();
            server = await inspector.WithMountsAsync(server.WithPoliciesOf(before), unused, cancellationToken);
        }

        await using var session = await access.WriteAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Lost);
        await view.SyncAsync(session, stop.Token);
        var parent = await ParentAsync(session, request.Server, stop.Token);
        var game = games.Of(server);
        using var plan = CapturePlan.Open(server, parent?.Document, game, files, OwnPlaces.Paths(folder, access));
        RequireSpace(plan);

        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(stop.Token), AccountNames.Read());
        await using var commits = request.UnreadableLayers == UnreadableLayers.Commit
            ? await LayerCommits.MakeAsync(await connection.GetAsync(stop.Token), server, context, stop.Token)
            : LayerCommits.None;
        using var repository = access.LocalPath is { } path ? DirectoryHandle.OpenRoot(path) : null;
        SpaceWatch Watch(string step) => new(access.LocalPath ?? "", repository, stop, new PassProgress(context.Progress, step));
        var (saving, watch) = (Watch("image"), Watch("read"));
        IReadOnlyList<CapturedImage> images;
        IReadOnlyList<SnapshotWarning> imageWarnings;
        int? players;
        MomentReading reading;
        try
        {
            (images, imageWarnings) = await ImagesAsync(session, archive, [.. server.Images, .. commits.Images], parent, repository, ImagePass(server, saving), context, stop.Token);
            players = await game.PlayersAsync(stop.Token) is PlayersAnswer.Known known ? known.Online : null;
            var passes = new LivePasses(archive, plan, Items(plan, images), PassOptions(server, plan, parent, watch), rules, time);
            reading = await reader.ReadAsync(server, passes, context, stop.Token);
        }
        catch (OperationCanceledException) when ((saving.Refusal ?? watch.Refusal) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        context.Progress.Report(OperationProgress.At("commit"));
        if (commits.Images.Any() && reading.Grade is ConsistencyGrade.Quiesced or ConsistencyGrade.Frozen)
            reading = reading with { Grade = ConsistencyGrade.Live };
        var document = Document(server, plan, images, commits, reading, [.. imageWarnings, .. LayerWarnings(server, commits, images)], context) with { Players = players };
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

    private static IReadOnlyList<ArchiveItem> Items(CapturePlan plan, IReadOnlyList<CapturedImage> images) =>
        [.. plan.Items, .. images.Select(image => new ArchiveItem.Kept(Encoding.UTF8.GetBytes(image.Document.Folder!), image.Tree))];

    private PassOptions PassOptions(InspectedServer server, CapturePlan plan, ParentSnapshot? parent, IProgress<ArchiveProgress> progress) => new()
    {
        Parent = parent?.Tree,
        Racy = rules.KnowsRacy && parent is not null ? parent.Document.Racy.Select(path => new PathBytes(path.ToBytes())).ToHashSet() : [],
        Excludes = plan.IsExcluded,
        Progress = progress,
        PressureFiles = PressureFiles(server),
    };

    /// <summary>An image is gigabytes, and whoever plays feels its reading like any other.</summary>
    private PassOptions ImagePass(InspectedServer server, IProgress<ArchiveProgress> progress) => new()
    {
        Progress = progress,
        Effort = server.Containers.Any(one => one.IsRunning) ? PassEffort.Courteous : PassEffort.Full,
        PressureFiles = PressureFiles(server),
    };

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
        RepositorySession session, ArchiveSession archive, IReadOnlyList<ImageDetails> wanted, ParentSnapshot? parent, DirectoryHandle? repository,
        PassOptions pass, OperationContext context, CancellationToken cancellationToken)
    {
        var images = new List<CapturedImage>();
        var warnings = new List<SnapshotWarning>();
        var capture = new ImageCapture(folder);
        using var data = DirectoryHandle.OpenRoot(folder.Path);
        var sharesDisk = repository?.Status().Device == data.Status().Device;
        foreach (var image in wanted)
        {
            if (await capture.TryKeepAsync(session, image, parent?.Document, parent?.Tree, cancellationToken) is { } kept)
            {
                images.Add(kept);
                continue;
            }

            // Saved beside the catalog first, then into packs: twice its size where both are on one file system.
            var space = folder.Space();
            if (space.FreeBytes - (sharesDisk ? 2 * image.Size : image.Size) < SpaceGuard.ReserveOf(space))
            {
                warnings.Add(new SnapshotWarning("image-left-out", image.Tags.Count > 0 ? image.Tags[0] : image.Id.ToShortString(), "Too little room in the data folder to save it."));
                continue;
            }

            images.Add(await capture.SaveAsync(session, archive, await connection.GetAsync(cancellationToken), image, pass, context, cancellationToken));
        }

        return (images, warnings);
    }

    private ServerDocument Document(
        InspectedServer server,
        CapturePlan plan,
        IReadOnlyList<CapturedImage> images,
        LayerCommits commits,
        MomentReading reading,
        IReadOnlyList<SnapshotWarning> before,
        OperationContext context) => new()
        {
            Schema = ServerDocument.CurrentSchema,
            Writer = Program,
            Server = new DocumentServer(
                server.Server.Id.Value, server.Server.Name, server.Server.Profile, server.Server.ComposeProject, [.. server.Containers.Select(one => one.Name)]),
            CreatedBy = context.RequestedBy.Text,
            Grade = reading.Grade,
            FreezeMs = reading.Freeze?.TotalMilliseconds,
            Warnings = [.. before, .. reading.Warnings],
            Containers = [.. server.Containers.Select(one => DocumentWriter.Container(one, commits.Of(one.Name, images)))],
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

    /// <summary>Nothing of ours takes the last room from a game on the same file system.</summary>
    private void RequireSpace(CapturePlan plan)
    {
        if (access.LocalPath is not { } path)
            return;
        using var repository = DirectoryHandle.OpenRoot(path);
        if (plan.IsOnDevice(repository.Status().Device))
            SpaceGuard.Require(path, repository.Space(), 0);
    }

    private sealed record ParentSnapshot(SnapshotInfo Info, TreeId Tree, ServerDocument Document);

    private sealed class PassProgress(IProgress<OperationProgress> progress, string step) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) =>
            progress.Report(new OperationProgress(step, value.BytesDone, value.BytesFound, ProgressUnit.Bytes, null));
    }
}
