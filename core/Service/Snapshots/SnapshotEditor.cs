using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Changes a snapshot's tags: a new file, durable, then the old one goes. Killed between, both are there and the later counts.</summary>
/// <remarks>One at a time: two that begin with the same file would each take the other's for the old one.</remarks>
internal sealed class SnapshotEditor(RepositoryAccess access, SnapshotView view, SnapshotStore store) : IDisposable
{
    private readonly SemaphoreSlim _editing = new(1, 1);

    /// <summary>Applies a change to what the repository holds now. Null when the change changes nothing.</summary>
    public async Task<SnapshotInfo?> ChangeAsync(SnapshotId id, Func<SnapshotTags, SnapshotTags> change, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        using var turn = await TakeTurnAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        var (current, tags) = await LoadAsync(session, id, cancellationToken);
        var changed = change(tags);
        if (changed == tags)
            return null;

        // What a crash left beside it, by now and not later: others read the repository meanwhile, and find the new file.
        var twins = store.Files(id).Where(file => file != current.Id.ToString()).ToList();
        session.ThrowIfLost();
        var made = await session.Files.ReplaceAsync(current, current.File with { Tags = (changed with { Revision = tags.Revision + 1 }).Write() }, cancellationToken);
        foreach (var twin in twins.Where(twin => twin != made.ToString()))
            await session.Files.DeleteAsync(new SnapshotFileId(ObjectId.Parse(twin)), cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        return store.Get(id);
    }

    /// <summary>Waits until nobody else changes a snapshot, and keeps it so until the turn is disposed.</summary>
    public async Task<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _editing.WaitAsync(cancellationToken);
        return new Turn(this);
    }

    public void Dispose() => _editing.Dispose();

    private async Task<(StoredSnapshot Snapshot, SnapshotTags Tags)> LoadAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        var fileId = new SnapshotFileId(ObjectId.Parse(store.Get(id).ResticId));
        var file = await session.Files.LoadAsync(fileId, cancellationToken);
        return (new StoredSnapshot(fileId, file), SnapshotTags.Read(file) ?? throw new SnapshotGoneException(id));
    }

    private async Task DeleteAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        session.ThrowIfLost();

        // Twins first: killed half-way, what is left must be the snapshot as it is, not as it once was.
        var shown = store.Get(id).ResticId;
        foreach (var file in store.Files(id).OrderBy(file => file == shown))
            await session.Files.DeleteAsync(new SnapshotFileId(ObjectId.Parse(file)), cancellationToken);
        await view.SyncAsync(session, cancellationToken);
    }

    /// <summary>What may be deleted is looked up with the turn in hand: a lock that was set while waiting for it counts.</summary>
    public sealed class Turn(SnapshotEditor editor) : IDisposable
    {
        /// <summary>Deletes a snapshot's file and what older twins a crash left.</summary>
        public Task DeleteAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken) =>
            editor.DeleteAsync(session, id, cancellationToken);

        public void Dispose() => editor._editing.Release();
    }
}
