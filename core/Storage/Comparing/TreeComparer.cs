using System.Runtime.CompilerServices;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Comparing;

/// <summary>
/// The one comparison of two trees. Diff, preview, restore and its cost are all made of what it tells. Changes come in the order of a
/// walk, each directory before what is in it, as they are found: nothing is collected.
/// </summary>
public static class TreeComparer
{
    private static ReadOnlySpan<byte> SecurityLabel => "security.selinux"u8;

    /// <summary>Compares two trees from their roots. Directories of equal tree id are passed over whole.</summary>
    public static async IAsyncEnumerable<TreeChange> CompareAsync(
        ITreeSource before,
        ITreeSource after,
        TreeComparisonOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var frames = new Stack<Frame>();
        var root = TreePath.NewRoot();
        frames.Push(new(root, await before.EnterAsync(null, cancellationToken), await after.EnterAsync(null, cancellationToken)));
        while (frames.TryPeek(out var frame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!frame.TryNext(out var first, out var second))
            {
                frames.Pop();
                frame.Leave(before, after, isRoot: frames.Count == 0);
                continue;
            }

            var change = Compare(frame.Path, first, second, options);
            var (enterFirst, enterSecond) = WhatToEnter(first, second, options);
            if (!enterFirst && !enterSecond)
            {
                if (!change.IsEqual || ((first!.Links > 1 || second!.Links > 1) && options.EqualLinks == EqualLinks.Told))
                {
                    yield return change;
                }

                continue;
            }

            var below = new Frame(
                frame.Path.Child(change.Name, first, second),
                enterFirst ? await before.EnterAsync(first, cancellationToken) : null,
                enterSecond ? await after.EnterAsync(second, cancellationToken) : null);
            frames.Push(below);
            change = change with { Entered = below.Path };
            if (below.Unreadable is { } reason)
            {
                change = change with { Aspects = change.Aspects | ChangeAspects.Unreadable, Unreadable = reason };
                below.PassOver();
            }

            if (!change.IsEqual)
            {
                yield return change;
            }
        }
    }

    /// <summary>In what two entries of one name differ, of what is considered.</summary>
    public static ChangeAspects Differences(Node before, Node after, TreeComparisonOptions options)
    {
        var aspects = ChangeAspects.None;
        if (before.Type != after.Type)
        {
            aspects |= ChangeAspects.Type;
        }
        else
        {
            aspects |= ContentDifference(before, after, options.ContentProof);
        }

        // A link has no mode of its own.
        if (before.Permissions != after.Permissions && after.Type != NodeType.Symlink)
        {
            aspects |= ChangeAspects.Mode;
        }

        if (before.UserId != after.UserId || before.GroupId != after.GroupId)
        {
            aspects |= ChangeAspects.Owner;
        }

        if (before.ModifiedAt != after.ModifiedAt)
        {
            aspects |= ChangeAspects.Time;
        }

        if (options.Considered.HasFlag(ChangeAspects.Attributes) && !AttributesEqual(before.ExtendedAttributes, after.ExtendedAttributes))
        {
            aspects |= ChangeAspects.Attributes;
        }

        return aspects & options.Considered;
    }

    /// <summary>Whether two sets of attributes are equal, in any order; a security label only one side has is the system's business, and what no tree can hold nobody's.</summary>
    public static bool AttributesEqual(ExtendedAttribute[] first, ExtendedAttribute[] second)
    {
        if (first.Length == 0 && second.Length == 0)
        {
            return true;
        }

        return Covers(first, second) && Covers(second, first);
    }

    private static bool Covers(ExtendedAttribute[] all, ExtendedAttribute[] some) => Array.TrueForAll(
        some,
        wanted => wanted.Name.AsSpan().SequenceEqual(SecurityLabel)
            || !wanted.CanBeKept
            || Array.Exists(all, one => one.Name.AsSpan().SequenceEqual(wanted.Name) && one.Value.AsSpan().SequenceEqual(wanted.Value)));

