using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>Runs operations, in the one process that holds the data folder's lock.</summary>
internal sealed class Runner(
    DataFolder folder,
    OperationQueue queue,
    OperationKinds kinds,
    FactTypes types,
    Gates gates,
    Recovery recovery,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<Runner> log)
{
    /// <summary>Becomes the runner when nobody is: takes the lock and heals first. Null while another process is. Disposing gives the lock up.</summary>
    /// <param name="mine">The operation the caller is about to run, which is not to be ended as abandoned.</param>
    public async Task<RunnerLease?> TryBecomeAsync(OperationId? mine, CancellationToken cancellationToken)
    {
        var file = folder.TryTakeRunnerLock();
        if (file is null)
            return null;
        try
        {
            return new RunnerLease(file, await recovery.HealAsync(mine, cancellationToken));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one queued operation to its end, which is on its row when this returns. Needs a lease.</summary>
    /// <param name="lease">Being the runner.</param>
    /// <param name="id">Which one; nothing happens when it is not queued any more once its turn has come.</param>
    /// <param name="listener">Told of its progress.</param>
    /// <param name="whenStopped">What cancelling means for an operation that has begun. One that waits for its turn stays queued.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(
        RunnerLease lease, OperationId id, IProgress<OperationProgress>? listener, WhenStopped whenStopped, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(lease.IsDisposed, lease);
        if (queue.Find(id) is not { } queued)
            return;

        // What somebody asked for does not wait behind routine.
        var lane = queued.OccurrenceKey is null ? null : kinds.LaneOf(queued.Kind);
        using var gate = await gates.EnterAsync(OperationScope.Parse(queued.Scope), lane, cancellationToken);
        if (queued.HasCaller && !folder.HasCaller(id))
        {
            // Whoever asked is gone without a word: nobody wants it any more.
            await queue.CancelAsync(id, CancellationToken.None);
            return;
        }

        if (await queue.ClaimAsync(id, cancellationToken) is not { } row)
            return;
        if (await lease.BlockingAsync(OperationScope.Parse(row.Scope), recovery, cancellationToken) is { } unhealed)
        {
            await queue.FailAsync(id, ServiceFailure.NotHealed(unhealed), CancellationToken.None);
            return;
        }

        log.Begins(id, row.Kind);
        using var operation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var journal = new Journal(folder, types, id);
        try
        {
            string outcome;
            await using (var feed = new ProgressFeed(queue, id, listener, operation, time, log))
            {
                await using var scope = scopes.CreateAsyncScope();
                var context = new OperationContext(id, new Requester(row.RequestedBy), folder.OperationPath(id), journal, feed, recovery);
                outcome = await kinds[row.Kind].RunAsync(scope.ServiceProvider, row.Request, context, operation.Token);
            }

            await CompleteAsync(lease, id, row, journal, outcome);
        }
        catch (Exception error)
        {
            var handOver = whenStopped == WhenStopped.HandOver && cancellationToken.IsCancellationRequested;
            await TakeBackAsync(lease, id, row, journal, error, handOver ? Stop.HandedOver : operation.IsCancellationRequested ? Stop.Cancelled : Stop.No);
        }
    }

    private async Task CompleteAsync(RunnerLease lease, OperationId id, OperationRow row, Journal journal, string outcome)
    {
        if (journal.IsEmpty)
        {
            await queue.EndAsync(id, outcome, CancellationToken.None);
            return;
        }

        await journal.CloseAsync(outcome);
        using var deadline = new CancellationTokenSource(Recovery.CleanUpTime, time);
        try
        {
            // From here on it is done, whatever happens: what is missing healing adds.
            await queue.EndAsync(id, outcome, CancellationToken.None);
            await recovery.FinishAsync(journal, [.. journal.Open], deadline.Token);
            folder.RemoveOperation(id);
        }
        catch (Exception error)
        {
            // What is left of it is cleared away by the next healing.
            log.HealFailed(id, error);
            lease.Leave(id, row, error);
        }
    }

    private async Task TakeBackAsync(RunnerLease lease, OperationId id, OperationRow row, Journal journal, Exception error, Stop stop)
    {
        var ending = error;
        var isTakenBack = true;
        string? outcome = null;
        using var deadline = new CancellationTokenSource(Recovery.CleanUpTime, time);
        try
        {
            outcome = await recovery.UndoAsync(journal, deadline.Token);
            if (outcome is not null)
                await queue.EndAsync(id, outcome, CancellationToken.None);
            folder.RemoveOperation(id);
        }
        catch (Exception undo)
        {
            ending = undo;
            isTakenBack = false;
            stop = Stop.No;
        }

        // What was stopped, or broke, was after the act that counts.
        if (outcome is not null && isTakenBack)
        {
            log.Failed(id, row.Kind, error);
            return;
        }

        if (stop != Stop.No && error is OperationCanceledException)
        {
            if (stop == Stop.HandedOver && queue.Find(id) is { CancelRequested: false })
                await queue.HandOverAsync(id, CancellationToken.None);
            else
                await queue.EndCancelledAsync(id, CancellationToken.None);
            return;
        }

        log.Failed(id, row.Kind, error);
        try
        {
            await queue.FailAsync(id, ServiceFailure.Describe(ending, error), CancellationToken.None);
        }
        catch (Exception unwritten)
        {
            // A catalog without room: healing ends its row once there is some.
            isTakenBack = false;
            log.ProgressLost(id, unwritten);
        }

        if (!isTakenBack)
        {
            // Only once its row has ended, or can't: healing would take one that runs for a dead one's.
            lease.Leave(id, row, ending);
        }
    }

    private enum Stop
    {
        No,
        Cancelled,
        HandedOver,
    }
}

/// <summary>What it means for a running operation when its runner is told to stop.</summary>
internal enum WhenStopped
{
    /// <summary>Its caller does not want it any more: what was begun is taken back, and it ends as cancelled.</summary>
    Cancel,

    /// <summary>The runner ends, the wish does not: what was begun is taken back, and it waits for the next runner.</summary>
    HandOver,
}

/// <summary>Being the runner: the open lock, and what could not be healed yet.</summary>
internal sealed class RunnerLease(FileStream file, IReadOnlyList<HealedOperation> healed) : IAsyncDisposable
{
    /// <summary>What could not be healed is tried again after this long, then after twice as long, up to the longest: each try stops and starts containers.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _healing = new(1, 1);
    private IReadOnlyList<HealedOperation> _healed = healed;
    private TimeSpan _pause = FirstPause;
    private long? _triedAt;

    /// <summary>What healing came to; those that could not be healed are tried again by <see cref="HealWhenDueAsync"/>.</summary>
    public IReadOnlyList<HealedOperation> Healed
    {
        get
        {
            lock (_gate)
                return _healed;
        }
    }

    public bool IsDisposed { get; private set; }

    /// <summary>What stands in the way of this scope and can't be healed now either: half-done work must not be worked upon.</summary>
    public async Task<HealedOperation?> BlockingAsync(OperationScope scope, Recovery recovery, CancellationToken cancellationToken)
    {
        if (Blocking(scope) is null)
            return null;
        await HealAgainAsync(recovery, IsLeft, cancellationToken);
        return Blocking(scope);
    }

    /// <summary>An operation of this runner's own left something that could not be taken back: no more healed than a dead one's.</summary>
    public void Leave(OperationId id, OperationRow row, Exception error)
    {
        lock (_gate)
            _healed = [.. _healed, new HealedOperation(id, row.Kind, OperationScope.Parse(row.Scope), HealEnding.NotYet, error.Message) { Blocks = Recovery.Blocks(error) }];
    }

    /// <summary>
    /// Tries once more, for a runner that lives long; called every now and then by one caller. What stands in the way of others when it is time to,
    /// what does not every time.
    /// </summary>
    public async Task HealWhenDueAsync(Recovery recovery, TimeProvider time, CancellationToken cancellationToken)
    {
        await HealAgainAsync(recovery, each => !each.Blocks, cancellationToken);
        if (!Healed.Any(IsLeft))
        {
            (_pause, _triedAt) = (FirstPause, null);
            return;
        }

        if (_triedAt is { } last && time.GetElapsedTime(last) < _pause)
            return;
        _pause = _triedAt is null ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
        try
        {
            await HealAgainAsync(recovery, each => each.Blocks, cancellationToken);
        }
        finally
        {
            _triedAt = time.GetTimestamp();
        }
    }

    private static bool IsLeft(HealedOperation each) => each is { Ending: HealEnding.NotYet, Blocks: true };

    private async Task HealAgainAsync(Recovery recovery, Func<HealedOperation, bool> which, CancellationToken cancellationToken)
    {
        // Each once at a time: half a healing beside another would read what that is removing.
        await _healing.WaitAsync(cancellationToken);
        try
        {
            foreach (var each in Healed.Where(each => each.Ending == HealEnding.NotYet && which(each)))
            {
                var now = await recovery.HealAgainAsync(each.Id, cancellationToken);
                lock (_gate)
                    _healed = [.. _healed.Select(one => one.Id == each.Id ? now : one)];
            }
        }
        finally
        {
            _healing.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _healing.Dispose();
        return file.DisposeAsync();
    }

    private HealedOperation? Blocking(OperationScope scope) =>
        Healed.FirstOrDefault(healed => IsLeft(healed) && (healed.Scope is null || healed.Scope == scope || scope.IsAlone));
}
