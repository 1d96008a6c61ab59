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

    /// <summary>Removes lock files; returns how many.</summary>
    public static Task<int> UnlockAsync(
        OpenRepository repository, UnlockScope scope, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        Locks(repository, new LockOptions(), timeProvider).UnlockAsync(scope, cancellationToken);

    private static RepositoryLocks Locks(OpenRepository repository, LockOptions options, TimeProvider timeProvider) =>
        new(new LockFiles(repository), LockOwner.Current(), options, new ProcessTable(), timeProvider);
}
