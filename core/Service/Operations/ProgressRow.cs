using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Operations;

/// <summary>How far a running operation is, in its row of the catalog. Written four times a second and worth nothing after a power failure, so nothing is flushed.</summary>
internal sealed class ProgressRow : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteParameter _progress;

    /// <summary>Takes the connection over.</summary>
    public ProgressRow(SqliteConnection connection, OperationId id)
    {
        _connection = connection;
        _command = connection.CreateCommand();
        _command.CommandText = """UPDATE "operations" SET "Progress" = @progress WHERE "Id" = @id AND "State" IN (0, 1)""";
        _command.Parameters.AddWithValue("@id", id.Value);
        _progress = _command.Parameters.Add("@progress", SqliteType.Text);
    }

    /// <summary>Does nothing to an operation that has ended.</summary>
    /// <exception cref="SqliteException">The catalog is busy, or its disk is full.</exception>
    public void Write(OperationProgress progress)
    {
        _progress.Value = JsonSerializer.Serialize(progress, OperationsJson.Default.OperationProgress);
        _ = _command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
