using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Whose panel it is: the one posted for all, or somebody's own copy.</summary>
internal enum PanelOwner
{
    Everyone,
    Asker,
}

/// <summary>A server on a panel.</summary>
/// <param name="LightReason">Why the light is not green, or null.</param>
internal sealed record PanelServer(GuildServer Server, SnapshotInfo? Last, DateTimeOffset? Next, Light Light, string? LightReason);

/// <summary>Everything a panel shows; made by reading, drawn by a pure function.</summary>
internal sealed record PanelView
{
    public required PanelState State { get; init; }

    public required PanelOwner Owner { get; init; }

    /// <summary>All servers the guild sees.</summary>
    public required IReadOnlyList<PanelServer> Servers { get; init; }

    /// <summary>The one that is shown, or null for the overview.</summary>
    public PanelServer? Chosen { get; init; }

    /// <summary>The page's snapshots.</summary>
    public IReadOnlyList<SnapshotInfo> Snapshots { get; init; } = [];

    /// <summary>Snapshots that fit the filter.</summary>
    public int Fitting { get; init; }

    /// <summary>Snapshots that are kept, safety copies aside.</summary>
    public int Kept { get; init; }

    public int Locked { get; init; }

    /// <summary>What the first snapshot would be, where there is none yet and that can be told.</summary>
    public FirstSnapshot? First { get; init; }

    /// <summary>What of the repository is worth a line, or null.</summary>
    public string? Storage { get; init; }

    /// <summary>The schedules of the server that is shown.</summary>
    public IReadOnlyList<ScheduleInfo> Schedules { get; init; } = [];

    /// <summary>What another tab shows, as pages in words.</summary>
    public Page? Other { get; init; }

    public required GuildRole Role { get; init; }

    public required TimeZoneInfo Zone { get; init; }
}
