using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>Says which restore can be undone. Runs where it is called.</summary>
public sealed class RestoreReads
{
    private readonly SnapshotReads _snapshots;
    private readonly SnapshotStore _store;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal RestoreReads(SnapshotReads snapshots, SnapshotStore store, OperationQueue queue, TimeProvider time)
    {
        _snapshots = snapshots;
        _store = store;
        _queue = queue;
        _time = time;
    }

    /// <summary>The way back of the server's last restore, or when it ended.</summary>
    public async Task<Undoable> UndoableAsync(ServerId server, CancellationToken cancellationToken)
    {
        await _snapshots.SyncAsync(cancellationToken);
        var kept = _store.WaysBack(server).Where(one => IsOfDoneRestore(one.Id)).ToList();
        var now = _time.GetUtcNow();
        return kept.Find(one => one.UndoUntil > now) is { UndoUntil: { } until } snapshot
            ? new Undoable.Yes(snapshot, until)
            : new Undoable.No(kept.Max(one => one.UndoUntil));
    }

    /// <summary>
    /// Whether the restore that a safety snapshot was made for was carried through: one that was swapped back or cut off left the world as it
    /// was, and going back to that moment would only lose play. Where the operation is not known, the catalog was rebuilt.
    /// </summary>
    private bool IsOfDoneRestore(SnapshotId safety) =>
        _queue.Find(new OperationId(safety.Value)) is not { } row
        || (row.State == (int)OperationState.Ended && RestoreOutcomes.Read(row.Outcome) is RestoreOutcome.Restored);
}

/// <summary>Whether a restore can be undone: a closed family.</summary>
public abstract record Undoable
{
    private Undoable()
    {
    }

    /// <summary>The world from just before the last restore is kept as this snapshot, until then.</summary>
    public sealed record Yes(SnapshotInfo Snapshot, DateTimeOffset Until) : Undoable;

    /// <summary>Nothing to undo; the last way back ended then, or there was none.</summary>
    public sealed record No(DateTimeOffset? EndedAt) : Undoable;
}
