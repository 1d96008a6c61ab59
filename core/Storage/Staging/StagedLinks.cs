using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>Files with several names: the first is staged or kept, the others are staged as names of that very file.</summary>
internal sealed class StagedLinks(StagingArea area, DirectoryCache live, DirectoryCache staged)
{
    private readonly Dictionary<(ulong Device, ulong Inode), First> _first = [];
    private readonly List<(First First, TreeChange Other)> _others = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _staying = [];

    /// <summary>True when this is a further name of a file already seen: it is dealt with at the end.</summary>
    public bool IsFurtherName(TreeChange change)
    {
        var node = change.After!;
        if (node.Links < 2)
        {
            return false;
        }

        var key = (node.DeviceId, node.Inode);
        if (_first.TryGetValue(key, out var first))
        {
            _others.Add((first, change));
            return true;
        }

        _first.Add(key, new(change));
        return false;
    }

    /// <summary>Whether a live file may stay for one of the snapshot's: two of those that were made names of one live file would change together.</summary>
    public bool MayStay(Node live) => live.Links < 2 || _staying.Add((live.DeviceId, live.Inode));

    /// <summary>The file is staged there. Without this its live version is kept.</summary>
    public void Staged(Node node, TreePath directory, byte[] name)
    {
        if (node.Links > 1 && _first.TryGetValue((node.DeviceId, node.Inode), out var first))
        {
            first.StagedDirectory = directory;
            first.StagedName = name;
        }
    }

    /// <summary>Stages the further names.</summary>
    /// <param name="stagedDirectory">Where a directory is staged as part of another; null when it is live.</param>
    /// <param name="takeOver">What an earlier pass staged for a change.</param>
    /// <param name="put">Told of those that are put in place one by one.</param>
    /// <param name="tally">Told of failures.</param>
    public void Link(
        Func<TreePath, TreePath?> stagedDirectory, Func<TreeChange, byte[]?> takeOver, Action<TreeChange, byte[]> put, RestoreTally tally)
    {
        foreach (var (first, other) in _others)
        {
            try
            {
                Link(first, other, stagedDirectory(other.Directory), takeOver, put);
            }
            catch (FileSystemException e)
            {
                tally.Fail(other.Directory, other.Name, e);
            }
        }
    }

    private void Link(
        First first, TreeChange other, TreePath? parent, Func<TreeChange, byte[]?> takeOver, Action<TreeChange, byte[]> put)
    {
        if (first.StagedDirectory is null && first.Change.Before is { } kept && other.Before is { } before && kept.Inode == before.Inode)
        {
            return;
        }

        using var from = first.StagedDirectory is { } directory ? staged.Open(directory) : live.Open(first.Change.Directory);
        var fromName = first.StagedName ?? first.Change.Name;
        if (parent is not null)
        {
            using var to = staged.Open(parent);
            to.Handle.CreateHardLink(other.Name, from.Handle, fromName);
            return;
        }

        if (takeOver(other) is { } known && IsSame(area.Root, known, from.Handle, fromName))
        {
            put(other, known);
            return;
        }

        var name = area.NextName();
        area.Root.CreateHardLink(name, from.Handle, fromName);
        put(other, name);
    }

    private static bool IsSame(DirectoryHandle one, byte[] name, DirectoryHandle other, byte[] otherName) =>
        one.TryStat(name, out var first) && other.TryStat(otherName, out var second) && first.Identity == second.Identity;

    private sealed class First(TreeChange change)
    {
        public TreeChange Change { get; } = change;

        public TreePath? StagedDirectory { get; set; }

        public byte[]? StagedName { get; set; }
    }
}
