namespace SnapshotBot.Service.Catalog;

/// <summary>A game server. Times in all rows are UTC ticks, because SQLite can't order a DateTimeOffset.</summary>
internal sealed class ServerRow
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>JSON: the containers in starting order, each with its name and last known id.</summary>
    public required string Containers { get; set; }

    public string? ComposeProject { get; set; }

    public string? Profile { get; set; }

    public long? Guild { get; set; }

    public int ForeignWriters { get; set; }

    /// <summary>JSON: paths that snapshots leave out; null for none.</summary>
    public string? Ignored { get; set; }

    /// <summary>JSON: paths of mounts that containers only read and snapshots take in; null for none.</summary>
    public string? Included { get; set; }

    /// <summary>How it came here: by command (0), by container label (1), from the repository (2), made from a snapshot (3).</summary>
    public int Origin { get; set; }

    public long AddedAt { get; init; }
}

/// <summary>An operation, for ever: history is a query.</summary>
internal sealed class OperationRow
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Scope { get; init; }

    /// <summary>What it belongs to besides its scope: the id of the schedule whose run it is.</summary>
    public string? Subject { get; init; }

    /// <summary>JSON.</summary>
    public required string Request { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>Unique where set, so that no occurrence of a schedule runs twice.</summary>
    public string? OccurrenceKey { get; init; }

    /// <summary>Whether somebody waits for it: when that process is gone before it ran, nobody wants it any more.</summary>
    public bool HasCaller { get; init; }

    public int State { get; set; }

    /// <summary>How often its runner died while it ran.</summary>
    public int Deaths { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>JSON.</summary>
    public string? Progress { get; set; }

    /// <summary>JSON.</summary>
    public string? Outcome { get; set; }

    /// <summary>JSON.</summary>
    public string? Failure { get; set; }

    public long QueuedAt { get; init; }

    public long? StartedAt { get; set; }

    public long? EndedAt { get; set; }
}

/// <summary>What is known of one snapshot file of the repository. Only the snapshot view's synchronisation writes here.</summary>
internal sealed class SnapshotRow
{
    /// <summary>The snapshot file's id.</summary>
    public required string ResticId { get; init; }

    /// <summary>Our own id; null for a snapshot somebody else made.</summary>
    public string? Id { get; init; }

    public required string Tree { get; init; }

    public required string ServerId { get; init; }

    public required string ServerName { get; init; }

    public required string Name { get; init; }

    public string? Note { get; init; }

    public bool Locked { get; init; }

    public required string Reason { get; init; }

    public required string CreatedBy { get; init; }

    public long CreatedAt { get; init; }

    public int Grade { get; init; }

    public long? Freeze { get; init; }

    public long Duration { get; init; }

    public long FilesTotal { get; init; }

    public long FilesChanged { get; init; }

    public long BytesProcessed { get; init; }

    public long BytesAdded { get; init; }

    /// <summary>JSON.</summary>
    public required string Warnings { get; init; }

    public long? VerifiedAt { get; init; }

    public long? UndoUntil { get; init; }

    /// <summary>When a clone of it last started and answered, and how long that took.</summary>
    public long? BootProvenAt { get; init; }

    public long? BootTook { get; init; }

    /// <summary>How many played; null when nobody could tell.</summary>
    public int? Players { get; init; }

    /// <summary>How often the tags were changed: of two files with one id the higher is the snapshot.</summary>
    public int Revision { get; init; }

    /// <summary>Whether lists leave it out: not ours, or an older twin.</summary>
    public bool Hidden { get; set; }
}

/// <summary>A setting of a guild, or of all when the guild is 0.</summary>
internal sealed class SettingRow
{
    public required string Key { get; init; }

    public long Guild { get; init; }

    public required string Value { get; set; }
}
