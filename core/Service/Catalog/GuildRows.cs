using Microsoft.Data.Sqlite;

namespace SnapshotBot.Service.Catalog;

/// <summary>The readers of what guilds are told and may do: asked at every press of a button, so past Entity Framework.</summary>
internal static class GuildRows
{
    public static readonly RowReader<SettingRow> Settings = new(
        "settings",
        ["Key", "Guild", "Value"],
        row => new SettingRow { Key = row.GetString(0), Guild = row.GetInt64(1), Value = row.GetString(2) });

    public static readonly RowReader<AuditRow> Audit = new(
        "audit",
        ["Id", "At", "Guild", "Person", "Act", "Subject", "Verdict", "Reason"],
        row => new AuditRow
        {
            Id = row.GetInt64(0),
            At = row.GetInt64(1),
            Guild = row.GetInt64(2),
            Person = row.GetInt64(3),
            Act = row.GetString(4),
            Subject = Text(row, 5),
            Verdict = row.GetInt32(6),
            Reason = Text(row, 7),
        });

    public static readonly RowReader<ConfirmRow> Confirms = new(
        "confirms",
        ["Handle", "Guild", "Person", "Request", "ExpiresAt"],
        row => new ConfirmRow
        {
            Handle = row.GetString(0),
            Guild = row.GetInt64(1),
            Person = row.GetInt64(2),
            Request = row.GetString(3),
            ExpiresAt = row.GetInt64(4),
        });

    public static readonly RowReader<PostedRow> Posted = new(
        "posted",
        ["Subject", "Guild", "Channel", "Message", "At", "State"],
        row => new PostedRow
        {
            Subject = row.GetString(0),
            Guild = row.GetInt64(1),
            Channel = row.GetInt64(2),
            Message = row.IsDBNull(3) ? null : row.GetInt64(3),
            At = row.GetInt64(4),
            State = Text(row, 5),
        });

    public static readonly RowReader<ShareRow> Shares = new(
        "shares",
        ["ServerId", "Guild"],
        row => new ShareRow { ServerId = row.GetString(0), Guild = row.GetInt64(1) });

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
