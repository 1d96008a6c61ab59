using System.Collections.Concurrent;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>Takes and clears the locks of one repository, by restic's rules, which restic sees and keeps too.</summary>
/// <remarks>
/// Taking: look for others, write the own lock, let lists settle, look again; who meets a conflict takes its own back. Locks whose holder is
/// gone (its process on this host, or 30 minutes without renewal) are removed on the way: a run that was killed needs no hand.
/// </remarks>
internal sealed class RepositoryLocks(
    ILockFiles files, LockOwner owner, LockOptions options, IProcessTable processes, TimeProvider timeProvider)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>What this process holds: in a container a new process often has the number of the one that was killed.</summary>
    private static readonly ConcurrentDictionary<ObjectId, byte> Held = new();

    /// <summary>Locks being written right now, which may be seen before they are in <see cref="Held"/>.</summary>
    private static int _writing;

    /// <summary>Takes a lock, waiting for others as long as the options say.</summary>
    /// <exception cref="RepositoryLockedException">Somebody else holds one that excludes it.</exception>
    public async Task<RepositoryLock> AcquireAsync(LockMode mode, CancellationToken cancellationToken)
    {
        var until = timeProvider.GetUtcNow() + options.Retry;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await TryAcquireAsync(mode, cancellationToken);
            }
            catch (RepositoryLockedException) when (timeProvider.GetUtcNow() + pause <= until)
            {
                // A random part keeps two who wait for each other from meeting again.
                await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 4)), timeProvider, cancellationToken);
            }
        }
    }

    /// <summary>Removes locks; returns how many.</summary>
    public async Task<int> UnlockAsync(UnlockScope scope, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in await files.ListAsync(cancellationToken))
        {
            if (scope == UnlockScope.All || await IsClearableAsync(id, cancellationToken))
            {
                await files.DeleteAsync(id, cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Writes a lock file and counts it as ours.</summary>
    internal async Task<ObjectId> WriteAsync(LockMode mode, CancellationToken cancellationToken)
    {
        // Before others can see the lock and ask after us.
        HangUpSignal.Ignore();
        Interlocked.Increment(ref _writing);
        try
        {
            var id = await files.SaveAsync(owner.ToFile(mode, timeProvider.GetUtcNow()), cancellationToken);
            Held.TryAdd(id, 0);
            return id;
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    /// <summary>Takes a lock file of ours away, within its own deadline.</summary>
    internal async Task WithdrawAsync(ObjectId id)
    {
        using var deadline = new CancellationTokenSource(options.ReleaseTimeout, timeProvider);
        try
        {
            await files.DeleteAsync(id, deadline.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It stays behind, is not renewed, and whoever comes next finds it abandoned.
        }
        finally
        {
            Held.TryRemove(id, out _);
        }
    }

    internal Task<bool> IsThereAsync(ObjectId id, CancellationToken cancellationToken) => files.ExistsAsync(id, cancellationToken);

    private async Task<RepositoryLock> TryAcquireAsync(LockMode mode, CancellationToken cancellationToken)
    {
        await ThrowIfExcludedAsync(mode, null, cancellationToken);
        var id = await WriteAsync(mode, cancellationToken);
        try
        {
            if (files.Settles > TimeSpan.Zero)
            {
                await Task.Delay(files.Settles, timeProvider, cancellationToken);
            }

            await ThrowIfExcludedAsync(mode, id, cancellationToken);
        }
        catch
        {
            await WithdrawAsync(id);
            throw;
        }

        return new RepositoryLock(this, mode, id, options, timeProvider);
    }

    private async Task ThrowIfExcludedAsync(LockMode mode, ObjectId? own, CancellationToken cancellationToken)
    {
        foreach (var id in await files.ListAsync(cancellationToken))
        {
            if (id == own)
            {
                continue;
            }

            var (found, other) = await TryLoadAsync(id, cancellationToken);
            if (!found)
            {
                continue;
            }

            if (other is not null && IsAbandoned(id, other))
            {
                // Also when it is not in our way: restic's check would stop at it.
                await files.DeleteAsync(id, cancellationToken);
                continue;
            }

            if (other is { Exclusive: false } && mode == LockMode.Shared)
            {
                continue;
            }

            throw new RepositoryLockedException(id, other, timeProvider.GetUtcNow());
        }
    }

    /// <summary>Whether there is such a lock, and what it says when it can be read.</summary>
    private async Task<(bool Found, LockFile? Content)> TryLoadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            var content = await files.LoadAsync(id, cancellationToken);
            return (content is not null, content);
        }
        catch (RepositoryDamagedException)
        {
            return (true, null);
        }
    }

    private async Task<bool> IsClearableAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var (found, content) = await TryLoadAsync(id, cancellationToken);
        return found && (content is null || IsAbandoned(id, content));
    }

    private bool IsAbandoned(ObjectId id, LockFile other)
    {
        if (timeProvider.GetUtcNow() - other.Time > options.StaleAfter)
        {
            return true;
        }

        if (!string.Equals(other.Hostname, owner.Hostname, StringComparison.Ordinal))
        {
            return false;
        }

        // In this order: what was seen before nobody was writing is in the list by now, if it is ours.
        return other.ProcessId == owner.ProcessId
            ? Volatile.Read(ref _writing) == 0 && !Held.ContainsKey(id)
            : !processes.MayBeAlive(other.ProcessId, other.Time);
    }
}

/// <summary>Which locks to remove.</summary>
public enum UnlockScope
{
    /// <summary>Those whose holder is gone and those that can't be read.</summary>
    Abandoned,

    /// <summary>All, also of those who work right now: for people who know better.</summary>
    All,
}
