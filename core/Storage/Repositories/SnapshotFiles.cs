using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Repositories;

/// <summary>A snapshot file with its id.</summary>
public sealed record StoredSnapshot(SnapshotFileId Id, SnapshotFile File);

/// <summary>The snapshot files of a repository. Their appearing is a snapshot's commit, their going its end. Safe for use from several threads.</summary>
public sealed class SnapshotFiles(OpenRepository repository)
{
    /// <summary>The ids of all snapshot files, read from their names alone.</summary>
    public async Task<IReadOnlyList<SnapshotFileId>> ListAsync(CancellationToken cancellationToken)
    {
        List<SnapshotFileId> ids = [];
        await foreach (var file in repository.Backend.ListAsync(FileKind.Snapshot, cancellationToken))
        {
            ids.Add(new SnapshotFileId(file.Id));
        }

        return ids;
    }

    public Task<SnapshotFile> LoadAsync(SnapshotFileId id, CancellationToken cancellationToken) =>
        repository.Files.LoadJsonAsync(new RepositoryFile(FileKind.Snapshot, id.Value), FormatJson.Default.SnapshotFile, cancellationToken);

    /// <summary>A snapshot file's plain content, to be kept elsewhere for a while.</summary>
    public static string ToJson(SnapshotFile snapshot) => System.Text.Json.JsonSerializer.Serialize(snapshot, FormatJson.Default.SnapshotFile);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static SnapshotFile FromJson(string json) =>
        System.Text.Json.JsonSerializer.Deserialize(json, FormatJson.Default.SnapshotFile) ?? throw new RepositoryDamagedException("A snapshot file that was kept is empty.");

    /// <summary>Reads all snapshot files, oldest first. One that vanishes meanwhile is left out; a damaged one is an error.</summary>
    public Task<IReadOnlyList<StoredSnapshot>> LoadAllAsync(CancellationToken cancellationToken) =>
        LoadWholeAsync((_, damage) => throw damage, cancellationToken);

    /// <summary>Reads all snapshot files that can be read, oldest first. One that vanishes meanwhile is left out.</summary>
    /// <param name="damaged">Told of each that is damaged.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<StoredSnapshot>> LoadWholeAsync(
        Action<SnapshotFileId, RepositoryDamagedException> damaged, CancellationToken cancellationToken)
    {
        List<StoredSnapshot> snapshots = [];
        foreach (var id in await ListAsync(cancellationToken))
        {
            try
            {
                snapshots.Add(new StoredSnapshot(id, await LoadAsync(id, cancellationToken)));
            }
            catch (BackendException e) when (e.Failure == BackendFailure.NotFound)
            {
                // Another program forgot it between our listing and our reading.
            }
            catch (RepositoryDamagedException e)
            {
                damaged(id, e);
            }
        }

        snapshots.Sort((a, b) => a.File.Time != b.File.Time ? a.File.Time.CompareTo(b.File.Time) : a.Id.Value.CompareTo(b.Id.Value));
        return snapshots;
    }

    /// <summary>Writes a snapshot file: the commit. Durable when this returns.</summary>
    public async Task<SnapshotFileId> SaveAsync(SnapshotFile snapshot, CancellationToken cancellationToken) =>
        new(await repository.Files.SaveJsonAsync(FileKind.Snapshot, snapshot, FormatJson.Default.SnapshotFile, cancellationToken));

    /// <summary>
    /// Replaces a snapshot file by one that differs in what may change: the new one is durable before the old one goes, so a kill between
    /// leaves both, never none.
    /// </summary>
    public async Task<SnapshotFileId> ReplaceAsync(StoredSnapshot old, SnapshotFile changed, CancellationToken cancellationToken)
    {
        var id = await SaveAsync(changed with { Original = old.File.Original ?? old.Id.ToString() }, cancellationToken);
        if (id != old.Id)
        {
            await DeleteAsync(old.Id, cancellationToken);
        }

        return id;
    }

    public Task DeleteAsync(SnapshotFileId id, CancellationToken cancellationToken) =>
        repository.Backend.DeleteAsync(new RepositoryFile(FileKind.Snapshot, id.Value), cancellationToken);
}
