namespace SnapshotBot.Storage.Backends;

/// <summary>A backend where a writer that was killed may leave half-written files behind.</summary>
internal interface IAbandonedFiles
{
    /// <summary>Removes the temporary files of writers that are gone, never one that is being written. Returns how many.</summary>
    Task<int> RemoveAbandonedAsync(CancellationToken cancellationToken);
}
