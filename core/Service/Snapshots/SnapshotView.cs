using System.Text.Json;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Snapshots;

/// <summary>
/// The catalog's table of the snapshots: a view of the repository's snapshot files, brought up to date by listing their names, reading only
/// those not known and dropping those gone. Nothing else writes it.
/// </summary>
internal sealed class SnapshotView(CatalogStore catalog)
{
    private const int ChunkLength = 500;

    private static readonly RowReader<string> FileIds = new("snapshots", ["ResticId"], row => row.GetString(0));

    /// <summary>Whether the names in the repository are exactly those the view knows.</summary>
    public bool IsCurrent(IReadOnlySet<string> names)
    {
        return names.SetEquals(catalog.Read(FileIds, ""));
    }

    /// <summary>Brings the view up to date. Two at once do no harm.</summary>
    public async Task SyncAsync(RepositorySession session, CancellationToken cancellationToken)
    {
        // What is known is read first: a row that another process writes between the two belongs to a file the list has.
        var known = catalog.Read(FileIds, "").ToHashSet(StringComparer.Ordinal);
        var there = (await session.Files.ListAsync(cancellationToken)).ToDictionary(id => id.ToString(), StringComparer.Ordinal);
        var gone = known.Where(name => !there.ContainsKey(name)).ToList();
        var byTree = new Dictionary<string, Facts>(StringComparer.Ordinal);

        var read = new List<SnapshotRow>();
        foreach (var (name, id) in there.Where(pair => !known.Contains(pair.Key)))
        {
            if (await ReadAsync(session, name, id, byTree, cancellationToken) is { } row)
                read.Add(row);
        }

        if (gone.Count > 0 || read.Count > 0)
            await catalog.WriteAsync(context => Apply(context, gone, read), cancellationToken);
    }

    /// <summary>Forgets all that is known, so that the next synchronisation reads everything.</summary>
    public Task EmptyAsync(CancellationToken cancellationToken) =>
        catalog.WriteAsync(context => context.Snapshots.RemoveRange(context.Snapshots), cancellationToken);

