using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Forgetting;

/// <summary>How forgetting ended.</summary>
public abstract record ForgetOutcome
{
    private ForgetOutcome()
    {
    }

    /// <summary>The snapshot files are gone; their data stays until a prune. Ids that were not there any more are left out.</summary>
    public sealed record Forgotten(IReadOnlyList<SnapshotFileId> Removed) : ForgetOutcome;

    /// <summary>Some of them are locked. None was forgotten.</summary>
    public sealed record Locked(IReadOnlyList<StoredSnapshot> Snapshots) : ForgetOutcome;
}

/// <summary>Removes snapshot files; a locked one never.</summary>
public static class SnapshotForgetter
{
    /// <summary>Forgets snapshots, all or, when one of them is locked, none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="held">A lock on it; restic takes an exclusive one to forget.</param>
    /// <param name="ids">What to forget.</param>
    /// <param name="cancellationToken">Ends it between two snapshots.</param>
    public static async Task<ForgetOutcome> ForgetAsync(
        OpenRepository repository, RepositoryLock held, IReadOnlyCollection<SnapshotFileId> ids, CancellationToken cancellationToken)
    {
        // Tags are looked at now, not when the plan was made. Locking changes the id, so what is looked at here is what is removed.
        var files = new SnapshotFiles(repository);
        var locked = new List<StoredSnapshot>();
        var present = new List<SnapshotFileId>();
        foreach (var id in ids.Distinct())
        {
            try
            {
                var snapshot = new StoredSnapshot(id, await files.LoadAsync(id, cancellationToken));
                present.Add(id);
                if (RetentionSnapshot.From(snapshot).IsLocked)
                {
                    locked.Add(snapshot);
                }
            }
            catch (BackendException e) when (e.Failure == BackendFailure.NotFound)
            {
                // Gone already.
            }
        }

        if (locked.Count > 0)
        {
            return new ForgetOutcome.Locked(locked);
        }

        foreach (var id in present)
        {
            held.ThrowIfLost();
            await files.DeleteAsync(id, cancellationToken);
        }

        return new ForgetOutcome.Forgotten(present);
    }
}
