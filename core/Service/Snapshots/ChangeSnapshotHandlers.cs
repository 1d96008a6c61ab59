using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Lock, unlock, rename and note are one change of tags each.</summary>
internal sealed class ChangeSnapshotHandler(SnapshotEditor editor, SnapshotStore store)
    : IOperationHandler<LockSnapshot, ChangeSnapshotOutcome>,
      IOperationHandler<UnlockSnapshot, ChangeSnapshotOutcome>,
      IOperationHandler<RenameSnapshot, ChangeSnapshotOutcome>,
      IOperationHandler<NoteSnapshot, ChangeSnapshotOutcome>
{
    public Task<ChangeSnapshotOutcome> HandleAsync(LockSnapshot request, OperationContext context, CancellationToken cancellationToken) =>
        ChangeAsync(request.Snapshot, tags => tags with { IsLocked = true }, cancellationToken);

    public Task<ChangeSnapshotOutcome> HandleAsync(UnlockSnapshot request, OperationContext context, CancellationToken cancellationToken) =>
        ChangeAsync(request.Snapshot, tags => tags with { IsLocked = false }, cancellationToken);

    public async Task<ChangeSnapshotOutcome> HandleAsync(RenameSnapshot request, OperationContext context, CancellationToken cancellationToken) =>
        ServerNames.FaultOfSnapshot(request.Name) is { } fault
            ? new ChangeSnapshotOutcome.Refused(new Refusal.NameRefused(request.Name, fault))
            : await ChangeAsync(request.Snapshot, tags => tags with { Name = request.Name.Trim() }, cancellationToken);

    public async Task<ChangeSnapshotOutcome> HandleAsync(NoteSnapshot request, OperationContext context, CancellationToken cancellationToken) =>
        ServerNames.FaultOfNote(request.Note) is { } fault
            ? new ChangeSnapshotOutcome.Refused(new Refusal.NameRefused(request.Note, fault))
            : await ChangeAsync(
                request.Snapshot, tags => tags with { Note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim() }, cancellationToken);

    private async Task<ChangeSnapshotOutcome> ChangeAsync(
        SnapshotId id, Func<SnapshotTags, SnapshotTags> change, CancellationToken cancellationToken) =>
        await editor.ChangeAsync(id, change, cancellationToken) is { } changed
            ? new ChangeSnapshotOutcome.Changed(changed)
            : new ChangeSnapshotOutcome.Unchanged(store.Get(id));
}

/// <summary>Deletes a snapshot, unless it is locked or the way back of a restore.</summary>
internal sealed class DeleteSnapshotHandler(RepositoryAccess access, SnapshotView view, SnapshotStore store, SnapshotEditor editor, Upkeep.DeletedSnapshots deleted, TimeProvider time)
    : IOperationHandler<DeleteSnapshot, DeleteSnapshotOutcome>
{
    public async Task<DeleteSnapshotOutcome> HandleAsync(DeleteSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        using var turn = await editor.TakeTurnAsync(cancellationToken);

        // What counts is what the repository says now: another program or a lost catalog may know it differently.
        await view.SyncAsync(session, cancellationToken);
        var snapshot = store.Get(request.Snapshot);
        if (snapshot.Locked)
            return new DeleteSnapshotOutcome.Refused(new Refusal.SnapshotLocked(snapshot.Id.Value, snapshot.Name));
        if (snapshot.UndoUntil is { } until && until > time.GetUtcNow())
            return new DeleteSnapshotOutcome.Refused(new Refusal.SnapshotNeeded(snapshot.Id.Value, until));
        var undo = await deleted.KeepAsync(session, snapshot, cancellationToken);
        await turn.DeleteAsync(session, snapshot.Id, cancellationToken);
        return new DeleteSnapshotOutcome.Deleted(snapshot) { UndoUntil = undo };
    }
}
