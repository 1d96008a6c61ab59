using System.Text.Json;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// Asks for a change and waits for its end: the way of terminal and bot alike. While it waits it tries to become the runner, and when it
/// does, runs its own operation; so no bot, another terminal, and a bot that dies half-way are one path.
/// </summary>
public sealed class OperationClient
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly DataFolder _folder;
    private readonly CatalogStore _catalog;
    private readonly OperationQueue _queue;
    private readonly OperationKinds _kinds;
    private readonly Runner _runner;
    private readonly Recovery _recovery;
    private readonly TimeProvider _time;

    internal OperationClient(
        DataFolder folder, CatalogStore catalog, OperationQueue queue, OperationKinds kinds, Runner runner, Recovery recovery, TimeProvider time)
    {
        _folder = folder;
        _catalog = catalog;
        _queue = queue;
        _kinds = kinds;
        _runner = runner;
        _recovery = recovery;
        _time = time;
    }

    /// <summary>Runs a request to its end.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="progress">Told of every step, from this process or another; called on any thread.</param>
    /// <param name="cancellationToken">Cancelling asks the operation to stop and waits until what it had begun is taken back; the result then
    /// says cancelled, or how it ended when it was done before.</param>
    public async Task<OperationResult<TOutcome>> RunAsync<TOutcome>(
        OperationRequest<TOutcome> request,
        Requester requestedBy,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
        where TOutcome : class
    {
        var kind = _kinds.Of(request);
        var id = OperationId.New(_time);
        using (_folder.HoldCaller(id))
        {
            await _queue.AddAsync(id, request, requestedBy, cancellationToken);
            await WaitAsync(id, progress, cancellationToken);
        }

        _folder.RemoveCaller(id);
        return Read(id, kind);
    }

    /// <summary>Asks for a change and does not wait. The process that serves runs it; while none does it stays queued.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="occurrenceKey">Unique for ever where given, so that the same occurrence is never run twice; null for one that may be asked for again.</param>
    /// <param name="cancellationToken">Nothing is queued when it is cancelled in time.</param>
    public Task<EnqueueResult> EnqueueAsync(
        OperationRequest request, Requester requestedBy, string? occurrenceKey, CancellationToken cancellationToken) =>
        _queue.EnqueueAsync(request, requestedBy, occurrenceKey, cancellationToken);

    /// <summary>Heals what a process that died left, when there is any and nobody else is the runner. Every command calls this first.</summary>
    public async Task<IReadOnlyList<HealedOperation>> HealAsync(CancellationToken cancellationToken)
    {
        if (!_recovery.IsNeeded())
            return [];
        await using var lease = await _runner.TryBecomeAsync(null, cancellationToken);
        return lease?.Healed ?? [];
    }

    private async Task WaitAsync(OperationId id, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        using var watch = _catalog.Watch();
        using var timer = new PeriodicTimer(Pace, _time);
        string? shown = null;
        var asked = false;
        while (true)
        {
            if (cancellationToken.IsCancellationRequested && !asked)
            {
                await _queue.CancelAsync(id, CancellationToken.None);
                asked = true;
            }
            if (watch.HasChanged())
            {
                var row = _queue.Find(id) ?? throw new InvalidOperationException($"Operation {id} has vanished from the catalog.");
                if (row.State >= (int)OperationState.Ended)
                    return;
                if (row.Progress is { } text && text != shown)
                {
                    shown = text;
                    if (JsonSerializer.Deserialize(text, OperationsJson.Default.OperationProgress) is { } step)
                        progress?.Report(step);
                }
            }

            if (await RunOwnAsync(id, progress, cancellationToken))
                return;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> RunOwnAsync(OperationId id, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await using var lease = await _runner.TryBecomeAsync(id, CancellationToken.None);
        if (lease is null)
            return false;
        if (cancellationToken.IsCancellationRequested)
            await _queue.CancelAsync(id, CancellationToken.None);
        else
            await _runner.RunAsync(lease, id, progress, WhenStopped.Cancel, cancellationToken);
        return _queue.Find(id) is not { } row || row.State >= (int)OperationState.Ended;
    }

    private OperationResult<TOutcome> Read<TOutcome>(OperationId id, OperationKind<TOutcome> kind)
        where TOutcome : class
    {
        var row = _queue.Find(id) ?? throw new InvalidOperationException($"Operation {id} has vanished from the catalog.");
        return (OperationState)row.State switch
        {
            OperationState.Ended => new OperationResult<TOutcome>.Ended(id, kind.ReadOutcome(row.Outcome ?? "null")),
            OperationState.Cancelled => new OperationResult<TOutcome>.Cancelled(id),
            _ => new OperationResult<TOutcome>.Failed(id, OperationReads.ReadFailure(row.Failure) ?? ServiceFailure.Unknown),
        };
    }
}
