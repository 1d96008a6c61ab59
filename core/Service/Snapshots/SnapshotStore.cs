using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Reads the view: rows as the snapshots people see.</summary>
internal sealed class SnapshotStore(CatalogStore catalog)
{
    public SnapshotInfo? Find(SnapshotId id)
    {
        using var context = catalog.Open();
        return context.Snapshots.FirstOrDefault(row => row.Id == id.Value && !row.Hidden) is { } row ? Info(row, Names(context)) : null;
    }

    public SnapshotInfo Get(SnapshotId id) => Find(id) ?? throw new SnapshotGoneException(id);

    /// <summary>The root tree of a snapshot.</summary>
    public Storage.Format.TreeId Tree(SnapshotId id)
    {
        using var context = catalog.Open();
        var tree = context.Snapshots.Where(row => row.Id == id.Value && !row.Hidden).Select(row => row.Tree).FirstOrDefault();
        return Storage.Format.ObjectId.TryParse(tree, out var parsed) ? new(parsed) : throw new SnapshotGoneException(id);
    }

    /// <summary>The newest snapshot of a server, or null.</summary>
    public SnapshotInfo? Newest(ServerId server)
    {
        using var context = catalog.Open();
        return context.Snapshots.Where(row => row.ServerId == server.Value && !row.Hidden).OrderByDescending(row => row.CreatedAt).FirstOrDefault() is { } row
            ? Info(row, Names(context))
            : null;
    }

    /// <summary>All files of one snapshot: the one shown and older twins a crash left.</summary>
    public IReadOnlyList<string> Files(SnapshotId id)
    {
        using var context = catalog.Open();
        return [.. context.Snapshots.Where(row => row.Id == id.Value).Select(row => row.ResticId)];
    }

    public IReadOnlyList<SnapshotInfo> ByIdPrefix(string prefix, int limit)
    {
        using var context = catalog.Open();
        var rows = context.Snapshots.Where(row => row.Id != null && row.Id.StartsWith(prefix) && !row.Hidden)
            .OrderByDescending(row => row.CreatedAt).Take(limit).ToList();
        var names = Names(context);
        return [.. rows.Select(row => Info(row, names))];
    }

    public IReadOnlyList<SnapshotInfo> ByName(ServerId server, string name)
    {
        using var context = catalog.Open();
        var rows = context.Snapshots.Where(row => row.ServerId == server.Value && row.Name == name && !row.Hidden)
            .OrderByDescending(row => row.CreatedAt).ToList();
        var names = Names(context);
        return [.. rows.Select(row => Info(row, names))];
    }

    /// <summary>The id of the server that had a name when its last snapshot was made: for servers that are gone.</summary>
    public ServerId? ServerOnceNamed(string name)
    {
        using var context = catalog.Open();
        var id = context.Snapshots.Where(row => row.ServerName == name && !row.Hidden).OrderByDescending(row => row.CreatedAt)
            .Select(row => row.ServerId).FirstOrDefault();
        return id is null ? null : new ServerId(id);
    }

    public SnapshotPage List(SnapshotFilter filter)
    {
        using var context = catalog.Open();
        var rows = context.Snapshots.Where(row => !row.Hidden);
        if (filter.Server is { } server)
            rows = rows.Where(row => row.ServerId == server.Value);
        if (filter.Lock == LockFilter.LockedOnly)
            rows = rows.Where(row => row.Locked);
        if (filter.Since is { } since)
            rows = rows.Where(row => row.CreatedAt >= since.UtcTicks);
        if (filter.After is { } after && context.Snapshots.FirstOrDefault(row => row.Id == after.Value && !row.Hidden) is { } last)
            rows = rows.Where(row => row.CreatedAt < last.CreatedAt || (row.CreatedAt == last.CreatedAt && string.Compare(row.Id, last.Id) < 0));
        var limit = Math.Clamp(filter.Limit, 1, 1000);
        var page = rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit + 1).ToList();
        var names = Names(context);
        var shown = page.Take(limit).Select(row => Info(row, names)).ToList();
        return new(shown, page.Count > limit ? shown[^1].Id : null);
    }

    private static Dictionary<string, string> Names(CatalogContext context) =>
        context.Servers.Select(row => new { row.Id, row.Name }).ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);

    private static SnapshotInfo Info(SnapshotRow row, Dictionary<string, string> names) => new()
    {
        Id = new SnapshotId(row.Id ?? ""),
        ResticId = row.ResticId,
        ServerId = new ServerId(row.ServerId),
        Server = names.GetValueOrDefault(row.ServerId) ?? row.ServerName,
        Name = row.Name,
        Locked = row.Locked,
        Note = row.Note,
        CreatedAt = Utc(row.CreatedAt),
        CreatedBy = row.CreatedBy,
        Reason = row.Reason,
        Grade = (ConsistencyGrade)row.Grade,
        Freeze = row.Freeze is { } freeze ? TimeSpan.FromTicks(freeze) : null,
        Duration = TimeSpan.FromTicks(row.Duration),
        FilesTotal = row.FilesTotal,
        FilesChanged = row.FilesChanged,
        BytesProcessed = row.BytesProcessed,
        BytesAdded = row.BytesAdded,
        Warnings = JsonSerializer.Deserialize(row.Warnings, SnapshotsJson.Default.SnapshotWarningArray) ?? [],
        VerifiedAt = row.VerifiedAt is { } verified ? Utc(verified) : null,
        UndoUntil = row.UndoUntil is { } undo ? Utc(undo) : null,
    };

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>The snapshot was deleted between the request and its turn.</summary>
public sealed class SnapshotGoneException(SnapshotId id) : Exception($"The snapshot {id} was deleted before its turn came. Nothing was changed.")
{
    public SnapshotId Id { get; } = id;
}
