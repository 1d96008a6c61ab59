using System.Globalization;
using Microsoft.Data.Sqlite;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>
/// The names of all snapshots in memory, for whoever is typing: a key that is pressed costs neither a listing of the repository nor a walk
/// through the catalog. What the catalog gained is taken over at the next question; what others removed from the repository is suggested until
/// the view notices, and is refused in words when it is chosen.
/// </summary>
public sealed class SnapshotNames : IDisposable
{
    private readonly CatalogStore _catalog;
    private readonly Lock _gate = new();
    private Dictionary<string, List<SnapshotName>> _byServer = new(StringComparer.Ordinal);
    private CatalogWatch? _watch;
    private long _rows;
    private long _last;
    private string? _lastFile;

    internal SnapshotNames(CatalogStore catalog) => _catalog = catalog;

    /// <summary>The newest snapshots of some servers whose name holds the text, or whose id begins with it; newest first.</summary>
    /// <param name="servers">Whose snapshots. Several are merged.</param>
    /// <param name="text">What was typed; empty fits all. For one of several servers also <c>server/name</c>.</param>
    /// <param name="limit">At most this many.</param>
    public IReadOnlyList<SnapshotName> Find(IReadOnlyCollection<(ServerId Id, string Name)> servers, string text, int limit)
    {
        lock (_gate)
        {
            Refresh();
            var found = new List<SnapshotName>();
            foreach (var (id, server) in servers)
            {
                if (!_byServer.TryGetValue(id.Value, out var names))
                    continue;
                var whole = text.StartsWith(server + "/", StringComparison.OrdinalIgnoreCase) ? text[(server.Length + 1)..] : null;
                var whichever = whole is null && server.StartsWith(text, StringComparison.OrdinalIgnoreCase);
                var taken = 0;
                for (var i = names.Count - 1; i >= 0 && taken < limit; i--)
                {
                    if (whichever || Fits(names[i], text, whole))
                    {
                        found.Add(names[i]);
                        taken++;
                    }
                }
            }

            return [.. found.OrderByDescending(name => name.CreatedAt).Take(limit)];
        }
    }

    /// <summary>How many there are of each server.</summary>
    public int Count(ServerId server)
    {
        lock (_gate)
        {
            Refresh();
            return _byServer.TryGetValue(server.Value, out var names) ? names.Count : 0;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _watch?.Dispose();
            _watch = null;
        }
    }

    private static bool Fits(SnapshotName name, string text, string? whole) =>
        name.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || name.Id.Value.StartsWith(text, StringComparison.Ordinal)
        || (whole is not null && name.Name.StartsWith(whole, StringComparison.OrdinalIgnoreCase));

    private void Refresh()
    {
        _watch ??= _catalog.Watch();

        // The first look at a new watch says yes, so nothing that was committed before it is missed.
        if (!_watch.HasChanged())
            return;
        using var connection = _catalog.Connect();
        using var transaction = connection.BeginTransaction(deferred: true);
        var (rows, last, file) = State(connection);
        if ((rows, last, file) == (_rows, _last, _lastFile))
            return;

        // A row is written once and never changed but for being hidden behind a newer twin: new rows and their number say all there is to know.
        if (_lastFile is null || last <= _last || FileOf(connection, _last) != _lastFile || TakeOver(connection) != rows)
            _byServer = Load(connection);
        (_rows, _last, _lastFile) = (rows, last, file);
    }

    private static (long Rows, long Last, string? File) State(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT COUNT(*) FROM \"snapshots\"), rowid, \"ResticId\" FROM \"snapshots\" ORDER BY rowid DESC LIMIT 1";
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1), row.GetString(2)) : (0, 0, null);
    }

    private static string? FileOf(SqliteConnection connection, long rowId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"ResticId\" FROM \"snapshots\" WHERE rowid = @0";
        command.Parameters.AddWithValue("@0", rowId);
        return command.ExecuteScalar() as string;
    }

    /// <summary>Takes over the rows that came; returns how many rows there must be if none went but those they replace.</summary>
    private long TakeOver(SqliteConnection connection)
    {
        var expected = _rows;
        foreach (var (name, server, isHidden) in Read(connection, "WHERE rowid > @0 ORDER BY rowid", _last))
        {
            expected++;
            if (name is null || isHidden)
                continue;
            if (!_byServer.TryGetValue(server, out var names))
                _byServer[server] = names = [];
            if (names.FindLastIndex(each => each.Id == name.Id) is >= 0 and var old)
            {
                expected--;
                names[old] = name;
                continue;
            }

            var at = names.Count;
            while (at > 0 && names[at - 1].CreatedAt > name.CreatedAt)
                at--;
            names.Insert(at, name);
        }

        return expected;
    }

    private static Dictionary<string, List<SnapshotName>> Load(SqliteConnection connection)
    {
        var all = new Dictionary<string, List<SnapshotName>>(StringComparer.Ordinal);
        foreach (var (name, server, _) in Read(connection, "WHERE NOT \"Hidden\" ORDER BY \"CreatedAt\"", 0))
        {
            if (name is null)
                continue;
            if (!all.TryGetValue(server, out var names))
                all[server] = names = [];

            // One text for all of a server's, not one each.
            names.Add(names.Count > 0 ? name with { Server = names[0].Server } : name);
        }

        return all;
    }

    private static IEnumerable<(SnapshotName? Name, string Server, bool IsHidden)> Read(SqliteConnection connection, string tail, long after)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"SELECT \"Id\", \"ServerId\", \"Name\", \"Locked\", \"CreatedAt\", \"Hidden\" FROM \"snapshots\" {tail}");
        command.Parameters.AddWithValue("@0", after);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var server = row.GetString(1);
            var name = row.IsDBNull(0) ? null : new SnapshotName(
                new SnapshotId(row.GetString(0)), new ServerId(server), row.GetString(2), row.GetBoolean(3), new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero));
            yield return (name, server, row.GetBoolean(5));
        }
    }
}

/// <summary>A snapshot as somebody who types finds it.</summary>
public sealed record SnapshotName(SnapshotId Id, ServerId Server, string Name, bool Locked, DateTimeOffset CreatedAt);
