using System.Globalization;
using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Reads the view: rows as the snapshots people see.</summary>
internal sealed class SnapshotStore(CatalogStore catalog)
{
    private static readonly RowReader<(SnapshotId Id, DateTimeOffset DoneAt)> Times = new(
        "snapshots", ["Id", "CreatedAt", "Duration"], row => (new SnapshotId(row.GetString(0)), Utc(row.GetInt64(1) + row.GetInt64(2))));

    public SnapshotInfo? Find(SnapshotId id) => Infos("WHERE \"Id\" = @0 AND NOT \"Hidden\"", id.Value).FirstOrDefault();

    public SnapshotInfo Get(SnapshotId id) => Find(id) ?? throw new SnapshotGoneException(id);

    /// <summary>The root tree of a snapshot.</summary>
    public Storage.Format.TreeId Tree(SnapshotId id) =>
        catalog.Read(Rows.Snapshots, "WHERE \"Id\" = @0 AND NOT \"Hidden\"", id.Value) is [var row]
        && Storage.Format.ObjectId.TryParse(row.Tree, out var parsed)
            ? new(parsed)
            : throw new SnapshotGoneException(id);

    /// <summary>The newest snapshot of a server, or null.</summary>
    public SnapshotInfo? Newest(ServerId server) =>
        Infos("WHERE \"ServerId\" = @0 AND NOT \"Hidden\" ORDER BY \"CreatedAt\" DESC LIMIT 1", server.Value).FirstOrDefault();

    /// <summary>The server's safety snapshots that are or were a way back, newest first.</summary>
    public IReadOnlyList<SnapshotInfo> WaysBack(ServerId server) =>
        Infos("WHERE \"ServerId\" = @0 AND \"Reason\" = 'safety' AND \"UndoUntil\" IS NOT NULL AND NOT \"Hidden\" ORDER BY \"CreatedAt\" DESC", server.Value);

    /// <summary>The snapshot whose file this is now, or null.</summary>
    public SnapshotInfo? ByFile(string resticId) => Infos("WHERE \"ResticId\" = @0 AND NOT \"Hidden\"", resticId).FirstOrDefault();

    /// <summary>Every snapshot, and about when its making was over.</summary>
    public IReadOnlyList<(SnapshotId Id, DateTimeOffset DoneAt)> Made() => catalog.Read(Times, "WHERE NOT \"Hidden\" AND \"Id\" IS NOT NULL");

    /// <summary>All files of one snapshot: the one shown and older twins a crash left.</summary>
    public IReadOnlyList<string> Files(SnapshotId id) =>
        [.. catalog.Read(Rows.Snapshots, "WHERE \"Id\" = @0", id.Value).Select(row => row.ResticId)];

    /// <summary>Those whose id begins so; the text must be hexadecimal digits.</summary>
    public IReadOnlyList<SnapshotInfo> ByIdPrefix(string prefix, int limit) =>
        // A range and not LIKE, which can't use the index: 'g' comes after every digit.
        Infos("WHERE \"Id\" >= @0 AND \"Id\" < @0 || 'g' AND NOT \"Hidden\" ORDER BY \"CreatedAt\" DESC LIMIT @1", prefix, limit);

    public IReadOnlyList<SnapshotInfo> ByName(ServerId server, string name) =>
        Infos("WHERE \"ServerId\" = @0 AND \"Name\" = @1 AND NOT \"Hidden\" ORDER BY \"CreatedAt\" DESC", server.Value, name);

    /// <summary>The id of the server that had a name when its last snapshot was made: for servers that are gone.</summary>
    public ServerId? ServerOnceNamed(string name) =>
        catalog.Read(Rows.Snapshots, "WHERE \"ServerName\" = @0 AND NOT \"Hidden\" ORDER BY \"CreatedAt\" DESC LIMIT 1", name) is [var row]
            ? new ServerId(row.ServerId)
            : null;

    /// <summary>All of a server's, newest first.</summary>
    public IReadOnlyList<SnapshotInfo> All(ServerId server)
    {
        var all = new List<SnapshotInfo>();
        SnapshotPage page;
        SnapshotId? after = null;
        do
        {
            page = List(new SnapshotFilter { Server = server, Limit = 1000, After = after });
            all.AddRange(page.Snapshots);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>What people know a snapshot file by: <c>server/name</c>, or its short id where it is nobody's.</summary>
    public string NameOf(Storage.Format.SnapshotFileId file) =>
        ByFile(file.ToString()) is { } snapshot ? $"{snapshot.Server}/{snapshot.Name}" : file.Value.ToShortString();

    public SnapshotPage List(SnapshotFilter filter)
    {
        var where = new List<string> { "NOT \"Hidden\"" };
        var values = new List<object>();
        if (filter.Server is { } server)
            Add("\"ServerId\" = {0}", server.Value);
        if (filter.Servers is { } servers)
            Add($"\"ServerId\" IN ({string.Join(", ", servers.Select((_, i) => $"{{{i}}}"))})", [.. servers.Select(one => one.Value)]);
        if (filter.Name is { Length: > 0 } name)
            Add("\"Name\" LIKE {0} ESCAPE '\\'", Containing(name));
        if (filter.Note is { Length: > 0 } note)
            Add("\"Note\" LIKE {0} ESCAPE '\\'", Containing(note));
        if (filter.By is { } by)
            Add("\"CreatedBy\" = {0}", by);
        if (filter.Lock == LockFilter.LockedOnly)
            where.Add("\"Locked\"");
        if (filter.Since is { } since)
            Add("\"CreatedAt\" >= {0}", since.UtcTicks);
        if (filter.After is { } after && Find(after) is { } last)
            Add("(\"CreatedAt\", \"Id\") < ({0}, {1})", last.CreatedAt.UtcTicks, last.Id.Value);
        var limit = Math.Clamp(filter.Limit, 1, 1000);
        values.Add(limit + 1);
        var page = Infos(
            $"WHERE {string.Join(" AND ", where)} ORDER BY \"CreatedAt\" DESC, \"Id\" DESC LIMIT @{values.Count - 1}", values);
        var shown = page.Take(limit).ToList();
        return new(shown, page.Count > limit ? shown[^1].Id : null);

        void Add(string condition, params object[] parameters)
        {
            where.Add(string.Format(CultureInfo.InvariantCulture, condition, [.. parameters.Select((_, i) => (object)$"@{values.Count + i}")]));
            values.AddRange(parameters);
        }
    }

    // What people type is text and no pattern.
    private static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    private IReadOnlyList<SnapshotInfo> Infos(string tail, params IReadOnlyList<object> parameters)
    {
        var rows = catalog.Read(Rows.Snapshots, tail, parameters);
        if (rows.Count == 0)
            return [];
        var names = catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);
        return [.. rows.Select(row => Info(row, names))];
    }

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
        BootProvenAt = row.BootProvenAt is { } proven ? Utc(proven) : null,
        BootTook = row.BootTook is { } took ? TimeSpan.FromTicks(took) : null,
        Players = row.Players,
    };

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>The snapshot was deleted between the request and its turn.</summary>
public sealed class SnapshotGoneException(SnapshotId id) : Exception($"The snapshot {id} was deleted before its turn came. Nothing was changed.")
{
    public SnapshotId Id { get; } = id;
}
