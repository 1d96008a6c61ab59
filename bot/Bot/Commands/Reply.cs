using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands;

/// <summary>What a command gives back.</summary>
internal abstract record Reply;

/// <summary>Read, or done already. A surface draws the outcome by its type.</summary>
internal sealed record Answer(object Outcome) : Reply;

/// <summary>
/// A change to be carried out as an operation. The command has only found out what is meant; each surface waits in its own way: a terminal
/// for the end, a chat with a message that is edited.
/// </summary>
internal abstract record Change : Reply
{
    /// <summary>What is to be done, for who queues it and waits in another way.</summary>
    public abstract OperationRequest Operation { get; }

    /// <summary>Carries it out and waits for its end.</summary>
    public abstract Task<OperationEnd> RunAsync(
        OperationClient client, Requester requester, IProgress<OperationProgress> progress, CancellationToken cancellationToken);
}

internal sealed record Change<TOutcome>(OperationRequest<TOutcome> Request) : Change
    where TOutcome : class
{
    public override OperationRequest Operation => Request;

    public override async Task<OperationEnd> RunAsync(
        OperationClient client, Requester requester, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        await client.RunAsync(Request, requester, progress, cancellationToken) switch
        {
            OperationResult<TOutcome>.Ended ended => new OperationEnd.Drawn(new Changed<TOutcome>(ended.Id, Request, ended.Outcome)),
            OperationResult<TOutcome>.Failed failed => new OperationEnd.Failed(failed.Id, failed.Failure),
            var cancelled => new OperationEnd.Cancelled(cancelled.Operation),
        };
}

/// <summary>How a change ended: a closed family.</summary>
internal abstract record OperationEnd
{
    private OperationEnd()
    {
    }

    /// <summary>An expected ending, refusals among them, to be drawn by its type.</summary>
    public sealed record Drawn(object Outcome) : OperationEnd;

    public sealed record Failed(OperationId Operation, OperationFailure Failure) : OperationEnd;

    public sealed record Cancelled(OperationId Operation) : OperationEnd;
}
