using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Writer;

/// <summary>
/// Writes each number into every file, in one order: two files in place, two through mappings, a log, a database with a write-ahead log and
/// one without, two more files in place, one of two hundred files of which each gets its turn, and now and then one of some mapped pages that
/// nothing is written to in between. At any moment the files before some place in that order have a number and those after it the one before.
/// </summary>
/// <remarks>
/// A mapped page that was written and is written again before its file is flushed moves no time. Where all pages are written all the time a
/// later write gives the file away; of those that rest only knowing that they were young does.
/// </remarks>
internal sealed class Counter : IDisposable
{
    private readonly FileStream[] _plain;
    private readonly MemoryMappedViewAccessor[] _mapped;
    private readonly MemoryMappedFile[] _maps;
    private readonly FileStream _log;
    private readonly SqliteConnection[] _databases;
    private readonly FileStream[] _many;
    private readonly MemoryMappedViewAccessor[] _resting;
    private readonly byte[] _page = new byte[Page.Size];
    private readonly string _hold;
    private readonly string _held;

    public Counter(string folder)
    {
        Directory.CreateDirectory(folder);
        (_hold, _held) = (folder + ".hold", folder + ".held");
        _plain = [.. Layout.Plain.Select(name => Open(Path.Combine(folder, name), Page.Ring))];
        _maps = [.. Layout.Mapped.Select(name => Map(folder, name, Page.Ring)), .. Layout.Resting.Select(name => Map(folder, name, 1))];
        _mapped = [.. _maps.Take(Layout.Mapped.Count).Select(map => map.CreateViewAccessor())];
        _resting = [.. _maps.Skip(Layout.Mapped.Count).Select(map => map.CreateViewAccessor())];
        _many = [.. Layout.Many.Select(name => Open(Path.Combine(folder, name), 1))];
        _log = new FileStream(Path.Combine(folder, Layout.Log), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1);
        _databases = [.. Layout.Databases.Select(one => Open(Path.Combine(folder, one.Name), one.Journal))];
    }

    public long Next { get; } = 1;

    /// <summary>Writes nothing as long as the file <c>FOLDER.hold</c> is there, and says so by <c>FOLDER.held</c>: a game that can be told to.</summary>
    public void ObeyHold()
    {
        if (!File.Exists(_hold))
            return;
        File.WriteAllText(_held, "");
        while (File.Exists(_hold))
            Thread.Sleep(1); // A game holds its writes until it is told by a file, as by a console it reads now and then.
        File.Delete(_held);
    }

    public void Write(long number)
    {
        Put(0, number);
        Put(1, number);
        PutMapped(0, number);
        Put(_databases[0], number);
        PutMapped(1, number);
        _log.Write(Encoding.ASCII.GetBytes(number + "\n"));
        Put(_databases[1], number);
        Put(2, number);
        Put(3, number);
        Page.Fill(_page, number);
        RandomAccess.Write(_many[number % _many.Length].SafeFileHandle, _page, 0);
        if (number % Layout.RestingEvery == 0)
            _resting[number / Layout.RestingEvery % _resting.Length].WriteArray(0, _page, 0, Page.Size);
    }

    public void Dispose()
    {
        foreach (var one in _plain.Cast<IDisposable>().Concat(_many).Concat(_mapped).Concat(_resting).Concat(_maps).Concat(_databases).Append(_log))
            one.Dispose();
    }

    private void Put(int file, long number)
    {
        Page.Fill(_page, number);
        RandomAccess.Write(_plain[file].SafeFileHandle, _page, number % Page.Ring * Page.Size);
    }

    private void PutMapped(int file, long number)
    {
        Page.Fill(_page, number);
        _mapped[file].WriteArray(number % Page.Ring * Page.Size, _page, 0, Page.Size);
    }

    private static void Put(SqliteConnection database, long number)
    {
        using var command = database.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO numbers (slot, number, filler) VALUES ($slot, $number, randomblob(700))";
        command.Parameters.AddWithValue("$slot", number % Layout.Slots);
        command.Parameters.AddWithValue("$number", number);
        command.ExecuteNonQuery();
    }

    private static MemoryMappedFile Map(string folder, string name, int pages) => MemoryMappedFile.CreateFromFile(
        Open(Path.Combine(folder, name), pages), null, Page.Size * pages, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);

    private static FileStream Open(string path, int pages)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
        file.SetLength(Page.Size * pages);
        return file;
    }

    private static SqliteConnection Open(string path, string journal)
    {
        var database = new SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();

        // Nothing waits for the disk: a freeze is no power cut, and speed finds more.
        command.CommandText = $"PRAGMA journal_mode={journal}; PRAGMA synchronous=OFF; CREATE TABLE IF NOT EXISTS numbers (slot INTEGER PRIMARY KEY, number INTEGER, filler BLOB)";
        command.ExecuteNonQuery();
        return database;
    }
}

/// <summary>The files of a counter.</summary>
internal static class Layout
{
    public const string Log = "numbers.log";

    /// <summary>Rows of a database.</summary>
    public const int Slots = 500;

    public static IReadOnlyList<string> Plain { get; } = ["r.0.0.mca", "r.0.1.mca", "level.dat", "players.dat"];

    public static IReadOnlyList<string> Mapped { get; } = ["mapped.a", "mapped.b"];

    public static IReadOnlyList<(string Name, string Journal)> Databases { get; } = [("wal.db", "WAL"), ("rollback.db", "DELETE")];

    /// <summary>Pages that are files of their own; number N goes to the one of N modulo how many there are.</summary>
    public static IReadOnlyList<string> Many { get; } = [.. Enumerable.Range(0, 200).Select(number => $"many/{number % 20}/{number}.dat")];

    /// <summary>Mapped pages that are files of their own; every so many numbers one of them gets its turn.</summary>
    public static IReadOnlyList<string> Resting { get; } = [.. Enumerable.Range(0, 16).Select(number => $"resting/{number}.map")];

    /// <summary>Numbers between the writes into two of <see cref="Resting"/>.</summary>
    public const int RestingEvery = 32;

    /// <summary>Every file, in the order a number goes through them.</summary>
    public static IReadOnlyList<string> Order { get; } =
        ["r.0.0.mca", "r.0.1.mca", "mapped.a", "wal.db", "mapped.b", Log, "rollback.db", "level.dat", "players.dat"];
}
