using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Catalog;

/// <summary>
/// What of the catalog can't be found again in the repository's snapshots, as one document: servers, schedules, settings, roles, where panels
/// hang, what the guard knows. Table by table and by column names, so that a document of another version gives what both have.
/// </summary>
internal sealed class CatalogTables(CatalogStore catalog)
{
    /// <summary>What is history, or made again by looking.</summary>
    private static readonly string[] LeftOut = ["operations", "snapshots", "incidents", "samples", "deleted", "play", "audit", "confirms", "__"];

    /// <summary>Where only some rows are worth keeping.</summary>
    private static readonly Dictionary<string, string> Some = new(StringComparer.Ordinal)
    {
        ["posted"] = "WHERE \"Subject\" LIKE 'panel:%'",
        ["marks"] = "WHERE \"Key\" LIKE 'good:%' OR \"Key\" = 'copy'",
    };

    /// <summary>The document; the same bytes while nothing changes.</summary>
    public byte[] Write()
    {
        using var connection = catalog.Connect();
        var tables = new JsonObject();
        foreach (var table in Tables(connection))
            tables[table] = Rows(connection, table);
        var document = new JsonObject { ["schema"] = 1, ["tables"] = tables };
        return JsonSerializer.SerializeToUtf8Bytes(document, new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>Puts in what is missing here; rows that are here stay as they are. Schedules come paused, until a person has looked at them.</summary>
    /// <returns>Rows put in, by table.</returns>
    public IReadOnlyDictionary<string, int> Read(ReadOnlySpan<byte> json)
    {
        if (JsonNode.Parse(json)?["tables"] is not JsonObject tables)
            return new Dictionary<string, int>(StringComparer.Ordinal);
        using var connection = catalog.Connect();
        using var transaction = connection.BeginTransaction();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var table in Tables(connection))
        {
            if (tables[table] is not JsonArray rows)
                continue;
            var columns = Columns(connection, table);
            counts[table] = rows.OfType<JsonObject>().Sum(row => Insert(connection, table, columns, row));
        }

        transaction.Commit();
        return counts;
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"name\" FROM \"sqlite_master\" WHERE \"type\" = 'table' AND \"name\" NOT LIKE 'sqlite_%' ORDER BY \"name\"";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return [.. names.Where(name => !LeftOut.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))];
    }

    private static HashSet<string> Columns(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"name\" FROM pragma_table_info(@0)";
        command.Parameters.AddWithValue("@0", table);
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static JsonArray Rows(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();

        // The name comes from the catalog's own list of tables.
        command.CommandText = $"SELECT * FROM \"{table}\" {Some.GetValueOrDefault(table, "")} ORDER BY 1, 2";
        using var reader = command.ExecuteReader();
        var rows = new JsonArray();
        while (reader.Read())
        {
            var row = new JsonObject();
            for (var i = 0; i < reader.FieldCount; i++)
            {
                row[reader.GetName(i)] = reader.GetValue(i) switch
                {
                    DBNull => null,
                    long number => JsonValue.Create(number),
                    double number => JsonValue.Create(number),
                    byte[] bytes => JsonValue.Create(Convert.ToBase64String(bytes)),
                    var text => JsonValue.Create(Convert.ToString(text, CultureInfo.InvariantCulture)),
                };
            }

            rows.Add((JsonNode)row);
        }

        return rows;
    }

    private static int Insert(SqliteConnection connection, string table, HashSet<string> columns, JsonObject row)
    {
        var known = row.Where(pair => columns.Contains(pair.Key)).ToList();
        if (known.Count == 0)
            return 0;
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT OR IGNORE INTO \"{table}\" ({string.Join(", ", known.Select(pair => $"\"{pair.Key}\""))}) "
            + $"VALUES ({string.Join(", ", known.Select((_, i) => "@" + i.ToString(CultureInfo.InvariantCulture)))})";
        for (var i = 0; i < known.Count; i++)
            command.Parameters.AddWithValue("@" + i.ToString(CultureInfo.InvariantCulture), Value(table, known[i].Key, known[i].Value));
        return command.ExecuteNonQuery();
    }

    private static object Value(string table, string column, JsonNode? value)
    {
        const long cameBack = 3;
        if (table == "schedules" && column == "Paused" && value?.GetValue<long>() == 0)
            return cameBack;
        return value is not JsonValue one ? DBNull.Value
            : one.TryGetValue(out long number) ? number
            : one.TryGetValue(out double real) ? real
            : one.ToString();
    }
}
