using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Catalog;

/// <summary>The readers of upkeep's tables.</summary>
internal static class UpkeepRows
{
    public static readonly RowReader<IncidentRow> Incidents = new(
        "incidents",
        ["Id", "ServerId", "Cause", "Subject", "Detail", "OpenedAt", "SeenAt", "Times", "ResolvedAt", "Revision"],
        row => new IncidentRow
        {
            Id = row.GetString(0),
            ServerId = row.GetString(1),
            Cause = row.GetString(2),
            Subject = row.GetString(3),
            Detail = row.GetString(4),
            OpenedAt = row.GetInt64(5),
            SeenAt = row.GetInt64(6),
            Times = row.GetInt32(7),
            ResolvedAt = Number(row, 8),
            Revision = row.GetInt64(9),
        });

    public static readonly RowReader<HoldRow> Holds = new(
        "holds",
        ["ServerId", "Detail", "Snapshot", "LockedHere", "Since"],
        row => new HoldRow
        {
            ServerId = row.GetString(0),
            Detail = row.GetString(1),
            Snapshot = row.IsDBNull(2) ? null : row.GetString(2),
            LockedHere = row.GetBoolean(3),
            Since = row.GetInt64(4),
        });

    public static readonly RowReader<DeletedRow> Deleted = new(
        "deleted",
        ["Id", "ServerId", "Name", "File", "DeletedAt", "Until"],
        row => new DeletedRow
        {
            Id = row.GetString(0),
            ServerId = row.GetString(1),
            Name = row.GetString(2),
            File = row.GetString(3),
            DeletedAt = row.GetInt64(4),
            Until = row.GetInt64(5),
        });

    public static readonly RowReader<SampleRow> Samples = new(
        "samples",
        ["At", "Bytes", "Snapshots", "Free", "Total"],
        row => new SampleRow
        {
            At = row.GetInt64(0),
            Bytes = row.GetInt64(1),
            Snapshots = row.GetInt32(2),
            Free = Number(row, 3),
            Total = Number(row, 4),
        });

    public static readonly RowReader<MarkRow> Marks = new(
        "marks",
        ["Key", "Value", "At"],
        row => new MarkRow { Key = row.GetString(0), Value = row.GetString(1), At = row.GetInt64(2) });

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
