namespace SnapshotBot.Storage.Backends;

/// <summary>A backend that knows when a file was written.</summary>
internal interface IFileAges
{
    /// <summary>When the file was written; null when that isn't known.</summary>
    Task<DateTimeOffset?> WrittenAtAsync(RepositoryFile file, CancellationToken cancellationToken);
}
