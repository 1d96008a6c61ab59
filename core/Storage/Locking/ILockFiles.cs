using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>The lock files of one repository: sealed, read and written.</summary>
internal interface ILockFiles
{
    /// <summary>How long another program's new file may stay out of our lists; zero where the place shows it at once.</summary>
    TimeSpan Settles { get; }

    Task<IReadOnlyList<ObjectId>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads a lock; null when it is gone.</summary>
    /// <exception cref="RepositoryDamagedException">The file can't be read.</exception>
    Task<LockFile?> LoadAsync(ObjectId id, CancellationToken cancellationToken);

    Task<ObjectId> SaveAsync(LockFile content, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(ObjectId id, CancellationToken cancellationToken);

    Task DeleteAsync(ObjectId id, CancellationToken cancellationToken);
}