    private static TreeChange Compare(TreePath path, Node? first, Node? second, TreeComparisonOptions options)
    {
        if (first is null || second is null)
        {
            return new(path, first, second, ChangeAspects.None);
        }

        var aspects = Differences(first, second, options);
        return new(path, first, second, IsUnproven(path, first, second, options) ? aspects | (ChangeAspects.ContentUnproven & options.Considered) : aspects);
    }

    /// <summary>Whether two files that look alike may differ all the same. Contents that are known on both sides need no proof.</summary>
    private static bool IsUnproven(TreePath path, Node first, Node second, TreeComparisonOptions options) =>
        options.Unproven.Count > 0
        && first.Type == NodeType.File
        && second.Type == NodeType.File
        && first.Size == second.Size
        && (first.Content is null || second.Content is null)
        && options.Unproven.Contains(new(path.PathOf(second.Name)));

    private static (bool First, bool Second) WhatToEnter(Node? first, Node? second, TreeComparisonOptions options)
    {
        var firstIsDirectory = first?.Type == NodeType.Directory;
        var secondIsDirectory = second?.Type == NodeType.Directory;
        if (firstIsDirectory && secondIsDirectory)
        {
            var same = first!.Subtree is { } one && second!.Subtree is { } other && one == other;
            return (!same, !same);
        }

        return (firstIsDirectory && options.RemovedDirectories == RemovedDirectories.WithContents, secondIsDirectory);
    }

    private static ChangeAspects ContentDifference(Node before, Node after, ContentProof proof) => after.Type switch
    {
        NodeType.File => FileDifference(before, after, proof),
        NodeType.Symlink => before.LinkTarget.AsSpan().SequenceEqual(after.LinkTarget) ? ChangeAspects.None : ChangeAspects.Content,
        NodeType.CharDevice or NodeType.BlockDevice => before.Device == after.Device ? ChangeAspects.None : ChangeAspects.Content,
        _ => ChangeAspects.None,
    };

    private static ChangeAspects FileDifference(Node before, Node after, ContentProof proof)
    {
        if (before.Content is { } first && after.Content is { } second)
        {
            return first.AsSpan().SequenceEqual(second) ? ChangeAspects.None : ChangeAspects.Content;
        }

        if (before.Size != after.Size)
        {
            return ChangeAspects.Content;
        }

        var proven = before.Size == 0
            || (proof == ContentProof.Status
                && before.ModifiedAt == after.ModifiedAt
                && before.ChangedAt == after.ChangedAt
                && before.Inode == after.Inode);
        return proven ? ChangeAspects.None : ChangeAspects.ContentUnproven;
    }

    /// <summary>Two listings read side by side.</summary>
    private sealed class Frame(TreePath path, IReadOnlyList<Node>? first, IReadOnlyList<Node>? second)
    {
        private int _first;
        private int _second;
        private bool _passedOver;

        public TreePath Path { get; } = path;

        public IOException? Unreadable => (first as UnreadableDirectory)?.Reason ?? (second as UnreadableDirectory)?.Reason;

        /// <summary>Comparing with an unreadable listing would tell of files as gone that may be there.</summary>
        public void PassOver() => _passedOver = true;

        public bool TryNext(out Node? one, out Node? other)
        {
            one = !_passedOver && first is not null && _first < first.Count ? first[_first] : null;
            other = !_passedOver && second is not null && _second < second.Count ? second[_second] : null;
            if (one is null && other is null)
            {
                return false;
            }

            var order = one is null ? 1 : other is null ? -1 : one.Name.AsSpan().SequenceCompareTo(other.Name);
            if (order <= 0)
            {
                _first++;
            }
            else
            {
                one = null;
            }

            if (order >= 0)
            {
                _second++;
            }
            else
            {
                other = null;
            }

            return true;
        }

        public void Leave(ITreeSource before, ITreeSource after, bool isRoot)
        {
            if (isRoot)
            {
                return;
            }

            if (first is not null)
            {
                before.Leave();
            }

            if (second is not null)
            {
                after.Leave();
            }
        }
    }
}
