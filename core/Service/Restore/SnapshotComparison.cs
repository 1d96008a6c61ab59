using System.Text;
using SnapshotBot.Service.Capture;
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

    internal SnapshotComparison(RepositoryAccess access, SnapshotStore store, Inspector inspector, HostFiles files)
    {
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
            using var one = await TreeAsync(session, first, place, cancellationToken);
            using var other = await TreeAsync(session, second, place, cancellationToken);
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
            now = await _inspector.InspectExistingAsync(before.ServerId, cancellationToken);
        }
        catch (RefusedException error)
        {
            return new SnapshotDiff.Refused(error.Refusal);
        }

        var found = new Found(filter, first.Document.Containers.Count > 1);
        foreach (var place in Places(first.Document).Union(Places(now)))
        {
            using var kept = await TreeAsync(session, first, place, cancellationToken);
            if (LivePath(now, place) is not { } livePath)
            {
                using var nothing = new EmptyTree();
                await foreach (var change in TreeComparer.CompareAsync(kept, nothing, new TreeComparisonOptions(), cancellationToken))
                    found.Add(place, change, null);
                continue;
            }

            using var live = _files.OpenFolder(livePath);
            using var tree = new LiveTreeSource(live, LiveDetail.StatusAndAttributes);
            var content = new LiveContent(live, await session.IndexAsync(cancellationToken));
            await foreach (var change in TreeComparer.CompareAsync(kept, tree, new TreeComparisonOptions(), cancellationToken))
                found.Add(place, change, content);
        }

        return found.ToDiff();
    }

    private async Task<Side> SideAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        var root = _store.Tree(id);
        return new(root, await SnapshotDocuments.ReadAsync(session, root, cancellationToken));
    }

    private static async Task<ITreeSource> TreeAsync(RepositorySession session, Side side, Place place, CancellationToken cancellationToken)
    {
        var folder = place.Target is null
            ? side.Document.Containers.FirstOrDefault(one => one.Name == place.Container)?.Layer
            : side.Document.Mounts.FirstOrDefault(mount => mount.File is null && mount.Uses.Any(use => use.Container == place.Container && use.Target == place.Target))?.Folder;
        var trees = await session.TreesAsync(cancellationToken);
        var node = folder is null ? null : await trees.FindAsync(side.Root, Encoding.UTF8.GetBytes(folder), cancellationToken);
        return node?.Subtree is { } tree ? new SnapshotTreeSource(trees, tree) : new EmptyTree();
    }

    /// <summary>Every mount once, by its first use, and every layer.</summary>
    private static IEnumerable<Place> Places(ServerDocument document) =>
        document.Mounts.Where(mount => mount is { Folder: not null, File: null }).Select(mount => new Place(mount.Uses[0].Container, mount.Uses[0].Target))
            .Concat(document.Containers.Where(one => one.Layer is not null).Select(one => new Place(one.Name, null)));

    private static IEnumerable<Place> Places(InspectedServer server) =>
        server.Mounts.Where(mount => mount is { LeftOut: null, IsFile: false }).Select(mount => new Place(mount.Uses[0].Container, mount.Uses[0].Target))
            .Concat(server.Containers.Where(one => one.Layer.Upper is not null).Select(one => new Place(one.Name, null)));

    private static string? LivePath(InspectedServer server, Place place) =>
        place.Target is null
            ? server.Containers.FirstOrDefault(one => one.Name == place.Container)?.Layer.Upper
            : server.Mounts.FirstOrDefault(mount => mount is { LeftOut: null, IsFile: false } && mount.Uses.Any(use => use.Container == place.Container && use.Target == place.Target))?.Source;

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
    private sealed record Place(string Container, string? Target);

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
            if (change.Name.AsSpan().StartsWith(".snapshotbot-"u8))
                return;
            var path = GamePath.Join(place.Target ?? "/", PathText.Show(change.ToPath()));
            if (filter is { } only && ((only.Container is not null && only.Container != place.Container) || !GamePath.IsAtOrBelow(path, only.Path)))
                return;
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
