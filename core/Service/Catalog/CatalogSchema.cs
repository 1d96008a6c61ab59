using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SnapshotBot.Service.Catalog;

/// <summary>Brings a catalog to this program's form. Asking SQLite for one number is all it costs when there is nothing to do.</summary>
internal static class CatalogSchema
{
    /// <summary>Counts the migrations; kept in the file as <c>user_version</c>. A new migration adds one.</summary>
    public const int Version = 1;

    /// <summary>Migrates when the number differs.</summary>
    /// <exception cref="CatalogTooNewException">A later version of this program wrote it.</exception>
    public static void BringUpToDate(string connectionString, DbContextOptions<CatalogContext> options)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        var version = Convert.ToInt32(Run(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version == Version)
            return;
        if (version > Version)
            throw new CatalogTooNewException(connection.DataSource, version, Version);

        Run(connection, "PRAGMA journal_mode = WAL");
        using var context = new CatalogContext(options);
        context.Database.Migrate();
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
    }

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}

/// <summary>The catalog was written by a later version of this program; it was not touched.</summary>
public sealed class CatalogTooNewException(string path, int found, int known)
    : Exception($"The catalog {path} has version {found}, this program knows up to {known}. Nothing was changed.")
{
    public int Found { get; } = found;

    public int Known { get; } = known;
}
