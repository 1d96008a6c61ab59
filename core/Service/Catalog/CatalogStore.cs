using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SnapshotBot.Service.Catalog;

/// <summary>
/// Opens the catalog: migrates one that is older, reads, and lets one writer at a time in. SQLite's calls are synchronous whatever their
/// names say, so these are.
/// </summary>
internal sealed class CatalogStore : IAsyncDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(30);

    /// <summary>Readers at once. Each has a connection with a cache of its own; a read takes a millisecond, and more cores than these are rare.</summary>
    private const int MostReaders = 4;

    private readonly DataFolder _folder;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SemaphoreSlim _readers = new(MostReaders, MostReaders);
    private readonly Lock _opening = new();
    private readonly string _connection;
    private DbContextOptions<CatalogContext>? _options;
    private bool _isUpToDate;

    public CatalogStore(DataFolder folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        _connection = new SqliteConnectionStringBuilder
        {
            DataSource = folder.CatalogPath,
            DefaultTimeout = (int)WriterPatience.TotalSeconds,
            Pooling = true,
        }.ToString();
    }

    /// <summary>Reads rows of one table, past Entity Framework.</summary>
    /// <param name="reader">Which table.</param>
    /// <param name="tail">What follows the table's name: <c>WHERE "Id" = @0 ORDER BY ...</c>. Never made of what people wrote: that goes into the parameters.</param>
    /// <param name="parameters">The values of @0, @1, ...</param>
    public IReadOnlyList<T> Read<T>(RowReader<T> reader, string tail, params IReadOnlyList<object> parameters)
    {
        EnsureSchema();
        _readers.Wait();
        try
        {
            return ReadNow(reader, tail, parameters);
        }
        finally
        {
            _readers.Release();
        }
    }

    private List<T> ReadNow<T>(RowReader<T> reader, string tail, IReadOnlyList<object> parameters)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", reader.Columns.Select(column => $"\"{column}\""))} FROM \"{reader.Table}\" {tail}";
        for (var i = 0; i < parameters.Count; i++)
            command.Parameters.AddWithValue("@" + i.ToString(CultureInfo.InvariantCulture), parameters[i]);
        using var rows = command.ExecuteReader();
        var list = new List<T>();
        while (rows.Read())
            list.Add(reader.Read(rows));
        return list;
    }

    /// <summary>A context for reading; the caller disposes it.</summary>
    public CatalogContext Open()
    {
        var context = new CatalogContext(Options());
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return context;
    }

    /// <summary>Runs a change in a transaction of its own; begun again when another process was in the way.</summary>
    public async Task<T> WriteAsync<T>(Func<CatalogContext, T> change, CancellationToken cancellationToken)
    {
        var options = Options();
        await _writer.WaitAsync(cancellationToken);
        try
        {
            var since = _time.GetTimestamp();
            while (true)
            {
                try
                {
                    return Change(options, change);
                }
                catch (Exception error) when (IsBusy(error) && _time.GetElapsedTime(since) < WriterPatience)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
                }
            }
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<CatalogContext> change, CancellationToken cancellationToken) =>
        WriteAsync(
            context =>
            {
                change(context);
                return 0;
            },
            cancellationToken);

    /// <summary>A connection of the caller's own, for what goes by tables and columns rather than entities. The caller disposes it.</summary>
    public SqliteConnection Connect()
    {
        EnsureSchema();
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    /// <summary>
    /// A connection whose changes are not flushed to the disk, for what a power failure may take back: every flush makes all others on that disk
    /// wait, a game's too. What is written after it by others is as durable as ever. The caller disposes it.
    /// </summary>
    public SqliteConnection ConnectUnflushed()
    {
        EnsureSchema();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connection) { Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = NORMAL";
        _ = command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Tells whether anybody has changed the catalog since it was last asked. One per watcher.</summary>
    public CatalogWatch Watch()
    {
        EnsureSchema();
        return new CatalogWatch(_connection);
    }

    /// <summary>Closes the connections that nobody uses just now. Each has a cache of its own, and there are as many as were ever needed at once.</summary>
    public void CloseIdle()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _readers.Dispose();
        CloseIdle();
        return ValueTask.CompletedTask;
    }

    private static T Change<T>(DbContextOptions<CatalogContext> options, Func<CatalogContext, T> change)
    {
        using var context = new CatalogContext(options);

        // Immediate: a transaction that begins by reading and then wants to write could not be waited for.
        using var transaction = context.Database.BeginTransaction();
        var result = change(context);
        context.SaveChanges();
        transaction.Commit();
        return result;
    }

    private static bool IsBusy(Exception error) => error switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Busy or Locked,
        DbUpdateException { InnerException: { } inner } => IsBusy(inner),
        _ => false,
    };

    private DbContextOptions<CatalogContext> Options()
    {
        EnsureSchema();
        lock (_opening)
            return _options ??= MakeOptions();
    }

    private void EnsureSchema()
    {
        if (Volatile.Read(ref _isUpToDate))
            return;
        lock (_opening)
        {
            if (_isUpToDate)
                return;
            _folder.Prepare();
            CatalogSchema.BringUpToDate(_connection, () => new CatalogContext(_options ??= MakeOptions()), _folder.TryLockCatalog);
            _folder.CloseCatalogToOthers();
            Volatile.Write(ref _isUpToDate, true);
        }
    }

    private DbContextOptions<CatalogContext> MakeOptions()
    {
        var builder = new DbContextOptionsBuilder<CatalogContext>().UseSqlite(_connection);
#if COMPILED_MODEL
        _ = builder.UseModel(Compiled.CatalogContextModel.Instance);
#endif
        return builder.Options;
    }
}
