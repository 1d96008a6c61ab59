using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Restore;

/// <summary>Tells what differs between two snapshots, or between one and the server as it is now. Runs where it is called.</summary>
public sealed class SnapshotComparison
{
    private readonly RepositoryAccess _access;
    private readonly SnapshotStore _store;
    private readonly Inspector _inspector;
    private readonly HostFiles _files;
    private readonly GameFinder _games;

    internal SnapshotComparison(RepositoryAccess access, SnapshotStore store, Inspector inspector, HostFiles files, GameFinder games)
    {
        _games = games;
        _access = access;
        _store = store;
        _inspector = inspector;
        _files = files;
    }

    /// <summary>From one snapshot to a later one; mounts are matched by container and target.</summary>
    /// <param name="path">Only this and what is below it, as the game sees it; null for everything.</param>
    public async Task<SnapshotDiff> CompareAsync(SnapshotId before, SnapshotId after, string? path, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var first = await SideAsync(session, before, cancellationToken);
        var second = await SideAsync(session, after, cancellationToken);
        if (!TryFilter(path, first.Document, out var filter, out var refused))
            return refused;
        var found = new Found(filter, first.Document.Containers.Count > 1 || second.Document.Containers.Count > 1);
        foreach (var place in Places(first.Document).Union(Places(second.Document)))
        {
            using var one = await KeptAsync(session, first, place, cancellationToken);
            using var other = await KeptAsync(session, second, place, cancellationToken);
            await foreach (var change in TreeComparer.CompareAsync(one, other, new TreeComparisonOptions(), cancellationToken))
                found.Add(place, change, null);
        }

        return found.ToDiff();
    }

    /// <summary>From a snapshot to the server as it is now; what times leave open is read.</summary>
    /// <param name="path">Only this and what is below it, as the game sees it; null for everything.</param>
    public async Task<SnapshotDiff> CompareWithNowAsync(SnapshotInfo before, string? path, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var first = await SideAsync(session, before.Id, cancellationToken);
        if (!TryFilter(path, first.Document, out var filter, out var refused))
            return refused;
        InspectedServer now;
        try
        {
            now = await _inspector.InspectExistingAsync(before.ServerId, null, cancellationToken);
        }
        catch (RefusedException error)
        {
            return new SnapshotDiff.Refused(error.Refusal);
        }

        // What snapshots leave out is no difference: a restore would leave it alone.
        var leftOut = LeftOutPaths.Of(_games.Of(now), first.Document, now.Server.Ignored);
        var found = new Found(filter, first.Document.Containers.Count > 1);
        var mounts = _files.Mounts();
        foreach (var place in Places(first.Document).Union(Places(now)))
        {
            if (LivePath(now, place) is not { } livePath)
            {
                using var gone = await KeptAsync(session, first, place, cancellationToken);
                using var nothing = new FlatTree();
                await foreach (var change in TreeComparer.CompareAsync(gone, nothing, new TreeComparisonOptions(), cancellationToken))
                    found.Add(place, change, null);
                continue;
            }

            using var live = _files.OpenFolder(place.IsFile ? HostFiles.Parent(livePath) : livePath);
            var file = place.IsFile ? HostFiles.Name(livePath) : null;
            using var kept = await KeptAsync(session, first, place, cancellationToken, file);
            using ITreeSource tree = file is null
                ? new LiveTreeSource(live, LiveDetail.StatusAndAttributes)
                : File(LiveTreeSource.Describe(live, file, LiveDetail.StatusAndAttributes));
            var content = new LiveContent(live, await session.IndexAsync(cancellationToken));
            var name = FolderOf(first.Document, place) ?? "";
            var folder = Encoding.UTF8.GetBytes(name);
            var options = LiveContent.ComparisonOf(first.Document, name, livePath, mounts);
            await foreach (var change in TreeComparer.CompareAsync(kept, tree, options, cancellationToken))
            {
                if (leftOut?.Contains([.. folder, (byte)'/', .. change.ToPath()]) != true)
                    found.Add(place, change, content);
            }
        }

        return found.ToDiff();
    }

