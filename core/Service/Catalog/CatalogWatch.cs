using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Catalog;

/// <summary>Notices changes of the catalog by anybody, this process's other connections included, for the price of one pragma.</summary>
internal sealed class CatalogWatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private long? _seen;

    public CatalogWatch(string connectionString)
    {
        // A connection of its own: data_version only tells of changes made through others.
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        _connection.Open();
        _command = _connection.CreateCommand();
        _command.CommandText = "PRAGMA data_version";
    }

    /// <summary>Whether something was committed since the last call; the first call says yes.</summary>
    public bool HasChanged()
    {
        var version = Convert.ToInt64(_command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version == _seen)
            return false;
        _seen = version;
        return true;
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
