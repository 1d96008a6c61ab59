using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Locking;

/// <summary>Locks an open repository against other programs, restic among them.</summary>
public static class RepositoryLocking
{
    /// <summary>Takes a lock, waiting for others for as long as <see cref="LockOptions.Retry"/> says. Dispose it before the repository.</summary>
    /// <exception cref="RepositoryLockedException">Somebody else holds a lock that excludes this one.</exception>
    public static Task<RepositoryLock> AcquireAsync(
        OpenRepository repository, LockMode mode, LockOptions options, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        Locks(repository, options, timeProvider).AcquireAsync(mode, cancellationToken);

    /// <summary>
    /// Takes a shared lock for work that only reads. Null where no lock can be left, on what is read-only or full: that is read without one,
    /// but not while somebody else holds one that excludes it.
    /// </summary>
    /// <exception cref="RepositoryLockedException">Somebody else holds an exclusive lock.</exception>
    public static async Task<RepositoryLock?> AcquireToReadAsync(
        OpenRepository repository, LockOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            return await AcquireAsync(repository, LockMode.Shared, options, timeProvider, cancellationToken);
        }
        catch (BackendException e) when (e is { Failure: BackendFailure.Denied or BackendFailure.NoSpace, File.Kind: FileKind.Lock })
        {
            return null;
        }
    }

    /// <summary>Removes lock files; returns how many.</summary>
    public static Task<int> UnlockAsync(
        OpenRepository repository, UnlockScope scope, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        Locks(repository, new LockOptions(), timeProvider).UnlockAsync(scope, cancellationToken);

    private static RepositoryLocks Locks(OpenRepository repository, LockOptions options, TimeProvider timeProvider) =>
        new(new LockFiles(repository), LockOwner.Current(), options, new ProcessTable(), timeProvider);
}
