using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SnapshotBot.Service.Catalog;

/// <summary>Brings a catalog to this program's form. Where there is nothing to do it says how much SQLite may cache and asks for one number.</summary>
internal static class CatalogSchema
{
    /// <summary>Counts the migrations; kept in the file as <c>user_version</c>. A new migration adds one.</summary>
    public const int Version = 4;

    private const int LockTries = 1200;
    private static readonly TimeSpan LockPace = TimeSpan.FromMilliseconds(50);

    /// <summary>Migrates when the number differs.</summary>
    /// <exception cref="CatalogTooNewException">A later version of this program wrote it.</exception>
    public static void BringUpToDate(string connectionString, Func<CatalogContext> open, Func<FileStream?> tryLock)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();

        // All connections of the process together: each alone would keep 2 MB of pages, which the kernel's cache holds too.
        Run(connection, "PRAGMA soft_heap_limit = 8388608");
        if (IsUpToDate(connection))
            return;

        // Two first starts at once: one migrates, the other finds it done.
        using var held = Wait(tryLock);
        if (IsUpToDate(connection))
            return;
        Run(connection, "PRAGMA journal_mode = WAL");
        using var context = open();
        context.Database.Migrate();
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
    }

    private static bool IsUpToDate(SqliteConnection connection)
    {
        var version = Convert.ToInt32(Run(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        return version <= Version ? version == Version : throw new CatalogTooNewException(connection.DataSource, version, Version);
    }

    private static FileStream Wait(Func<FileStream?> tryLock)
    {
        for (var i = 0; i < LockTries; i++)
        {
            if (tryLock() is { } held)
                return held;
            // A lock of the kernel's that another process holds tells nobody when it is free; the catalog is opened synchronously.
            Thread.Sleep(LockPace);
        }

        throw new IOException("Another process has been bringing the catalog up to date for a minute. Nothing was changed; try again when it is done.");
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
