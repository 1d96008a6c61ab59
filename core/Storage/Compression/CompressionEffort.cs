namespace SnapshotBot.Storage.Compression;

/// <summary>How hard to try.</summary>
public enum CompressionEffort
{
    /// <summary>Fast levels, raw where nothing is gained; more effort for the first text, so that what a short run adds is small.</summary>
    Automatic,

    /// <summary>The same without more effort for anything: for a first run, which adds all there is.</summary>
    Fast,

    /// <summary>Never for blobs; repository files still are frames.</summary>
    Off,

    /// <summary>The best level whose cost is still bearable.</summary>
    Maximum,
}
