namespace SnapshotBot.Service.Catalog;

/// <summary>A schedule of a server.</summary>
internal sealed class ScheduleRow
{
    public required string Id { get; init; }

    /// <summary>Unique among the schedules of its server.</summary>
    public required string Name { get; set; }

    public required string ServerId { get; init; }

    /// <summary>How often, in the words it is echoed with.</summary>
    public required string Every { get; set; }

    /// <summary>The IANA name of its time zone.</summary>
    public required string Zone { get; set; }

    /// <summary>Any time (0), while online (1), if played (2).</summary>
    public int When { get; set; }

    /// <summary>How it keeps its snapshots, as text; null keeps them by the server's policy.</summary>
    public string? Keep { get; set; }

    /// <summary>The chat's channel that is told, or null for the guild's.</summary>
    public long? Channel { get; set; }

    /// <summary>Whether the channel was found gone, and that was said.</summary>
    public bool ChannelGone { get; set; }

    /// <summary>Not paused (0), by a person (1), because its server is gone (2), because it came back with a rebuilt catalog (3).</summary>
    public int Paused { get; set; }

    public string? PausedBy { get; set; }

    public required string CreatedBy { get; init; }

    /// <summary>Also what intervals that do not divide the day are counted from.</summary>
    public long CreatedAt { get; init; }

    /// <summary>The instant up to which every occurrence has its operation or its record that it was missed.</summary>
    public long DoneUntil { get; set; }
}

/// <summary>A stretch of time during which the same people were seen playing, or nobody was.</summary>
internal sealed class PlayRow
{
    public required string ServerId { get; init; }

    public long From { get; init; }

    public long Until { get; set; }

    public int Online { get; init; }

    /// <summary>JSON: the names, in order; empty where the game tells only how many.</summary>
    public required string Names { get; init; }
}
