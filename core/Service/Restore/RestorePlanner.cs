using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>Compares a snapshot with the server as it is and says what a restore has to do. Changes nothing.</summary>
internal sealed class RestorePlanner(
    Inspector inspector, EngineConnection connection, HostFiles files, GameFinder games, SnapshotStore store, PartResolver parts,
    Sidecars sidecars, DataFolder data, RepositoryAccess access)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="session">The repository.</param>
    /// <param name="hold">Mounts volumes that no container uses now; null for who only looks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">The restore can't or must not be done.</exception>
    public async Task<RestorePlan> PlanAsync(RestoreSnapshot request, RepositorySession session, HoldVolumes? hold, CancellationToken cancellationToken)
    {
        var snapshot = store.Get(request.Snapshot);
        var root = store.Tree(request.Snapshot);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        CheckMaps(request.Maps, document);
        var live = await inspector.InspectExistingAsync(request.Server, hold, cancellationToken);
        RefuseManaged(live);
        var whole = request.Paths.Count + request.Parts.Count == 0;

        // What Wings made it makes again by itself, in its own way: its files are all there is to restore.
        var containers = document.Containers.Select(one => Plan(one, document, live, request.Maps, whole))
            .Where(one => one.Live is not null || !Managers.IsWings(Managers.Labels(one))).ToList();
        if (!whole && containers.Find(one => one.Live is null) is { } missing)
            throw new RefusedException(new Refusal.ContainerUnknown(missing.Name));

        var game = new GameTree(document, root, await session.TreesAsync(cancellationToken));
        var leftOut = LeftOutPaths.Of(games.Of(live), document, live.Server.Ignored);
        var selections = whole ? null : await SelectAsync(
            [.. request.Paths.Select(path => new WantedPath(path, Absence.Refuse)), .. await parts.ResolveAsync(request.Parts, live, game, session, cancellationToken)],
            game,
            leftOut,
            cancellationToken);
        var trees = new List<PlannedTree>();
        foreach (var mount in document.Mounts.Where(mount => mount.Folder is not null))
        {
            var selection = mount.File is { } file ? PathSelection.Of([Encoding.UTF8.GetBytes(file)]) : PathSelection.All;
            if (selections is null || selections.TryGetValue(mount.Folder!, out selection!))
                trees.Add(new PlannedTree(mount.Folder!, await LivePathAsync(mount, request.Maps, live, hold, cancellationToken), selection, mount, null));
        }

        foreach (var container in containers.Where(one => one.Document.Layer is not null))
        {
            var selection = PathSelection.All;
            if (selections is null || selections.TryGetValue(container.Document.Layer!, out selection!))
                trees.Add(new PlannedTree(container.Document.Layer!, LayerPath(container), selection, null, container.Name));
        }

        live = live.With(OtherMounts(trees, live));
        return new()
        {
            Snapshot = snapshot,
            Document = document,
            Root = root,
            Live = live,
            Sidecars = [.. (await sidecars.FindAsync(live, cancellationToken)).Select(one => one.Name)],
            Own = OwnPlaces.Find(data, access),
            Containers = containers,
            Watched = await WatchedAsync([.. containers.Where(one => one.Reason is "image" or "definition")], cancellationToken),
            Trees = [.. WithoutCovered([.. trees.Where(tree => !IsOfWings(tree, containers))]).Select(tree => Spare(tree, document, leftOut))],
        };
    }

    private async Task<IReadOnlySet<string>> WatchedAsync(IReadOnlyList<PlannedContainer> changed, CancellationToken cancellationToken) => changed.Count == 0
        ? new HashSet<string>(StringComparer.Ordinal)
        : await Watchtowers.WatchedAsync(await connection.GetAsync(cancellationToken), [.. changed.Select(one => (one.Name, Managers.Labels(one)))], cancellationToken);

    /// <summary>The layer of a container that Wings made is Wings' own.</summary>
    private static bool IsOfWings(PlannedTree tree, List<PlannedContainer> containers) =>
        tree.LayerOf is { } name && containers.Exists(one => one.Name == name && Managers.IsWings(Managers.Labels(one)));

    /// <summary>A bind mount of a folder that another one holds is the same files twice: they are put back once.</summary>
    private List<PlannedTree> WithoutCovered(List<PlannedTree> trees) => [.. trees.Where(inner => !trees.Exists(outer => Covers(outer, inner)))];

    private bool Covers(PlannedTree outer, PlannedTree inner)
    {
        if (ReferenceEquals(outer, inner) || outer.LivePath is not { } whole || inner.LivePath is not { } part || outer.Selection != PathSelection.All)
            return false;
        if (!GamePath.IsAtOrBelow(part, whole) || (part == whole && inner.Mount?.File is null))
            return false;
        using var one = files.OpenFolder(whole);
        using var other = files.OpenFolder(part);
        return one.Status().MountId is not 0 and var mount && other.Status().MountId == mount;
    }

    /// <summary>What is left out of snapshots, and what could not be read when this one was made, a restore leaves alone: it is not in the
    /// snapshot, and would be lost.</summary>
    internal static PlannedTree Spare(PlannedTree tree, ServerDocument document, LeftOutPaths? leftOut)
    {
        var unread = document.UnreadIn(tree.Folder);
        if (leftOut is null && unread.IsEmpty)
            return tree;
        return tree with
        {
            Unread = [.. unread.Shown.Where(path => tree.Selection.Contains(Encoding.UTF8.GetBytes(path)))],
            Selection = tree.Selection.Except(path =>
                unread.Contains(path) || leftOut?.Contains([.. Encoding.UTF8.GetBytes(tree.Folder), (byte)'/', .. path]) == true),
        };
    }

    private static PlannedContainer Plan(
        DocumentContainer document, ServerDocument server, InspectedServer live, IReadOnlyList<PathMap> maps, bool whole)
    {
        var definition = document.ToDefinition();
        foreach (var map in maps)
            definition = definition.WithBindSource(map.Old, map.New);

        // A renamed container is still the same one; its name is then put back with the rest.
        var now = live.Containers.FirstOrDefault(one => one.Name == document.Name)
            ?? live.Containers.FirstOrDefault(one => one.Details.Id == definition.Id && server.Containers.All(other => other.Name != one.Name));
        string? reason = now switch
        {
            null => "missing",
            _ when !whole || Managers.IsWings(now.Details.Labels) => null,
            // Whether a layer that can't be read differs nobody can tell: it is put back.
            _ when document.Committed is not null || !IsSameImage(document, server, now, live) => "image",
            _ when !IsSameDefinition(definition, now.Details.Definition) => "definition",
            _ => null,
        };
        return new(document, now, reason, definition);
    }

    /// <summary>The image is compared by what it leads to; its name may have moved on. One that removed itself on stopping stays once it was restored.</summary>
    private static bool IsSameDefinition(ContainerDefinition wanted, ContainerDefinition now) =>
        wanted.Lasting().WithImage("image").IsSameAs(now.Lasting().WithImage("image"));

    private static bool IsSameImage(DocumentContainer document, ServerDocument server, InspectedContainer now, InspectedServer live)
    {
        if (document.Image is null || now.Details.ImageId is not { } id || id.Value == document.Image)
            return true;
        var wanted = server.Images.FirstOrDefault(image => image.Id == document.Image);
        var has = live.Images.FirstOrDefault(image => image.Id == id);
        return wanted is not null && has is not null && wanted.Layers.Count > 0 && wanted.Layers.SequenceEqual(has.LayerDigests);
    }

    /// <summary>A layer that stays is swapped where it is; that of a new container is only known when that is made.</summary>
    private static string? LayerPath(PlannedContainer container)
    {
        if (container.Reason is not null)
            return null;
        var layer = container.Live!.Layer;
        return layer.Upper ?? throw new RefusedException(new Refusal.LayerUnreachable(container.Name, layer.Fault ?? LayerFault.NoUpperDirectory));
    }

    private async Task<string?> LivePathAsync(
        DocumentMount mount, IReadOnlyList<PathMap> maps, InspectedServer live, HoldVolumes? hold, CancellationToken cancellationToken)
    {
        var known = live.Mounts.FirstOrDefault(one => mount.Volume is not null ? one.Volume == mount.Volume : one.Source == Mapped(mount.Source, maps));
        if (known is { LeftOut: null })
            return mount.File is null ? known.Source : HostFiles.Parent(known.Source);
        if (mount.Volume is { } volume)
        {
            var engine = await connection.GetAsync(cancellationToken);
            var there = (await engine.Volumes.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name.Value == volume);
            if (there is null)
                return null;
            if (MountInspector.BoundDevice(there) is { } device && files.Status(device) is not null)
                return device;
            var isHidden = MountInspector.IsMountedOnlyInUse(there);
            if (isHidden && hold is not null)
                await hold([MountInspector.Unused(mount, there.MountPoint)], cancellationToken);
            return there.MountPoint.Length > 0 && (isHidden ? files.Mounts().IsMountPoint(there.MountPoint) : there.Options.Count == 0)
                ? there.MountPoint
                : throw new RefusedException(new Refusal.MountUnreachable(mount.Uses[0].Container, mount.Uses[0].Target, volume));
        }

        var source = Mapped(mount.Source, maps);
        var folder = mount.File is null ? source : HostFiles.Parent(source);
        return files.Status(folder) is null ? null : folder;
    }

    internal static string Mapped(string source, IReadOnlyList<PathMap> maps) =>
        maps.FirstOrDefault(map => map.Old == source)?.New is { } chosen ? chosen.Length > 1 ? chosen.TrimEnd('/') : chosen : source;

    private static async Task<Dictionary<string, PathSelection>> SelectAsync(
        IReadOnlyList<WantedPath> paths, GameTree game, LeftOutPaths? leftOut, CancellationToken cancellationToken)
    {
        var byFolder = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        foreach (var (text, absence) in paths)
        {
            if (!GamePath.TryParse(text, out var path) || game.ContainerOf(path.Value) is not { } container)
                throw new RefusedException(new Refusal.PathRefused(text));
            var found = false;

            // What lies at the path itself, and every mount below it.
            if (game.Locate(container, path.Value.Path) is var (_, folder, below))
            {
                if (absence == Absence.Refuse && leftOut?.Contains(Encoding.UTF8.GetBytes($"{folder}/{below}")) == true)
                    throw new RefusedException(new Refusal.PathLeftOut(text));
                found = await game.FindAsync(container, path.Value.Path, cancellationToken) is not null;
                Add(folder, below);
            }

            foreach (var (mount, _) in game.Mounts(container).Where(one => one.Mount.Folder is not null && GamePath.IsAtOrBelow(one.Target, path.Value.Path)))
            {
                found = true;
                Add(mount.Folder!, mount.File ?? "");
            }

            if (!found && absence == Absence.Refuse)
                throw new RefusedException(new Refusal.PathUnknown(text));
        }

        return byFolder.ToDictionary(
            one => one.Key, one => one.Value.Exists(path => path.Length == 0) ? PathSelection.All : PathSelection.Of(one.Value), StringComparer.Ordinal);

        void Add(string folder, string below)
        {
            if (!byFolder.TryGetValue(folder, out var list))
                byFolder[folder] = list = [];
            list.Add(Encoding.UTF8.GetBytes(below));
        }
    }

    private static void CheckMaps(IReadOnlyList<PathMap> maps, ServerDocument document)
    {
        foreach (var map in maps)
        {
            var isKnown = document.Mounts.Any(mount => mount.Kind == "bind" && mount.Source == map.Old);
            if (!isKnown || !map.New.StartsWith('/') || map.New.Contains('\0', StringComparison.Ordinal))
                throw new RefusedException(new Refusal.MapRefused($"{map.Old}={map.New}"));
        }
    }

    /// <summary>Files of a container that is gone, and those that it only reads, are somebody's all the same: they are kept first like all that is
    /// written over.</summary>
    private List<InspectedMount> OtherMounts(IReadOnlyList<PlannedTree> trees, InspectedServer live) =>
        [.. from tree in trees
            where tree is { Mount: not null, LivePath: not null }
            let source = tree.Mount!.File is { } file ? GamePath.Join(tree.LivePath!, file) : tree.LivePath!
            let mount = MountInspector.Unused(tree.Mount!, source)
            where live.Mounts.All(other => other.LeftOut is not null || (other.Key != mount.Key && other.Source != source)) && files.Status(source) is not null
            select mount];

    /// <summary>What something else would fight.</summary>
    private static void RefuseManaged(InspectedServer live)
    {
        foreach (var container in live.Containers)
        {
            var labels = container.Details.Labels;
            if (Managers.OrchestratorOf(labels) is { } manager && (container.Details.State.IsRunning || Managers.IsSwarm(labels)))
                throw new RefusedException(new Refusal.ManagedElsewhere(container.Name, manager));
        }
    }
}
