namespace SnapshotBot.Storage.Backends;

/// <summary>A backend where a writer that was killed may leave half-written files behind.</summary>
internal interface IAbandonedFiles
{
    /// <summary>Removes the temporary files of writers that are gone, never one that is being written. Returns how many.</summary>
    /// <param name="kind">Those of this kind alone; null for all.</param>
    /// <param name="cancellationToken">Ends it between two folders.</param>
    Task<int> RemoveAbandonedAsync(FileKind? kind, CancellationToken cancellationToken);
}
