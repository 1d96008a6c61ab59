using System.Collections.Frozen;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>What is to be staged for one live tree.</summary>
public sealed record StageRequest
{
    /// <summary>The snapshot's tree for it.</summary>
    public required TreeId Tree { get; init; }

    /// <summary>The live tree's root itself as the snapshot has it; null keeps the root's owner, mode and times.</summary>
    public Node? RootNode { get; init; }

    public required StagingArea Area { get; init; }

    public PathSelection Selection { get; init; } = PathSelection.All;

    /// <summary>What proves that a live file need not be read: on file systems whose times prove nothing, reading it.</summary>
    public ContentProof ContentProof { get; init; } = ContentProof.Status;

    /// <summary>Live files that only reading tells, by their path in the tree: those whose times do not move with every write.</summary>
    public IReadOnlySet<PathBytes> Unproven { get; init; } = FrozenSet<PathBytes>.Empty;

    /// <summary>The caller's own directories, which no step changes or moves.</summary>
    public StandingDirectories Standing { get; init; } = StandingDirectories.None;

    /// <summary>Bytes the file system must keep free; null for <see cref="DefaultReserve"/>.</summary>
    public long? Reserve { get; init; }

    /// <summary>max(2 GiB, 5 %): what nothing of ours takes from a file system that holds game data.</summary>
    public static long DefaultReserve(FileSystemSpace space) => Math.Max(2L << 30, space.TotalBytes / 20);
}
