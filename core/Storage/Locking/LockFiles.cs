using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Locking;

/// <summary>The lock files of an open repository.</summary>
internal sealed class LockFiles(OpenRepository repository) : ILockFiles
{
    /// <summary>What restic waits, for places that don't say.</summary>
    private static readonly TimeSpan UsualDelay = TimeSpan.FromMilliseconds(200);

    public TimeSpan Settles => repository.Backend is IListingDelay known ? known.ListingDelay : UsualDelay;

    public async Task<IReadOnlyList<ObjectId>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new List<ObjectId>();
        await foreach (var file in repository.Backend.ListAsync(FileKind.Lock, cancellationToken))
        {
            ids.Add(file.Id);
        }

        return ids;
    }

    public async Task<LockFile?> LoadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.Files.LoadJsonAsync(Name(id), FormatJson.Default.LockFile, cancellationToken);
        }
        catch (BackendException e) when (e.Failure == BackendFailure.NotFound)
        {
            return null;
        }
    }

    public async Task<ObjectId> SaveAsync(LockFile content, CancellationToken cancellationToken)
    {
        // A writer that was killed here left half a lock, which would stay until the next prune.
        if (repository.Backend is IAbandonedFiles abandoned)
        {
            await abandoned.RemoveAbandonedAsync(FileKind.Lock, cancellationToken);
        }

        return await repository.Files.SaveJsonAsync(FileKind.Lock, content, FormatJson.Default.LockFile, cancellationToken);
    }

    public async Task<bool> ExistsAsync(ObjectId id, CancellationToken cancellationToken) =>
        await repository.Backend.SizeAsync(Name(id), cancellationToken) is not null;

    public Task DeleteAsync(ObjectId id, CancellationToken cancellationToken) => repository.Backend.DeleteAsync(Name(id), cancellationToken);

    private static RepositoryFile Name(ObjectId id) => new(FileKind.Lock, id);
}
