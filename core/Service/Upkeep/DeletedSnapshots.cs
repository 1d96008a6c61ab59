using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Keeps the files of snapshots deleted a moment ago, so that a slip of the finger can be taken back.</summary>
internal sealed class DeletedSnapshots(CatalogStore catalog, TimeProvider time)
{
    /// <summary>For so long a deletion can be taken back, and no prune runs.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromMinutes(15);

    /// <summary>Keeps a snapshot's file before it is deleted.</summary>
    /// <returns>Until when it can be put back.</returns>
    public async Task<DateTimeOffset> KeepAsync(RepositorySession session, SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        var file = await session.Files.LoadAsync(new SnapshotFileId(ObjectId.Parse(snapshot.ResticId)), cancellationToken);
        var text = SnapshotFiles.ToJson(file);
        var (now, until) = (time.GetUtcNow(), time.GetUtcNow() + UndoTime);
        await catalog.WriteAsync(
            context =>
            {
                var old = now.UtcTicks - TimeSpan.TicksPerDay;
                context.Deleted.RemoveRange(context.Deleted.Where(row => row.Until < old && row.Id != snapshot.Id.Value));
                var row = context.Deleted.FirstOrDefault(row => row.Id == snapshot.Id.Value);
                if (row is null)
                    context.Deleted.Add(row = new DeletedRow { Id = snapshot.Id.Value, ServerId = "", Name = "", File = "" });
                (row.ServerId, row.Name, row.File) = (snapshot.ServerId.Value, snapshot.Name, text);
                (row.DeletedAt, row.Until) = (now.UtcTicks, until.UtcTicks);
            },
            cancellationToken);
        return until;
    }

    /// <summary>The file of a deleted snapshot, or null when it is not known any more.</summary>
    public SnapshotFile? Find(SnapshotId id) =>
        catalog.Read(UpkeepRows.Deleted, "WHERE \"Id\" = @0", id.Value) is [var row] ? SnapshotFiles.FromJson(row.File) : null;

    /// <summary>Ids of deleted snapshots that begin so or are called so, the latest first.</summary>
    public IReadOnlyList<SnapshotId> Match(string text) =>
        [.. catalog.Read(UpkeepRows.Deleted, "ORDER BY \"DeletedAt\" DESC")
            .Where(row => row.Name == text || row.Id.StartsWith(text, StringComparison.Ordinal) || text.EndsWith("/" + row.Name, StringComparison.Ordinal))
            .Select(row => new SnapshotId(row.Id))];

    public Task ForgetAsync(SnapshotId id, CancellationToken cancellationToken) =>
        catalog.WriteAsync(context => context.Deleted.RemoveRange(context.Deleted.Where(row => row.Id == id.Value)), cancellationToken);
}

/// <summary>Puts a deleted snapshot back while all its data is there.</summary>
internal sealed class UndeleteSnapshotHandler(DeletedSnapshots deleted, RepositoryAccess access, SnapshotView view, SnapshotStore store)
    : Operations.IOperationHandler<UndeleteSnapshot, UndeleteSnapshotOutcome>
{
    public async Task<UndeleteSnapshotOutcome> HandleAsync(UndeleteSnapshot request, Operations.OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        if (store.Find(request.Snapshot) is { } there)
            return new UndeleteSnapshotOutcome.Restored(there);
        if (deleted.Find(request.Snapshot) is not { } file || !await IsWholeAsync(session, file.TreeId, cancellationToken))
            return new UndeleteSnapshotOutcome.TooLate(request.Snapshot);
        session.ThrowIfLost();
        await session.Files.SaveAsync(file, cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        await deleted.ForgetAsync(request.Snapshot, cancellationToken);
        return new UndeleteSnapshotOutcome.Restored(store.Get(request.Snapshot));
    }

    /// <summary>All of it: a prune that was cut off may have left its root and taken its files.</summary>
    private static async Task<bool> IsWholeAsync(RepositorySession session, TreeId root, CancellationToken cancellationToken)
    {
        try
        {
            return await WholeTree.IsThereAsync(await session.BlobsAsync(cancellationToken), root, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            return false;
        }
    }
}

/// <summary>Finds snapshots that were deleted a moment ago.</summary>
public sealed class DeletedReads
{
    private readonly DeletedSnapshots _deleted;

    internal DeletedReads(DeletedSnapshots deleted) => _deleted = deleted;

    /// <summary>The snapshot people mean by an id, its beginning, its name or <c>server/name</c>; the one deleted last when several are.</summary>
    public SnapshotId? Find(string text) => text.Length > 0 && _deleted.Match(text) is [var first, ..] ? first : null;
}
