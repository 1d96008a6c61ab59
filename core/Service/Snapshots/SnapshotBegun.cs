using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>A snapshot is being made. Once its file is in the repository it is kept, and the operation was done, whatever broke after that.</summary>
/// <param name="Snapshot">The id it is to have.</param>
internal sealed record SnapshotBegun(string Snapshot) : Fact
{
    public override bool Decides => true;

    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task<string?> OutcomeAsync(FactContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Services.GetRequiredService<SnapshotsMade>().FindAsync(new SnapshotId(Snapshot), cancellationToken) is { } made
                ? JsonSerializer.Serialize(new CreateSnapshotOutcome.Created(made), SnapshotsJson.Default.CreateSnapshotOutcome)
                : null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // While the repository can't be read nobody can tell: then it counts as interrupted, which says that a snapshot already made is kept.
            return null;
        }
    }
}

/// <summary>Finds out whether an operation made its snapshot, also before the view knows it.</summary>
internal sealed class SnapshotsMade(RepositoryAccess access, SnapshotView view, SnapshotStore store)
{
    public async Task<SnapshotInfo?> FindAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        if (view.IsCurrent(await access.ListNamesAsync(cancellationToken)))
            return store.Find(id);
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        return store.Find(id);
    }
}
