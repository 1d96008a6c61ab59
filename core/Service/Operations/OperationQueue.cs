using System.Text.Json;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>The operations' rows: put in, claimed, kept up to date, ended. Every move is one transaction that names the state it starts from.</summary>
internal sealed class OperationQueue(CatalogStore catalog, OperationKinds kinds, TimeProvider time)
{
    private static readonly RowReader<QueuedOperation> QueuedRows = new(
        "operations", ["Id", "HasCaller"], row => new QueuedOperation(new OperationId(row.GetString(0)), row.GetBoolean(1)));

    /// <summary>Puts a request in the queue for a caller that waits for it.</summary>
    public Task AddAsync(OperationId id, OperationRequest request, Requester requestedBy, CancellationToken cancellationToken)
    {
        var row = RowOf(id, request, requestedBy, null, Waiting.Caller);
        return catalog.WriteAsync(context => { context.Operations.Add(row); }, cancellationToken);
    }

    /// <summary>Puts a request in the queue that nobody waits for.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="occurrenceKey">Which occurrence it is: of two with one key the second is not taken. Null for one that may be asked for again.</param>
    /// <param name="cancellationToken">Nothing is queued when it is cancelled in time.</param>
    public Task<EnqueueResult> EnqueueAsync(
        OperationRequest request, Requester requestedBy, string? occurrenceKey, CancellationToken cancellationToken)
    {
        var row = RowOf(OperationId.New(time), request, requestedBy, occurrenceKey, Waiting.Nobody);
        return catalog.WriteAsync<EnqueueResult>(
            context =>
            {
                if (occurrenceKey is not null && context.Operations.FirstOrDefault(one => one.OccurrenceKey == occurrenceKey) is { } there)
                    return new EnqueueResult.AlreadyThere(new OperationId(there.Id));
                context.Operations.Add(row);
                return new EnqueueResult.Enqueued(new OperationId(row.Id));
            },
            cancellationToken);
    }

    /// <summary>A row as the queue keeps it, for those who put it in together with rows of their own.</summary>
    public OperationRow RowOf(OperationId id, OperationRequest request, Requester requestedBy, string? occurrenceKey, Waiting waiting) => new()
    {
        Id = id.Value,
        Kind = request.Kind,
        Scope = request.Scope.Text,
        Subject = request.Subject,
        Request = kinds[request.Kind].Write(request),
        RequestedBy = requestedBy.Text,
        OccurrenceKey = occurrenceKey,
        HasCaller = waiting == Waiting.Caller,
        QueuedAt = time.GetUtcNow().UtcTicks,
    };

    /// <summary>Those nobody has begun, oldest first.</summary>
    public IReadOnlyList<QueuedOperation> Queued() => catalog.Read(QueuedRows, "WHERE \"State\" = 0 ORDER BY \"QueuedAt\"");

    public OperationRow? Find(OperationId id)
    {
        return catalog.Read(Rows.Operations, "WHERE \"Id\" = @0", id.Value) is [var row] ? row : null;
    }

    /// <summary>Rows that are not ended, oldest first.</summary>
    public IReadOnlyList<OperationRow> Unfinished() => catalog.Read(Rows.Operations, "WHERE \"State\" IN (0, 1) ORDER BY \"QueuedAt\"");

    /// <summary>Takes a queued operation to run it, or null when it is not queued any more.</summary>
    public Task<OperationRow?> ClaimAsync(OperationId id, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                var row = context.Operations.FirstOrDefault(row => row.Id == id.Value && row.State == (int)OperationState.Queued);
                if (row is null)
                    return null;
                row.State = (int)OperationState.Running;
                row.StartedAt = time.GetUtcNow().UtcTicks;
                return row;
            },
            cancellationToken);

    /// <summary>Puts a running operation back whose runner died, so that its caller or the next runner runs it.</summary>
    public Task RequeueAsync(OperationId id, CancellationToken cancellationToken) =>
        ChangeUnfinishedAsync(
            id,
            row =>
            {
                row.Deaths++;
                Requeue(row);
            },
            cancellationToken);

    /// <summary>Puts a running operation back that was taken back whole because its runner ends, for whoever is the runner next.</summary>
    public Task HandOverAsync(OperationId id, CancellationToken cancellationToken) => ChangeUnfinishedAsync(id, Requeue, cancellationToken);

    /// <summary>Asks for an operation to be cancelled; one that nobody has begun ends at once.</summary>
    /// <returns>Whether it was still unfinished.</returns>
    public Task<bool> CancelAsync(OperationId id, CancellationToken cancellationToken) =>
        ChangeUnfinishedAsync(
            id,
            row =>
            {
                row.CancelRequested = true;
                if (row.State == (int)OperationState.Queued)
                    End(row, OperationState.Cancelled);
            },
            cancellationToken);

    /// <summary>Where the progress of a running operation is written; the caller disposes it.</summary>
    public ProgressRow Progress(OperationId id) => new(catalog.ConnectUnflushed(), id);

    public Task EndAsync(OperationId id, string outcome, CancellationToken cancellationToken) =>
        ChangeUnfinishedAsync(
            id,
            row =>
            {
                row.Outcome = outcome;
                End(row, OperationState.Ended);
            },
            cancellationToken);

    public Task FailAsync(OperationId id, OperationFailure failure, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(failure, OperationsJson.Default.OperationFailure);
        return ChangeUnfinishedAsync(
            id,
            row =>
            {
                row.Failure = text;
                End(row, OperationState.Failed);
            },
            cancellationToken);
    }

    public Task EndCancelledAsync(OperationId id, CancellationToken cancellationToken) =>
        ChangeUnfinishedAsync(id, row => End(row, OperationState.Cancelled), cancellationToken);

    private static void Requeue(OperationRow row)
    {
        row.State = (int)OperationState.Queued;
        row.StartedAt = null;
        row.Progress = null;
    }

    private void End(OperationRow row, OperationState state)
    {
        row.State = (int)state;
        row.EndedAt = time.GetUtcNow().UtcTicks;
        row.Progress = null;
    }

    private Task<bool> ChangeUnfinishedAsync(OperationId id, Action<OperationRow> change, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                var row = context.Operations.FirstOrDefault(row =>
                    row.Id == id.Value && (row.State == (int)OperationState.Queued || row.State == (int)OperationState.Running));
                if (row is null)
                    return false;
                change(row);
                return true;
            },
            cancellationToken);
}

/// <summary>Whether somebody waits for an operation.</summary>
internal enum Waiting
{
    Nobody,
    Caller,
}

/// <summary>What the runner needs of an operation nobody has begun.</summary>
internal sealed record QueuedOperation(OperationId Id, bool HasCaller);
