using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands;

/// <summary>An operation came to one of its expected endings.</summary>
internal sealed record Changed<TOutcome>(OperationId Operation, OperationRequest<TOutcome> Request, TOutcome Outcome)
    where TOutcome : class;
