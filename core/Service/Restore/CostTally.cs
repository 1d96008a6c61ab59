using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Restore;

/// <summary>Counts what a restore would do to files, and to the room where they are.</summary>
internal sealed class CostTally(RestorePlan plan)
{
    private const int MostPaths = 50;

    private readonly Dictionary<ulong, (string Path, long Bytes, FileSystemSpace Space)> _devices = [];
    private readonly List<string> _removed = [];

    public long Added { get; private set; }

    public long Replaced { get; private set; }

    public long Removed { get; private set; }

    public long Bytes { get; private set; }

    public IReadOnlyList<string> RemovedPaths => _removed;

    /// <summary>What stays because it could not be read when the snapshot was made.</summary>
    public IReadOnlyList<string> UnreadPaths() => [.. from tree in plan.Trees from path in tree.Unread select Show(tree, path)];

    public void Count(in TreeChange change, bool isReal, PlannedTree tree)
    {
        if (!isReal || !tree.Selection.Contains(change.ToPath()) || OwnNames.IsOne(change.Name))
            return;
        if (change.IsRemoved)
        {
            Removed++;
            if (_removed.Count < MostPaths && change.Before!.Type != NodeType.Directory)
                _removed.Add(Show(tree, PathText.Show(change.ToPath())));
            return;
        }

        if (change.IsAdded)
            Added++;
        else
            Replaced++;
        if (change.After is { Type: NodeType.File } file && !change.IsMetadataOnly)
            Bytes += (long)file.Size;
    }

    /// <summary>Where the bytes just counted would be staged.</summary>
    public void WriteTo(string path, DirectoryHandle live, long bytes)
    {
        var device = live.Status().Device;
        var before = _devices.GetValueOrDefault(device).Bytes;
        _devices[device] = (path, before + bytes, live.Space());
    }

    /// <summary>The file system with the least to spare.</summary>
    public RestoreSpace? Tightest() => _devices.Values
        .Select(one => new RestoreSpace(one.Path, one.Bytes, one.Space.FreeBytes, SpaceGuard.ReserveOf(one.Space)))
        .OrderBy(one => one.Free - one.Reserve - one.Needed)
        .FirstOrDefault();

    private string Show(PlannedTree tree, string below)
    {
        var (container, target) = tree.Mount is { } mount ? (mount.Uses[0].Container, mount.Uses[0].Target) : (tree.LayerOf!, "/");
        var path = GamePath.Join(target, below);
        return plan.Containers.Count > 1 ? $"{container}:{path}" : path;
    }
}
