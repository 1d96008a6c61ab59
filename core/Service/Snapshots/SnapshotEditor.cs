using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Changes a snapshot's tags: a new file, durable, then the old one goes. Killed between, both are there and the later counts.</summary>
internal sealed class SnapshotEditor(RepositoryAccess access, SnapshotView view, SnapshotStore store)
{
    /// <summary>Applies a change to what the repository holds now. Null when the change changes nothing.</summary>
    public async Task<SnapshotInfo?> ChangeAsync(SnapshotId id, Func<SnapshotTags, SnapshotTags> change, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        var (current, tags) = await LoadAsync(session, id, cancellationToken);
        var changed = change(tags);
        if (changed == tags)
            return null;
        session.ThrowIfLost();
        await session.Files.ReplaceAsync(current, current.File with { Tags = (changed with { Revision = tags.Revision + 1 }).Write() }, cancellationToken);
        await RemoveTwinsAsync(session, id, current.Id, cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        return store.Get(id);
    }

    /// <summary>Deletes a snapshot's file and what older twins a crash left.</summary>
    public async Task DeleteAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        session.ThrowIfLost();

        // Twins first: killed half-way, what is left must be the snapshot as it is, not as it once was.
        var shown = store.Get(id).ResticId;
        foreach (var file in store.Files(id).OrderBy(file => file == shown))
            await session.Files.DeleteAsync(new SnapshotFileId(ObjectId.Parse(file)), cancellationToken);
        await view.SyncAsync(session, cancellationToken);
    }

    private async Task<(StoredSnapshot Snapshot, SnapshotTags Tags)> LoadAsync(RepositorySession session, SnapshotId id, CancellationToken cancellationToken)
    {
        var fileId = new SnapshotFileId(ObjectId.Parse(store.Get(id).ResticId));
        var file = await session.Files.LoadAsync(fileId, cancellationToken);
        return (new StoredSnapshot(fileId, file), SnapshotTags.Read(file) ?? throw new SnapshotGoneException(id));
    }

    private async Task RemoveTwinsAsync(RepositorySession session, SnapshotId id, SnapshotFileId replaced, CancellationToken cancellationToken)
    {
        foreach (var twin in store.Files(id).Where(file => file != replaced.ToString()))
            await session.Files.DeleteAsync(new SnapshotFileId(ObjectId.Parse(twin)), cancellationToken);
    }
}
