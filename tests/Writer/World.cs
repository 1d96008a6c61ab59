using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Writer;

/// <summary>A world as large as a real one, and play that changes it as play does.</summary>
internal static class World
{
    private const int RegionLength = 4 << 20;
    private const int Sector = 4096;

    /// <summary>Half of it region files, half one database.</summary>
    public static void Make(string folder, int megabytes)
    {
        var random = new Random(1);
        Directory.CreateDirectory(Path.Combine(folder, "region"));
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        Directory.CreateDirectory(Path.Combine(folder, "playerdata"));
        var region = new byte[RegionLength];
        for (var i = 0; i < megabytes / 2 / 4; i++)
        {
            random.NextBytes(region);

            // Half of a region compresses, as chunks that are not built on do.
            for (var at = 0; at < region.Length; at += 2 * Sector)
                region.AsSpan(at, Sector).Clear();
            File.WriteAllBytes(Path.Combine(folder, "region", $"r.{i % 32}.{i / 32}.mca"), region);
        }

        for (var i = 0; i < 2000; i++)
            File.WriteAllText(Path.Combine(folder, "playerdata", $"{i:x8}.dat"), $"player {i} {new string('.', i % 900)}");
        using var database = Open(folder);
        Do(database, "CREATE TABLE blocks (id INTEGER PRIMARY KEY, data BLOB)");
        using (var all = database.BeginTransaction())
        {
            var data = new byte[3000];
            for (var i = 0; i < megabytes * 512L * 1024 / 4096; i++)
            {
                random.NextBytes(data);
                using var insert = database.CreateCommand();
                insert.CommandText = "INSERT INTO blocks (data) VALUES ($data)";
                insert.Parameters.AddWithValue("$data", data);
                insert.ExecuteNonQuery();
            }

            all.Commit();
        }

        Do(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>
    /// Until it is ended: twenty rounds a second, each with three transactions, a log line and a piece of a region file. What it could not do in time
    /// it does after. Prints every second when it is (seconds since 1970) and how many transactions there were so far.
    /// </summary>
    public static void Play(string folder)
    {
        var random = new Random(2);
        var regions = Directory.GetFiles(Path.Combine(folder, "region")).Order(StringComparer.Ordinal).ToArray();
        var played = regions[..Math.Max(1, regions.Length / 20)];
        using var database = Open(folder);
        using var count = database.CreateCommand();
        count.CommandText = "SELECT max(id) FROM blocks";
        var rows = Convert.ToInt64(count.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        using var log = new FileStream(Path.Combine(folder, "logs", "latest.log"), FileMode.Append, FileAccess.Write, FileShare.Read, 1);
        var sector = new byte[Sector];
        var data = new byte[3000];
        var began = Stopwatch.GetTimestamp();
        for (var round = 0L; ; round++)
        {
            if (round % 20 == 0)
                Console.Out.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0:F3} {round * 3}"));
            for (var i = 0; i < 3; i++)
            {
                random.NextBytes(data);
                using var update = database.CreateCommand();
                update.CommandText = "UPDATE blocks SET data = $data WHERE id = $id";
                update.Parameters.AddWithValue("$data", data);
                update.Parameters.AddWithValue("$id", random.NextInt64(1, rows + 1));
                update.ExecuteNonQuery();
            }

            log.Write(Encoding.ASCII.GetBytes($"[{round}] somebody placed a block at {random.Next(1000)},{random.Next(1000)}\n"));
            random.NextBytes(sector);
            using (var region = new FileStream(played[random.Next(played.Length)], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1))
                RandomAccess.Write(region.SafeFileHandle, sector, random.Next(RegionLength / Sector) * (long)Sector);
            var rest = TimeSpan.FromMilliseconds(50 * (round + 1)) - Stopwatch.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                Thread.Sleep(rest);
        }
    }

    private static SqliteConnection Open(string folder)
    {
        var database = new SqliteConnection($"Data Source={Path.Combine(folder, "map.sqlite")};Pooling=False");
        database.Open();
        Do(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
        return database;
    }

    private static void Do(SqliteConnection database, string text)
    {
        using var command = database.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