    private async Task<Side> SideAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        var root = _store.Tree(id);
        return new(root, await SnapshotDocuments.ReadAsync(session, root, cancellationToken));
    }

    /// <summary>What a snapshot keeps of a place; of a file mounted by itself that file, under the name that both sides are to be matched by.</summary>
    private static async Task<ITreeSource> KeptAsync(
        RepositorySession session, Side side, Place place, CancellationToken cancellationToken, byte[]? name = null)
    {
        if (FolderOf(side.Document, place) is not { } folder)
            return new FlatTree();
        var trees = await session.TreesAsync(cancellationToken);
        if (!place.IsFile)
            return await trees.FindAsync(side.Root, Encoding.UTF8.GetBytes(folder), cancellationToken) is { Subtree: { } tree } ? new SnapshotTreeSource(trees, tree) : new FlatTree();
        var node = await trees.FindAsync(side.Root, Encoding.UTF8.GetBytes($"{folder}/{MountAt(side.Document, place)!.File}"), cancellationToken);
        return File(node?.Renamed(name ?? HostFiles.Name(place.Target!)));
    }

    private static FlatTree File(Node? node) => node is null or { Type: NodeType.Directory } ? new() : new(node);

    private static string? FolderOf(ServerDocument document, Place place) =>
        place.Target is null ? document.Containers.FirstOrDefault(one => one.Name == place.Container)?.Layer : MountAt(document, place)?.Folder;

    private static DocumentMount? MountAt(ServerDocument document, Place place) => document.Mounts.FirstOrDefault(
        mount => mount.File is not null == place.IsFile && mount.Uses.Any(use => use.Container == place.Container && use.Target == place.Target));

    /// <summary>Every mount once, by its first use, and every layer.</summary>
    private static IEnumerable<Place> Places(ServerDocument document) =>
        document.Mounts.Where(mount => mount.Folder is not null)
            .Select(mount => new Place(mount.Uses[0].Container, mount.Uses[0].Target, mount.File is not null))
            .Concat(document.Containers.Where(one => one.Layer is not null).Select(one => new Place(one.Name, null, false)));

    private static IEnumerable<Place> Places(InspectedServer server) =>
        server.Mounts.Where(mount => mount.LeftOut is null)
            .Select(mount => new Place(mount.Uses[0].Container, mount.Uses[0].Target, mount.IsFile))
            .Concat(server.Containers.Where(one => one.Layer.Upper is not null).Select(one => new Place(one.Name, null, false)));

    private static string? LivePath(InspectedServer server, Place place) =>
        place.Target is null
            ? server.Containers.FirstOrDefault(one => one.Name == place.Container)?.Layer.Upper
            : server.Mounts.FirstOrDefault(
                mount => mount.LeftOut is null && mount.IsFile == place.IsFile && mount.Uses.Any(use => use.Container == place.Container && use.Target == place.Target))?.Source;

    private static bool TryFilter(string? text, ServerDocument document, out GamePath? filter, out SnapshotDiff.Refused refused)
    {
        filter = null;
        refused = new SnapshotDiff.Refused(new Refusal.PathRefused(text ?? ""));
        if (text is null)
            return true;
        if (!GamePath.TryParse(text, out filter))
            return false;
        var container = filter.Value.Container;
        return container is null ? document.Containers.Count == 1 : document.Containers.Any(one => one.Name == container);
    }

    private sealed record Side(TreeId Root, ServerDocument Document);

    /// <summary>A mount as one container sees it, or that container's layer.</summary>
    private sealed record Place(string Container, string? Target, bool IsFile)
    {
        public string PathOf(in TreeChange change) => IsFile ? Target! : GamePath.Join(Target ?? "/", PathText.Show(change.ToPath()));
    }

    private sealed class Found(GamePath? filter, bool showContainer)
    {
        private readonly List<DiffEntry> _entries = [];
        private long _added;
        private long _changed;
        private long _removed;
        private long _bytesAdded;
        private long _bytesRemoved;

        public void Add(Place place, in TreeChange change, LiveContent? content)
        {
            if (OwnNames.IsOne(change.Name))
                return;
            var path = place.PathOf(change);
            if (filter is { } only)
            {
                if (only.Container is not null && only.Container != place.Container)
                    return;
                if (!GamePath.IsAtOrBelow(path, only.Path) && !(change.Unreadable is not null && GamePath.IsAtOrBelow(only.Path, path)))
                    return;
            }

            // What can't be read may hide any difference.
            if (change.Unreadable is { } reason)
                throw reason;
            if (content is not null && !content.IsReal(change))
                return;
            var kind = change.IsAdded ? DiffChange.Added
                : change.IsRemoved ? DiffChange.Removed
                : change.IsMetadataOnly || (content is not null && content.IsContentEqual(change)) ? DiffChange.Metadata
                : DiffChange.Changed;
            var (before, after) = (Size(change.Before), Size(change.After));
            _added += kind == DiffChange.Added ? 1 : 0;
            _removed += kind == DiffChange.Removed ? 1 : 0;
            _changed += kind is DiffChange.Changed or DiffChange.Metadata ? 1 : 0;
            if (kind != DiffChange.Metadata)
            {
                _bytesAdded += after ?? 0;
                _bytesRemoved += before ?? 0;
            }

            _entries.Add(new DiffEntry(
                showContainer ? $"{place.Container}:{path}" : path, kind, SnapshotBrowser.TypeText((change.After ?? change.Before)!.Type), before, after));
        }

        public SnapshotDiff.Difference ToDiff() => new(
            _added, _changed, _removed, _bytesAdded, _bytesRemoved, [.. _entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)]);

        private static long? Size(Node? node) => node is null ? null : (long)node.Size;
    }
}
