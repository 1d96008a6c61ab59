using System.Text.Json.Serialization;

namespace SnapshotBot.Storage.Format;

/// <summary>A lock file: who works on the repository and whether alone.</summary>
public sealed record LockFile
{
    [JsonPropertyName("time")]
    [JsonConverter(typeof(TimeConverter))]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("exclusive")]
    public required bool Exclusive { get; init; }

    [JsonPropertyName("hostname")]
    public string? Hostname { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("pid")]
    public int ProcessId { get; init; }

    [JsonPropertyName("uid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint UserId { get; init; }

    [JsonPropertyName("gid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint GroupId { get; init; }
}
