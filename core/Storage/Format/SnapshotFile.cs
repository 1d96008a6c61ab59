using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Storage.Format;

/// <summary>
/// A snapshot as its file says it ("Snapshots" in restic's design document). Lock, rename and note make a new file, so the file's id is not
/// the snapshot's identity; tags carry what may change.
/// </summary>
public sealed record SnapshotFile
{
    [JsonPropertyName("time")]
    [JsonConverter(typeof(TimeConverter))]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("parent")]
    public string? Parent { get; init; }

    [JsonPropertyName("tree")]
    public required string Tree { get; init; }

    [JsonPropertyName("paths")]
    public IReadOnlyList<string> Paths { get; init => field = value ?? []; } = [];

    [JsonPropertyName("hostname")]
    public string? Hostname { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("uid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint UserId { get; init; }

    [JsonPropertyName("gid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint GroupId { get; init; }

    [JsonPropertyName("excludes")]
    public IReadOnlyList<string>? Excludes { get; init; }

    [JsonPropertyName("tags")]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The first file of this snapshot, when this one replaces another.</summary>
    [JsonPropertyName("original")]
    public string? Original { get; init; }

    [JsonPropertyName("program_version")]
    public string? ProgramVersion { get; init; }

    [JsonPropertyName("summary")]
    public SnapshotSummary? Summary { get; init; }

    /// <summary>What other programs wrote and this one does not know: kept when the snapshot is written anew.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>The root tree.</summary>
    /// <exception cref="RepositoryDamagedException">The file names no tree.</exception>
    [JsonIgnore]
    public TreeId TreeId => ObjectId.TryParse(Tree, out var id)
        ? new TreeId(id)
        : throw new RepositoryDamagedException("A snapshot names no readable tree.");

    [JsonIgnore]
    public IReadOnlyList<string> AllTags => Tags ?? [];
}

/// <summary>What making a snapshot did, as restic 0.17 and later keep it in the snapshot file. Sizes are bytes.</summary>
public sealed record SnapshotSummary
{
    [JsonPropertyName("backup_start")]
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset Start { get; init; }

    [JsonPropertyName("backup_end")]
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset End { get; init; }

    [JsonPropertyName("files_new")]
    public long FilesNew { get; init; }

    [JsonPropertyName("files_changed")]
    public long FilesChanged { get; init; }

    [JsonPropertyName("files_unmodified")]
    public long FilesUnmodified { get; init; }

    [JsonPropertyName("dirs_new")]
    public long DirectoriesNew { get; init; }

    [JsonPropertyName("dirs_changed")]
    public long DirectoriesChanged { get; init; }

    [JsonPropertyName("dirs_unmodified")]
    public long DirectoriesUnmodified { get; init; }

    [JsonPropertyName("data_blobs")]
    public long DataBlobs { get; init; }

    [JsonPropertyName("tree_blobs")]
    public long TreeBlobs { get; init; }

    [JsonPropertyName("data_added")]
    public long DataAdded { get; init; }

    [JsonPropertyName("data_added_packed")]
    public long DataAddedPacked { get; init; }

    [JsonPropertyName("total_files_processed")]
    public long TotalFiles { get; init; }

    [JsonPropertyName("total_bytes_processed")]
    public long TotalBytes { get; init; }

    /// <inheritdoc cref="SnapshotFile.Others"/>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
