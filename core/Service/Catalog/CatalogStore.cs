using System.Diagnostics.CodeAnalysis;
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

    private readonly DataFolder _folder;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly Lock _opening = new();
    private readonly string _connection;
    private DbContextOptions<CatalogContext>? _options;

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

    /// <summary>Tells whether anybody has changed the catalog since it was last asked. One per watcher.</summary>
    public CatalogWatch Watch()
    {
        Options();
        return new CatalogWatch(_connection);
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
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

    [SuppressMessage("Design", "MA0045", Justification = "SQLite is synchronous.")]
    private DbContextOptions<CatalogContext> Options()
    {
        if (_options is { } ready)
            return ready;
        lock (_opening)
        {
            if (_options is not null)
                return _options;
            _folder.Prepare();
            var options = new DbContextOptionsBuilder<CatalogContext>().UseSqlite(_connection).Options;
            CatalogSchema.BringUpToDate(_connection, options);
            _folder.CloseCatalogToOthers();
            return _options = options;
        }
    }
}
