using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Catalog;

/// <summary>
/// Reads rows without Entity Framework, whose start costs more than all else a list does. Written by hand, so a test holds each to its
/// entity: a column forgotten here would read as empty.
/// </summary>
internal sealed record RowReader<T>(string Table, IReadOnlyList<string> Columns, Func<SqliteDataReader, T> Read);

/// <summary>The readers of the tables that lists are made of.</summary>
internal static class Rows
{
    public static readonly RowReader<ServerRow> Servers = new(
        "servers",
        ["Id", "Name", "Containers", "ComposeProject", "Profile", "Guild", "ForeignWriters", "Origin", "AddedAt", "Ignored", "Included"],
        row => new ServerRow
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            Containers = row.GetString(2),
            ComposeProject = Text(row, 3),
            Profile = Text(row, 4),
            Guild = Number(row, 5),
            ForeignWriters = row.GetInt32(6),
            Origin = row.GetInt32(7),
            AddedAt = row.GetInt64(8),
            Ignored = Text(row, 9),
            Included = Text(row, 10),
        });

    public static readonly RowReader<OperationRow> Operations = new(
        "operations",
        [
            "Id", "Kind", "Scope", "Request", "RequestedBy", "OccurrenceKey", "HasCaller", "State", "CancelRequested", "Progress", "Outcome", "Failure",
            "QueuedAt", "StartedAt", "EndedAt", "Subject", "Deaths",
        ],
        row => new OperationRow
        {
            Id = row.GetString(0),
            Kind = row.GetString(1),
            Scope = row.GetString(2),
            Request = row.GetString(3),
            RequestedBy = row.GetString(4),
            OccurrenceKey = Text(row, 5),
            HasCaller = row.GetBoolean(6),
            State = row.GetInt32(7),
            CancelRequested = row.GetBoolean(8),
            Progress = Text(row, 9),
            Outcome = Text(row, 10),
            Failure = Text(row, 11),
            QueuedAt = row.GetInt64(12),
            StartedAt = Number(row, 13),
            EndedAt = Number(row, 14),
            Subject = Text(row, 15),
            Deaths = row.GetInt32(16),
        });

    public static readonly RowReader<SnapshotRow> Snapshots = new(
        "snapshots",
        [
            "ResticId", "Id", "Tree", "ServerId", "ServerName", "Name", "Note", "Locked", "Reason", "CreatedBy", "CreatedAt", "Grade", "Freeze",
            "Duration", "FilesTotal", "FilesChanged", "BytesProcessed", "BytesAdded", "Warnings", "VerifiedAt", "UndoUntil", "Revision", "Hidden",
            "BootProvenAt", "BootTook", "Players",
        ],
        row => new SnapshotRow
        {
            ResticId = row.GetString(0),
            Id = Text(row, 1),
            Tree = row.GetString(2),
            ServerId = row.GetString(3),
            ServerName = row.GetString(4),
            Name = row.GetString(5),
            Note = Text(row, 6),
            Locked = row.GetBoolean(7),
            Reason = row.GetString(8),
            CreatedBy = row.GetString(9),
            CreatedAt = row.GetInt64(10),
            Grade = row.GetInt32(11),
            Freeze = Number(row, 12),
            Duration = row.GetInt64(13),
            FilesTotal = row.GetInt64(14),
            FilesChanged = row.GetInt64(15),
            BytesProcessed = row.GetInt64(16),
            BytesAdded = row.GetInt64(17),
            Warnings = row.GetString(18),
            VerifiedAt = Number(row, 19),
            UndoUntil = Number(row, 20),
            Revision = row.GetInt32(21),
            Hidden = row.GetBoolean(22),
            BootProvenAt = Number(row, 23),
            BootTook = Number(row, 24),
            Players = (int?)Number(row, 25),
        });

    public static readonly RowReader<ScheduleRow> Schedules = new(
        "schedules",
        [
            "Id", "Name", "ServerId", "Every", "Zone", "When", "Keep", "Channel", "ChannelGone", "Paused", "PausedBy", "CreatedBy", "CreatedAt",
            "DoneUntil",
        ],
        row => new ScheduleRow
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            ServerId = row.GetString(2),
            Every = row.GetString(3),
            Zone = row.GetString(4),
            When = row.GetInt32(5),
            Keep = Text(row, 6),
            Channel = Number(row, 7),
            ChannelGone = row.GetBoolean(8),
            Paused = row.GetInt32(9),
            PausedBy = Text(row, 10),
            CreatedBy = row.GetString(11),
            CreatedAt = row.GetInt64(12),
            DoneUntil = row.GetInt64(13),
        });

    public static readonly RowReader<PlayRow> Play = new(
        "play",
        ["ServerId", "From", "Until", "Online", "Names"],
        row => new PlayRow
        {
            ServerId = row.GetString(0),
            From = row.GetInt64(1),
            Until = row.GetInt64(2),
            Online = row.GetInt32(3),
            Names = row.GetString(4),
        });

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
