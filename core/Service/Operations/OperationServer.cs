using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// Being the runner for a process's whole life: takes the lock, heals, runs what is queued by anybody, terminals too, under the gates, and
/// hosts the periodic work. Told to end, it lets what nearly is done finish, takes the rest back and leaves it on its row for the next runner.
/// </summary>
public sealed class OperationServer
{
    /// <summary>How often the queue is asked for news; one pragma a time.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LockPace = TimeSpan.FromMilliseconds(250);

    /// <summary>Also looked through without any news: callers die silently, and what could not be healed may be now.</summary>
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(30);

    // Both together stay below the ten seconds after which an engine kills a container that was asked to stop.
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TakeBackTime = TimeSpan.FromSeconds(6);

    private readonly CatalogStore _catalog;
    private readonly OperationQueue _queue;
    private readonly Runner _runner;
    private readonly Recovery _recovery;
    private readonly PeriodicLoops _loops;
    private readonly TimeProvider _time;
    private readonly ILogger<OperationServer> _log;
    private readonly Dictionary<OperationId, Task> _running = [];
    private readonly Lock _lock = new();
    private RunnerLease? _lease;
    private long _lastRound;

    internal OperationServer(
        CatalogStore catalog, OperationQueue queue, Runner runner, Recovery recovery, PeriodicLoops loops, TimeProvider time, ILogger<OperationServer> log)
    {
        _catalog = catalog;
        _queue = queue;
        _runner = runner;
        _recovery = recovery;
        _loops = loops;
        _time = time;
        _log = log;
    }

    /// <summary>How it goes, asked from any thread.</summary>
    public ServeHealth Health
    {
        get
        {
            var last = Interlocked.Read(ref _lastRound);
            lock (_lock)
                return new(_lease is not null, last == 0 ? null : new DateTimeOffset(last, TimeSpan.Zero), _loops.Failing, _running.Count);
        }
    }

    /// <summary>Serves until cancelled. Once in a process's life.</summary>
    /// <param name="told">Called when it has to wait for another runner, and when it is the runner.</param>
    /// <param name="cancellationToken">Ends it: within eight seconds when operations run, else at once.</param>
    public async Task<ServeEnding> RunAsync(Func<ServeEvent, Task>? told, CancellationToken cancellationToken)
    {
        if (await BecomeAsync(told, cancellationToken) is not { } lease)
            return new ServeEnding.Clean();
        lock (_lock)
            _lease = lease;
        using var stop = new CancellationTokenSource();
        if (told is not null)
            await told(new ServeEvent.Ready(lease.Healed));
        var loops = _loops.RunAsync(cancellationToken);
        await ServeAsync(lease, stop.Token, cancellationToken);
        var left = await StopAsync(loops, stop);
        if (left > 0)
        {
            // Not given up: nobody may heal beneath an operation that still undoes. The lock goes with the process.
            _log.LeftToHealing(left);
            return new ServeEnding.LeftToHealing(left);
        }

        lock (_lock)
            _lease = null;
        await lease.DisposeAsync();
        return new ServeEnding.Clean();
    }

    private async Task<RunnerLease?> BecomeAsync(Func<ServeEvent, Task>? told, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LockPace, _time);
        var waits = false;
        while (true)
        {
            try
            {
                if (await _runner.TryBecomeAsync(null, cancellationToken) is { } lease)
                    return lease;
                if (!waits && told is not null)
                    await told(new ServeEvent.Waiting());
                waits = true;
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private async Task ServeAsync(RunnerLease lease, CancellationToken stop, CancellationToken cancellationToken)
    {
        using var watch = _catalog.Watch();
        using var timer = new PeriodicTimer(Pace, _time);
        var kept = _time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var isDue = _time.GetElapsedTime(kept) >= Housekeeping;
                if (isDue)
                {
                    kept = _time.GetTimestamp();
                    _recovery.ForgetCallers();
                    await lease.HealWhenDueAsync(_recovery, _time, cancellationToken);
                }

                if (watch.HasChanged() || isDue)
                    Begin(lease, stop);
                Interlocked.Exchange(ref _lastRound, _time.GetUtcNow().UtcTicks);
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A catalog that is busy or on a full disk for a while must not end the one process that could tell of it.
                _log.RoundFailed(error);
                await Task.Delay(LockPace, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Begin(RunnerLease lease, CancellationToken stop)
    {
        foreach (var queued in _queue.Queued())
        {
            lock (_lock)
            {
                if (!_running.ContainsKey(queued.Id))
                    _running.Add(queued.Id, Task.Run(() => RunOneAsync(lease, queued.Id, stop), CancellationToken.None));
            }
        }
    }

    private async Task RunOneAsync(RunnerLease lease, OperationId id, CancellationToken stop)
    {
        try
        {
            await _runner.RunAsync(lease, id, null, WhenStopped.HandOver, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It waited for its turn and stays queued for the next runner.
        }
        catch (Exception error)
        {
            _log.RunBroke(id, error);
        }
        finally
        {
            lock (_lock)
                _running.Remove(id);
        }
    }

    /// <summary>Lets operations finish, then takes them back, each for its time. Returns how many are not done even then.</summary>
    private async Task<int> StopAsync(Task loops, CancellationTokenSource stop)
    {
        var all = Task.WhenAll([loops, .. Running()]);
        await all.WaitAsync(FinishTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync();
        await all.WaitAsync(TakeBackTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            return _running.Count;
    }

    private List<Task> Running()
    {
        lock (_lock)
            return [.. _running.Values];
    }
}
