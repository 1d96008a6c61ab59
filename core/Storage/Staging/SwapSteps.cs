using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>Gathers the steps of a swap, and the directories whose times it would change.</summary>
internal sealed class SwapSteps(StageRequest request)
{
    private readonly List<SwapEntry> _moves = [];
    private readonly Dictionary<PathBytes, SwapEntry> _descriptions = [];
    private readonly HashSet<TreePath> _touched = [];
    private int _described;

    /// <summary>Puts something staged in the place of what is live, or where nothing is.</summary>
    public void Put(TreeChange change, byte[] stagedName, byte[] asideName)
    {
        _moves.Add(new()
        {
            Action = change.Before is null ? SwapAction.Add : SwapAction.Replace,
            Path = change.ToPath(),
            LiveInode = change.Before?.Inode ?? 0,
            StagedName = stagedName,
            AsideName = asideName,
        });
        _touched.Add(change.Directory);
    }

    public void Remove(TreeChange change, byte[] asideName)
    {
        _moves.Add(new() { Action = SwapAction.Remove, Path = change.ToPath(), LiveInode = change.Before!.Inode, AsideName = asideName });
        _touched.Add(change.Directory);
    }

    /// <summary>Gives a live entry the snapshot's owner, mode, times and attributes.</summary>
    public void Describe(TreeChange change)
    {
        if ((change.Aspects & ChangeAspects.Metadata) != ChangeAspects.None)
        {
            _described++;
            Describe(change.ToPath(), change.Before!.Inode, MetadataOf(change.Before), MetadataOf(change.After!));
        }
    }

    /// <param name="added">Entries that come with what is added, each by itself: a folder is one step, whatever is in it.</param>
    /// <param name="bytesStaged">Bytes written for it.</param>
    public StageTotals Totals(long added, long bytesStaged) => new(
        added,
        _moves.Count(move => move.Action == SwapAction.Replace),
        _moves.Count(move => move.Action == SwapAction.Remove),
        _described,
        bytesStaged);

    /// <summary>All steps in order, once everything is staged: moves first, then what describes, deepest first.</summary>
    public IReadOnlyList<SwapEntry> ToEntries()
    {
        foreach (var directory in _touched)
        {
            PutTimesBack(directory);
        }

        if (request.RootNode is { } node && !_descriptions.ContainsKey(new([])) && RootDiffers(node))
        {
            DescribeRoot();
        }

        var root = request.Area.Root;
        var moves = _moves.Select(move => move.StagedName.Length > 0 && root.TryStat(move.StagedName, out var status) ? move with { StagedInode = status.Inode } : move);
        return [.. moves, .. _descriptions.Values.OrderByDescending(entry => entry.Path.Length)];
    }

    private void PutTimesBack(TreePath directory)
    {
        if (directory.Parent is null)
        {
            DescribeRoot();
            return;
        }

        var path = directory.ToBytes();
        if (directory.Before is { } before && directory.After is { } after && !_descriptions.ContainsKey(new(path)))
        {
            // A folder restored for itself gets the snapshot's times; one that is only on the way keeps its own.
            var made = request.Selection.Contains(path) ? after : before;
            Describe(path, before.Inode, MetadataOf(before), MetadataOf(made));
        }
    }

    /// <summary>Whether the root itself is other than the snapshot's; a tree in which nothing differs has no steps.</summary>
    private bool RootDiffers(Node node)
    {
        var live = request.Area.Live;
        var status = live.Status();
        return status.Mode != (uint)node.Permissions || status.UserId != node.UserId || status.GroupId != node.GroupId || status.Modified != node.ModifiedAt
            || !TreeComparer.AttributesEqual([.. live.ReadAttributes()], node.ExtendedAttributes);
    }

    private void DescribeRoot()
    {
        var live = request.Area.Live;
        var status = live.Status();
        var old = new SwapMetadata(status.Mode, status.UserId, status.GroupId, status.Accessed, status.Modified, live.ReadAttributes());
        Describe([], status.Inode, old, request.RootNode is { } node && request.Selection.Contains([]) ? MetadataOf(node) : old);
    }

    private void Describe(byte[] path, ulong inode, SwapMetadata old, SwapMetadata made) =>
        _descriptions[new(path)] = new() { Action = SwapAction.Describe, Path = path, LiveInode = inode, Old = old, New = made };

    private static SwapMetadata MetadataOf(Node node) =>
        new((uint)node.Permissions, node.UserId, node.GroupId, node.AccessedAt, node.ModifiedAt, node.ExtendedAttributes);
}
