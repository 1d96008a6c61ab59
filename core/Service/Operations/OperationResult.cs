namespace SnapshotBot.Service.Operations;

/// <summary>How an operation ended for the one who asked: a closed family.</summary>
public abstract record OperationResult<TOutcome>
    where TOutcome : class
{
    private OperationResult(OperationId operation) => Operation = operation;

    public OperationId Operation { get; }

    /// <summary>It came to one of its expected endings, refusals among them.</summary>
    public sealed record Ended(OperationId Id, TOutcome Outcome) : OperationResult<TOutcome>(Id);

    /// <summary>Something broke. What it had begun was taken back.</summary>
    public sealed record Failed(OperationId Id, OperationFailure Failure) : OperationResult<TOutcome>(Id);

    /// <summary>It was cancelled, and what it had begun was taken back.</summary>
    public sealed record Cancelled(OperationId Id) : OperationResult<TOutcome>(Id);
}

/// <summary>What putting a request in the queue came to: a closed family.</summary>
public abstract record EnqueueResult
{
    private EnqueueResult()
    {
    }

    public sealed record Enqueued(OperationId Id) : EnqueueResult;

    /// <summary>This occurrence is in the catalog already, ended or not.</summary>
    public sealed record AlreadyThere(OperationId Id) : EnqueueResult;
}

/// <summary>What broke, in words for people.</summary>
/// <param name="Class">How it weighs.</param>
/// <param name="Code">A stable word: <c>engine-unavailable</c>, <c>repository-damaged</c>, <c>interrupted</c>.</param>
/// <param name="Message">What happened, and what was not harmed.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record OperationFailure(EndingClass Class, string Code, string Message, string? Hint);
