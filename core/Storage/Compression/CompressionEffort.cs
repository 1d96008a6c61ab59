namespace SnapshotBot.Storage.Compression;

/// <summary>How hard to try.</summary>
public enum CompressionEffort
{
    /// <summary>Fast levels, raw where nothing is gained.</summary>
    Automatic,

    /// <summary>Never for blobs; repository files still are frames.</summary>
    Off,

    /// <summary>The best level whose cost is still bearable.</summary>
    Maximum,
}
