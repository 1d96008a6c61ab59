using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromMinutes(5);

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
    public async Task RunAsync(
        RunnerLease lease, OperationId id, IProgress<OperationProgress>? listener, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(lease.IsDisposed, lease);
        if (await queue.ClaimAsync(id, cancellationToken) is not { } row)
            return;
        if (lease.Blocking(OperationScope.Parse(row.Scope)) is { } unhealed)
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
            await using (var feed = new ProgressFeed(queue, id, listener, operation, time))
            {
                using var gate = await gates.EnterAsync(OperationScope.Parse(row.Scope), operation.Token);
                await using var scope = scopes.CreateAsyncScope();
                var context = new OperationContext(id, new Requester(row.RequestedBy), folder.OperationPath(id), journal, feed, recovery);
                outcome = await kinds[row.Kind].RunAsync(scope.ServiceProvider, row.Request, context, operation.Token);
            }

            await CompleteAsync(id, journal, outcome);
        }
        catch (Exception error)
        {
            await TakeBackAsync(id, row.Kind, journal, error, operation.IsCancellationRequested);
        }
    }

    private async Task CompleteAsync(OperationId id, Journal journal, string outcome)
    {
        if (!journal.IsEmpty)
            await journal.CloseAsync(outcome);
        await queue.EndAsync(id, outcome, CancellationToken.None);
        if (journal.IsEmpty)
            return;
        using var deadline = new CancellationTokenSource(CleanUpTime, time);
        try
        {
            await recovery.FinishAsync(id, journal.Open.Select(open => open.Fact), deadline.Token);
            folder.RemoveOperation(id);
        }
        catch (Exception error)
        {
            // The operation is done and said so; what is left of it is cleared away by the next healing.
            log.HealFailed(id, error);
        }
    }

    private async Task TakeBackAsync(OperationId id, string kind, Journal journal, Exception error, bool cancelled)
    {
        var ending = error;
        using var deadline = new CancellationTokenSource(CleanUpTime, time);
        try
        {
            await recovery.UndoAsync(id, journal.Open.Select(open => open.Fact), deadline.Token);
            folder.RemoveOperation(id);
        }
        catch (Exception undo)
        {
            ending = undo;
            cancelled = false;
        }

        if (cancelled && error is OperationCanceledException)
        {
            await queue.EndCancelledAsync(id, CancellationToken.None);
            return;
        }

        log.Failed(id, kind, error);
        await queue.FailAsync(id, ServiceFailure.Describe(ending, error), CancellationToken.None);
    }
}

/// <summary>Being the runner: the open lock, and what healing found.</summary>
internal sealed class RunnerLease(FileStream file, IReadOnlyList<HealedOperation> healed) : IAsyncDisposable
{
    public IReadOnlyList<HealedOperation> Healed { get; } = healed;

    public bool IsDisposed { get; private set; }

    /// <summary>What could not be healed and stands in the way of this scope: half-done work must not be worked upon.</summary>
    public HealedOperation? Blocking(OperationScope scope) =>
        Healed.FirstOrDefault(healed => healed.Ending == HealEnding.NotYet && (healed.Scope is null || healed.Scope == scope || scope.IsAlone));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return file.DisposeAsync();
    }
}
