using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>A lock that is held and renewed until it is disposed.</summary>
public sealed class RepositoryLock : IAsyncDisposable
{
    private readonly RepositoryLocks _locks;
    private readonly LockOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _lost = new();
    private readonly PeriodicTimer _ticks;
    private readonly ITimer _watchdog;
    private readonly Task _renewing;
    private ObjectId _id;
    private long _renewedAt;
    private int _disposed;

    internal RepositoryLock(RepositoryLocks locks, LockMode mode, ObjectId id, LockOptions options, TimeProvider timeProvider)
    {
        _locks = locks;
        _options = options;
        _timeProvider = timeProvider;
        _id = id;
        _renewedAt = timeProvider.GetUtcNow().UtcTicks;
        Mode = mode;
        // Fires also when a renewal hangs in the backend.
        _watchdog = timeProvider.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _lost, options.LostAfter, Timeout.InfiniteTimeSpan);
        _ticks = new PeriodicTimer(options.Tick, timeProvider);
        _renewing = RenewAsync();
    }

    public LockMode Mode { get; }

    /// <summary>Fires when the lock could not be renewed or was taken away: stop writing and removing at once, others may begin.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Throws when the lock is lost: call before each step that others' work would make wrong.</summary>
    /// <exception cref="RepositoryLockLostException">The lock is no longer ours.</exception>
    public void ThrowIfLost()
    {
        // By the clock on the wall, as others judge us: timers stand still while a machine sleeps, and fire late after it.
        if (_lost.IsCancellationRequested || Age >= _options.LostAfter)
        {
            throw new RepositoryLockLostException();
        }
    }

    private TimeSpan Age => new(_timeProvider.GetUtcNow().UtcTicks - Volatile.Read(ref _renewedAt));

    /// <summary>Stops renewing and removes the lock file, within its own deadline.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _ticks.Dispose();
        await _renewing;
        await _watchdog.DisposeAsync();
        await _locks.WithdrawAsync(_id);
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        // Disposing the timer ends the wait, and without an exception, which would cost a short command a tenth of its time.
        while (!_lost.IsCancellationRequested && await _ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            var age = Age;
            if (age >= _options.LostAfter)
            {
                await _lost.CancelAsync();
            }
            else if (age >= _options.RefreshAfter)
            {
                await TryRenewAsync();
            }
        }
    }

    private async Task TryRenewAsync()
    {
        // Not the token that ends with disposal: a lock half-way out would stay behind.
        using var deadline = new CancellationTokenSource(_options.ReleaseTimeout, _timeProvider);
        try
        {
            if (!await _locks.IsThereAsync(_id, deadline.Token))
            {
                // Somebody took it for abandoned or removed all: others may be at work already.
                await _lost.CancelAsync();
                return;
            }

            // The new one first, so that there is no moment without.
            var at = _timeProvider.GetUtcNow();
            var old = _id;
            _id = await _locks.WriteAsync(Mode, deadline.Token);
            Volatile.Write(ref _renewedAt, at.UtcTicks);
            _watchdog.Change(_options.LostAfter, Timeout.InfiniteTimeSpan);
            await _locks.WithdrawAsync(old);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Tried again at the next tick, until the lock counts as lost.
        }
    }
}
