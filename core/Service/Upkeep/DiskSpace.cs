namespace SnapshotBot.Service.Upkeep;

/// <summary>The disk the repository lies on, and what holds its room. Sizes are bytes.</summary>
public sealed record DiskSpace
{
    public required string Path { get; init; }

    public required long Total { get; init; }

    public required long Free { get; init; }

    /// <summary>When it is full at the pace of the last days; null when it does not fill or nobody can tell yet.</summary>
    public TimeSpan? FullIn { get; init; }

    /// <summary>What the repository holds.</summary>
    public required long Repository { get; init; }

    /// <summary>About what snapshots hold that are locked: what they added when they were made.</summary>
    public required long Locked { get; init; }

    /// <summary>About what safety copies of restores hold.</summary>
    public required long Safety { get; init; }

    /// <summary>What is on the disk and not ours.</summary>
    public long Others => Math.Max(0, Total - Free - Repository);

    public required DiskLevel Level { get; init; }

    public double FreeShare => Total == 0 ? 1 : (double)Free / Total;
}

/// <summary>How full a disk is.</summary>
public enum DiskLevel
{
    Fine,

    /// <summary>Full within seven days, at the pace of the last days.</summary>
    FullSoon,

    /// <summary>15 % or less is free.</summary>
    Low,

    /// <summary>No more is free than the reserve that no snapshot may touch, 5 % (2 GiB below 40 GiB, 10 % below 20 GiB): scheduled snapshots pause.</summary>
    Full,
}
