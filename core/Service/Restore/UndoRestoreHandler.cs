using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Restore;

/// <summary>Undoes on request. Which snapshot that means is decided when its turn comes.</summary>
internal sealed class UndoRestoreHandler(RestoreReads reads, IOperationHandler<RestoreSnapshot, RestoreOutcome> restore)
    : IOperationHandler<UndoRestore, RestoreOutcome>
{
    public async Task<RestoreOutcome> HandleAsync(UndoRestore request, OperationContext context, CancellationToken cancellationToken) =>
        await reads.UndoableAsync(request.Server, cancellationToken) switch
        {
            Undoable.Yes yes => await restore.HandleAsync(
                new RestoreSnapshot { Server = request.Server, Snapshot = yes.Snapshot.Id }, context, cancellationToken),
            Undoable.No no => new RestoreOutcome.NothingToUndo(no.EndedAt),
            var other => throw new InvalidOperationException($"Neither undoable nor not: {other}."),
        };
}
