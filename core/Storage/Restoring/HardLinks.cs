using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>Files with several names: the first is restored as a file, the others become names of it.</summary>
internal sealed class HardLinks
{
    private readonly Dictionary<(ulong Device, ulong Inode), Place> _first = [];
    private readonly List<(Place First, Place Other, Node Node)> _others = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _failed = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _staying = [];

    /// <summary>True when this is a further name of a file already seen: nothing else is to be done with it now.</summary>
    public bool IsFurtherName(TreePath directory, Node node)
    {
        if (node.Links < 2 || node.Type == NodeType.Directory)
        {
            return false;
        }

        var place = new Place(directory, node.Name);
        if (_first.TryAdd((node.DeviceId, node.Inode), place))
        {
            return false;
        }

        _others.Add((_first[(node.DeviceId, node.Inode)], place, node));
        return true;
    }

    /// <summary>Whether a live file may stay for one of the snapshot's: two of those that were made names of one live file would change together.</summary>
    public bool MayStay(Node live) => live.Links < 2 || _staying.Add((live.DeviceId, live.Inode));

    /// <summary>The first name could not be restored: neither are the others.</summary>
    public void Failed(Node node)
    {
        if (node.Links > 1)
        {
            _failed.Add((node.DeviceId, node.Inode));
        }
    }

    /// <summary>Makes the further names, where they are not right already. Returns the directories that changed.</summary>
    public IEnumerable<TreePath> Link(DirectoryCache target, RestoreTally tally)
    {
        foreach (var (first, other, node) in _others)
        {
            if (_failed.Contains((node.DeviceId, node.Inode)))
            {
                tally.Fail(other.Directory, other.Name, RestoreProblemKind.Damaged, "The file this is another name of could not be restored.");
                continue;
            }

            var changed = false;
            try
            {
                changed = Link(target, first, other);
                tally.Unchanged((long)node.Size);
            }
            catch (FileSystemException e)
            {
                tally.Fail(other.Directory, other.Name, e);
            }

            if (changed)
            {
                yield return other.Directory;
            }
        }
    }

    private static bool Link(DirectoryCache target, Place first, Place other)
    {
        using var from = target.Open(first.Directory);
        using var to = target.Open(other.Directory);
        if (!from.Handle.TryStat(first.Name, out var wanted))
        {
            throw new FileSystemException(0, "Linking", other.Name, FileSystemFailure.NotFound);
        }

        if (!to.Handle.TryStat(other.Name, out var present))
        {
            to.Handle.CreateHardLink(other.Name, from.Handle, first.Name);
            return true;
        }

        if (present.Identity == wanted.Identity)
        {
            return false;
        }

        var temporary = OwnNames.NextTemporary();
        to.Handle.CreateHardLink(temporary, from.Handle, first.Name);
        try
        {
            to.Handle.Rename(temporary, to.Handle, other.Name);
        }
        catch
        {
            to.Handle.RemoveFileIfThere(temporary);
            throw;
        }

        return true;
    }

    private readonly record struct Place(TreePath Directory, byte[] Name);
}
