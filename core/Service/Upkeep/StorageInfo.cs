using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What the repository holds and how safe it lies. Sizes are bytes.</summary>
public sealed record StorageInfo
{
    /// <summary>Where it is; never shows a password.</summary>
    public required string Location { get; init; }

    public required Light Light { get; init; }

    public required IReadOnlyList<StorageReason> Reasons { get; init; }

    /// <summary>What its files take.</summary>
    public required long Bytes { get; init; }

    public required int Snapshots { get; init; }

    public required IReadOnlyList<ServerShare> Servers { get; init; }

    public required int Locked { get; init; }

    /// <summary>About what locked snapshots hold.</summary>
    public required long LockedBytes { get; init; }

    public required int Safety { get; init; }

    /// <summary>About what safety copies of restores hold.</summary>
    public required long SafetyBytes { get; init; }

    /// <summary>What the quota allows, or null.</summary>
    public long? Quota { get; init; }

    /// <summary>The repository's disk; null behind a server.</summary>
    public DiskSpace? Disk { get; init; }

    /// <summary>The second copy, or null when there is none.</summary>
    public CopyInfo? Copy { get; init; }

    /// <summary>Whether an admin said that the password lies elsewhere too.</summary>
    public required bool PasswordKept { get; init; }

    /// <summary>How much of the repository was read back within the last days, 0 to 1, and how many days that is meant to take.</summary>
    public required ReadingInfo Reading { get; init; }

    /// <summary>The repository's size over time, oldest first.</summary>
    public required IReadOnlyList<StorageSample> Growth { get; init; }
}

/// <summary>One server's part.</summary>
/// <param name="Bytes">About: what its snapshots added when they were made.</param>
public sealed record ServerShare(ServerId Id, string Name, int Snapshots, long Bytes);

/// <summary>The repository at one moment.</summary>
public sealed record StorageSample(DateTimeOffset At, long Bytes, int Snapshots, long? Free);

/// <summary>Where the second copy is and how fresh.</summary>
/// <param name="To">Where; never shows a password.</param>
/// <param name="At">When a copy last came to its end, or null.</param>
/// <param name="Missing">Snapshots it lacks.</param>
/// <param name="Failure">Why the last attempt ended early, or null.</param>
/// <param name="IsElsewhere">Whether it lies on another disk or machine than the repository.</param>
public sealed record CopyInfo(string To, DateTimeOffset? At, int Missing, string? Failure, bool IsElsewhere)
{
    /// <summary>What it lacks although it had its turn since.</summary>
    internal IReadOnlySet<SnapshotId> Late { get; init; } = new HashSet<SnapshotId>();
}

/// <summary>How far reading everything back has come.</summary>
public sealed record ReadingInfo(int Days, double Share, DateTimeOffset? Oldest);

/// <summary>Why storage is not green: a closed family.</summary>
public abstract record StorageReason(Light Light)
{
    /// <summary>The only copy lies on the disk it protects.</summary>
    public sealed record OnlyCopy() : StorageReason(Light.Amber);

    /// <summary>The copy lacks snapshots it should have by now, or could not be reached.</summary>
    public sealed record CopyBehind(int Missing, string? Failure) : StorageReason(Light.Amber);

    /// <summary>Nobody said that the password lies elsewhere too.</summary>
    public sealed record PasswordNotKept() : StorageReason(Light.Amber);

    /// <summary>More than half of what the quota allows is locked.</summary>
    public sealed record ManyLocks(long Locked, long Quota) : StorageReason(Light.Amber);

    public sealed record OverQuota(long Bytes, long Quota) : StorageReason(Light.Amber);

    public sealed record Disk(DiskSpace Space) : StorageReason(Space.Level == DiskLevel.Full ? Light.Red : Light.Amber);

    public sealed record Damage(string First) : StorageReason(Light.Red);
}
