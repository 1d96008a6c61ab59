namespace SnapshotBot.Storage.Backends;

/// <summary>How a local backend writes.</summary>
internal sealed record LocalBackendOptions
{
    /// <summary>Files that may usefully be written at once, 1 to 16. Two keep the disk busy while one waits for its flush.</summary>
    public int Parallelism { get; init; } = 2;

    /// <summary>From this size in bytes on, content is written past the page cache where the file system allows.</summary>
    public int DirectFrom { get; init; } = 256 << 10;
}
