using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Keeps what only the catalog knows in the repository too: a small snapshot of its own, host <c>snapshotbot</c>, tag
/// <c>snapshotbot-settings</c>, with <c>catalog.json</c> in it. restic shows and restores it like any other; lists of game snapshots don't.
/// </summary>
internal sealed class SettingsKeeper(
    RepositoryAccess access, CatalogTables tables, SnapshotStore store, Marks marks, TimeProvider time, ILogger<SettingsKeeper> log)
{
    public const string Host = "snapshotbot";
    public const string Tag = "snapshotbot-settings";

    private const string KeptTag = "kept=";
    private const string MarkKey = "settings";
    private const int Kept = 10;
    private static readonly byte[] FileName = "catalog.json"u8.ToArray();
    private static readonly TimeSpan Every = TimeSpan.FromHours(20);

    /// <summary>Whether a day has passed since it was last done.</summary>
    public bool IsDue => marks.WrittenAt(MarkKey) is not { } last || time.GetUtcNow() - last >= Every;

    /// <summary>With the first snapshot of a day. A snapshot that was made is not spoilt by settings that could not be kept.</summary>
    public async Task KeepIfDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (IsDue)
                await KeepAsync(cancellationToken);
        }
        catch (Exception error)
        {
            log.SettingsNotKept(error);
        }
    }

    /// <summary>Writes a new document when it says something new; older ones than the last ten go.</summary>
    public async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        var content = tables.Write();
        var hash = ObjectId.Hash(content).ToString();
        await using var session = await access.WriteAsync(cancellationToken);
        var there = await AllAsync(session, cancellationToken);
        var isNew = there.Count == 0 || marks.Read(MarkKey, GuardJson.Default.SettingsMark)?.Hash != hash;
        if (isNew)
        {
            await WriteAsync(session, content, cancellationToken);
            foreach (var old in there.Take(Math.Max(0, there.Count + 1 - Kept)))
                await session.Files.DeleteAsync(old.Id, cancellationToken);
        }

        await marks.WriteAsync(MarkKey, new SettingsMark(hash), GuardJson.Default.SettingsMark, cancellationToken);
        return isNew;
    }

    /// <summary>The newest readable document, and when it was written; null when there is none.</summary>
    public static async Task<(byte[] Json, DateTimeOffset At)?> ReadNewestAsync(RepositorySession session, CancellationToken cancellationToken)
    {
        foreach (var snapshot in (await AllAsync(session, cancellationToken)).Reverse())
        {
            try
            {
                var trees = await session.TreesAsync(cancellationToken);
                if (await trees.FindAsync(snapshot.File.TreeId, FileName, cancellationToken) is not { Content: { } blobs })
                    continue;
                var reader = await session.BlobsAsync(cancellationToken);
                using var json = new MemoryStream();
                foreach (var blob in blobs)
                    json.Write(await reader.ReadAsync(blob, BlobKind.Data, cancellationToken));
                return (json.ToArray(), KeptAt(snapshot.File));
            }
            catch (RepositoryDamagedException)
            {
                // An older one is better than none.
            }
        }

        return null;
    }

    /// <summary>All of them, oldest first.</summary>
    private static async Task<IReadOnlyList<StoredSnapshot>> AllAsync(RepositorySession session, CancellationToken cancellationToken)
    {
        var found = new List<StoredSnapshot>();
        foreach (var id in await session.Files.ListAsync(cancellationToken))
        {
            try
            {
                var file = await session.Files.LoadAsync(id, cancellationToken);
                if (file.Hostname == Host && file.AllTags.Contains(Tag, StringComparer.Ordinal))
                    found.Add(new StoredSnapshot(id, file));
            }
            catch (Exception error) when (error is RepositoryDamagedException or BackendException { Failure: BackendFailure.NotFound })
            {
                // The check names damage; what went meanwhile is nobody's.
            }
        }

        return [.. found.OrderBy(one => KeptAt(one.File))];
    }

    /// <summary>The file's own time is no measure: it lies before that of the newest game snapshot, so that restic's <c>latest</c> is a game.</summary>
    private static DateTimeOffset KeptAt(SnapshotFile file) =>
        file.AllTags.FirstOrDefault(tag => tag.StartsWith(KeptTag, StringComparison.Ordinal)) is { } tag
        && DateTimeOffset.TryParse(tag.AsSpan(KeptTag.Length), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : file.Time;

    private async Task WriteAsync(RepositorySession session, byte[] content, CancellationToken cancellationToken)
    {
        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(cancellationToken), AccountNames.Read());
        var now = time.GetUtcNow();
        var game = store.List(new SnapshotFilter { Limit = 1 }).Snapshots is [var newest] ? newest.CreatedAt.AddSeconds(-1) : now;
        await archive.PassAsync([new ArchiveItem.Content(FileName, content, UnixTime.From(now))], new PassOptions(), cancellationToken);
        var draft = new SnapshotFile
        {
            Time = game < now ? game : now,
            Tree = "",
            Paths = ["/"],
            Hostname = Host,
            Username = Environment.UserName,
            Tags = [Tag, KeptTag + now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)],
            ProgramVersion = "snapshotbot " + typeof(SettingsKeeper).Assembly.GetName().Version?.ToString(3),
        };
        session.ThrowIfLost();
        await archive.CommitAsync(draft, [], CancellationToken.None);
    }
}

/// <summary>What was kept last.</summary>
internal sealed record SettingsMark(string Hash);

/// <summary>Keeps the settings on request.</summary>
internal sealed class KeepSettingsHandler(SettingsKeeper keeper) : IOperationHandler<KeepSettings, KeepSettingsOutcome>
{
    public async Task<KeepSettingsOutcome> HandleAsync(KeepSettings request, OperationContext context, CancellationToken cancellationToken) =>
        new(await keeper.KeepAsync(cancellationToken));
}
