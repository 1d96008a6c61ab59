using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>What of a live tree is to become what a snapshot has.</summary>
public record StageScope
{
    /// <summary>The snapshot's tree for it.</summary>
    public required TreeId Tree { get; init; }

    public PathSelection Selection { get; init; } = PathSelection.All;

    /// <summary>How the live tree is compared with the snapshot's: what proves that a file need not be read.</summary>
    public TreeComparisonOptions Comparison { get; init; } = new();

    /// <summary>The caller's own directories, which no step changes or moves.</summary>
    public StandingDirectories Standing { get; init; } = StandingDirectories.None;
}

/// <summary>What is to be staged for one live tree.</summary>
public sealed record StageRequest : StageScope
{
    public StageRequest()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public StageRequest(StageScope scope, StagingArea area)
        : base(scope) => Area = area;

    /// <summary>The live tree's root itself as the snapshot has it; null keeps the root's owner, mode and times.</summary>
    public Node? RootNode { get; init; }

    public required StagingArea Area { get; init; }

    /// <summary>Bytes the file system must keep free; null for <see cref="DefaultReserve"/>.</summary>
    public long? Reserve { get; init; }

    /// <summary>max(2 GiB, 5 %): what nothing of ours takes from a file system that holds game data.</summary>
    public static long DefaultReserve(FileSystemSpace space) => Math.Max(2L << 30, space.TotalBytes / 20);
}
