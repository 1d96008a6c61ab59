using System.Collections.Frozen;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Comparing;

/// <summary>In what two entries of one name differ.</summary>
[Flags]
public enum ChangeAspects
{
    None = 0,

    /// <summary>One is a file, say, and the other a directory.</summary>
    Type = 1,

    /// <summary>The content, a link's target, a device's number.</summary>
    Content = 2,

    /// <summary>A live file's content may differ: equal length, and only reading it can tell.</summary>
    ContentUnproven = 4,

    Mode = 8,

    Owner = 16,

    /// <summary>The time of last modification.</summary>
    Time = 32,

    /// <summary>Extended attributes, ACLs among them.</summary>
    Attributes = 64,

    /// <summary>One side could not be read: <see cref="TreeChange.Unreadable"/> says why.</summary>
    Unreadable = 128,

    Metadata = Mode | Owner | Time | Attributes,

    All = Type | Content | ContentUnproven | Metadata | Unreadable,
}

/// <summary>One entry that differs between two trees.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Before">The entry of the first tree; null when it has none: added.</param>
/// <param name="After">The entry of the second tree; null when it has none: removed.</param>
/// <param name="Aspects">In what both differ; nothing when one is missing.</param>
public readonly record struct TreeChange(TreePath Directory, Node? Before, Node? After, ChangeAspects Aspects)
{
    public byte[] Name => (After ?? Before)!.Name;

    public bool IsAdded => Before is null;

    public bool IsRemoved => After is null;

    /// <summary>Nothing differs: told only for the sake of <see cref="EqualLinks"/>.</summary>
    public bool IsEqual => Before is not null && After is not null && Aspects == ChangeAspects.None;

    /// <summary>Whether content is as it was and only owner, mode, time or attributes differ.</summary>
    public bool IsMetadataOnly => Before is not null && After is not null && (Aspects & ~ChangeAspects.Metadata) == ChangeAspects.None;

    /// <summary>For a directory whose entries are compared next: its place, which theirs name as <see cref="Directory"/>.</summary>
    public TreePath? Entered { get; init; }

    /// <summary>Why a directory's entries are not compared.</summary>
    public IOException? Unreadable { get; init; }

    public byte[] ToPath() => Directory.PathOf(Name);
}

/// <summary>What to do about directories only the first tree has.</summary>
public enum RemovedDirectories
{
    /// <summary>One change for the directory.</summary>
    AsOne,

    /// <summary>A change for all that is in it too.</summary>
    WithContents,
}

/// <summary>What to do about entries that are equal on both sides and have several names on one.</summary>
public enum EqualLinks
{
    /// <summary>They are told as little as anything else that is equal.</summary>
    NotTold,

    /// <summary>They are told: whether their names still belong together only somebody who sees all of them knows.</summary>
    Told,
}

/// <summary>How two trees are compared.</summary>
public sealed record TreeComparisonOptions
{
    /// <summary>Differences in nothing else are not told.</summary>
    public ChangeAspects Considered { get; init; } = ChangeAspects.All;

    public RemovedDirectories RemovedDirectories { get; init; } = RemovedDirectories.WithContents;

    public EqualLinks EqualLinks { get; init; }

    /// <summary>When a live file's content counts as equal unread.</summary>
    public ContentProof ContentProof { get; init; } = ContentProof.Status;

    /// <summary>Files whose status proves nothing, by their path from the root: what wrote them may write again without their times moving.</summary>
    public IReadOnlySet<PathBytes> Unproven { get; init; } = FrozenSet<PathBytes>.Empty;
}

/// <summary>What proves that a live file still has the content a snapshot keeps.</summary>
public enum ContentProof
{
    /// <summary>Equal size, mtime, ctime and inode: fast, and as good as those times are.</summary>
    Status,

    /// <summary>Only reading it.</summary>
    Reading,
}