    /// <summary>Touches only what came, what went and their twins, so that a snapshot costs the same after ten years as on the first day.</summary>
    private static void Apply(CatalogContext context, List<string> gone, List<SnapshotRow> read)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var names in gone.Chunk(ChunkLength).Select(chunk => chunk.ToList()))
        {
            var rows = context.Snapshots.Where(row => names.Contains(row.ResticId)).ToList();
            touched.UnionWith(rows.Select(row => row.Id).OfType<string>());
            context.Snapshots.RemoveRange(rows);
        }

        foreach (var chunk in read.Chunk(ChunkLength))
        {
            var names = chunk.Select(row => row.ResticId).ToList();
            var there = context.Snapshots.Where(row => names.Contains(row.ResticId)).Select(row => row.ResticId).ToHashSet(StringComparer.Ordinal);
            foreach (var row in chunk.Where(row => there.Add(row.ResticId)))
            {
                context.Snapshots.Add(row);
                if (row.Id is { } id)
                    touched.Add(id);
            }
        }

        context.Save();
        foreach (var ids in touched.Chunk(ChunkLength).Select(chunk => chunk.ToList()))
            HideTwins(context.Snapshots.Where(row => row.Id != null && ids.Contains(row.Id)).ToList());
    }

    /// <summary>A change cut off between writing the new file and deleting the old leaves twins, and so does an operation that is run again
    /// after its runner died: the later is the snapshot.</summary>
    private static void HideTwins(List<SnapshotRow> rows)
    {
        foreach (var twins in rows.GroupBy(row => row.Id, StringComparer.Ordinal))
        {
            var shown = twins.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Revision).ThenByDescending(row => row.ResticId, StringComparer.Ordinal).First();
            foreach (var twin in twins)
                twin.Hidden = !ReferenceEquals(twin, shown);
        }
    }

    private async Task<SnapshotRow?> ReadAsync(
        RepositorySession session, string name, SnapshotFileId id, Dictionary<string, Facts> byTree, CancellationToken cancellationToken)
    {
        SnapshotFile file;
        try
        {
            file = await session.Files.LoadAsync(id, cancellationToken);
        }
        catch (BackendException error) when (error.Failure == BackendFailure.NotFound)
        {
            return null;
        }
        catch (RepositoryDamagedException)
        {
            // The check names it; a list must not end because one of many is broken. It is tried again next time.
            return null;
        }

        if (SnapshotTags.Read(file) is not { } tags)
            return Foreign(name, file);
        if (!byTree.TryGetValue(file.Tree, out var facts))
        {
            // A snapshot that was locked, renamed or noted is a new file with the same tree: nothing of the tree has to be read for it.
            facts = catalog.Read(Rows.Snapshots, "WHERE \"Tree\" = @0 AND \"Id\" IS NOT NULL LIMIT 1", file.Tree) is [var same] ? Facts.Of(same) : null;
            byTree[file.Tree] = facts ??= await FactsAsync(session, file, cancellationToken);
        }

        return Row(name, file, tags, facts);
    }

    private static async Task<Facts> FactsAsync(RepositorySession session, SnapshotFile file, CancellationToken cancellationToken)
    {
        try
        {
            var document = await SnapshotDocuments.ReadAsync(session, file.TreeId, cancellationToken);
            var freeze = document.FreezeMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds).Ticks : (long?)null;
            return new(
                document.Server.Name, document.CreatedBy, (int)document.Grade, freeze,
                JsonSerializer.Serialize([.. document.Warnings], SnapshotsJson.Default.SnapshotWarningArray), document.Players);
        }
        catch (RepositoryDamagedException error)
        {
            // It is still listed: what is intact of it still restores.
            SnapshotWarning[] warnings = [new("unreadable", ServerDocument.FileName, error.Message)];
            return new(
                file.Hostname ?? "", file.Username ?? "", (int)ConsistencyGrade.Live, null,
                JsonSerializer.Serialize(warnings, SnapshotsJson.Default.SnapshotWarningArray), null);
        }
    }

    private static SnapshotRow Row(string name, SnapshotFile file, SnapshotTags tags, Facts facts) => new()
    {
        ResticId = name,
        Id = tags.Id.Value,
        Tree = file.Tree,
        ServerId = file.Hostname ?? "",
        ServerName = facts.Server,
        Name = tags.Name,
        Note = tags.Note,
        Locked = tags.IsLocked,
        Reason = tags.Reason,
        CreatedBy = facts.CreatedBy,
        CreatedAt = file.Time.UtcTicks,
        Grade = facts.Grade,
        Freeze = facts.Freeze,
        Duration = file.Summary is { } timed ? (timed.End - timed.Start).Ticks : 0,
        FilesTotal = file.Summary?.TotalFiles ?? 0,
        FilesChanged = file.Summary is { } summary ? summary.FilesNew + summary.FilesChanged : 0,
        BytesProcessed = file.Summary?.TotalBytes ?? 0,
        BytesAdded = file.Summary?.DataAddedPacked ?? 0,
        Warnings = facts.Warnings,
        VerifiedAt = tags.VerifiedAt?.UtcTicks,
        UndoUntil = tags.UndoUntil?.UtcTicks,
        BootProvenAt = tags.BootProvenAt?.UtcTicks,
        BootTook = tags.BootTook?.Ticks,
        Players = facts.Players,
        Revision = tags.Revision,
    };

    /// <summary>Somebody else's snapshot: known, so that it is not read again, and never shown.</summary>
    private static SnapshotRow Foreign(string name, SnapshotFile file) => new()
    {
        ResticId = name,
        Tree = file.Tree,
        ServerId = "",
        ServerName = "",
        Name = "",
        Reason = "",
        CreatedBy = "",
        CreatedAt = file.Time.UtcTicks,
        Warnings = "[]",
        Hidden = true,
    };

    /// <summary>What is in <c>server.json</c>, and the same for every file with the same tree.</summary>
    private sealed record Facts(string Server, string CreatedBy, int Grade, long? Freeze, string Warnings, int? Players)
    {
        public static Facts Of(SnapshotRow row) => new(row.ServerName, row.CreatedBy, row.Grade, row.Freeze, row.Warnings, row.Players);
    }
}
