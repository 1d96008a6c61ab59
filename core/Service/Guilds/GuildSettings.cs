namespace SnapshotBot.Service.Guilds;

/// <summary>What holds in one guild: its own settings, and those of all guilds where it has none. Ids are plain numbers.</summary>
public sealed record GuildSettings
{
    public required ulong Guild { get; init; }

    /// <summary>Whether this guild was allowed at all. In any other nothing is shown and nothing done.</summary>
    public required bool IsAllowed { get; init; }

    /// <summary>Who may look. The guild's own id means everyone in it; null admits nobody but those who may always.</summary>
    public ulong? Viewer { get; init; }

    public ulong? Operator { get; init; }

    public ulong? Admin { get; init; }

    /// <summary>Where it reports, or null for where it was asked.</summary>
    public ulong? Channel { get; init; }

    /// <summary>Where what people did is told, or null.</summary>
    public ulong? Audit { get; init; }

    /// <summary>The one role an incident may mention, or null.</summary>
    public ulong? Alerts { get; init; }

    /// <summary>The zone times are read and written in.</summary>
    public required TimeZoneInfo Zone { get; init; }

    public RestorePolicy Restore { get; init; }

    public NotifyLevel Notify { get; init; } = NotifyLevel.Daily;

    /// <summary>For how long a restore can be undone.</summary>
    public required TimeSpan UndoTime { get; init; }

    /// <summary>How long players are given before a restore stops their server.</summary>
    public required TimeSpan Countdown { get; init; }

    /// <summary>How long a server may be frozen at most.</summary>
    public required TimeSpan FreezeBudget { get; init; }

    /// <summary>What schedules keep that say nothing themselves, as <c>last=7,daily=14</c>; null keeps all.</summary>
    public string? Retention { get; init; }

    /// <summary>How many bytes the repository may hold before it looks amber, or null.</summary>
    public long? Quota { get; init; }
}

/// <summary>Who may put a server back.</summary>
public enum RestorePolicy
{
    Admins,
    Operators,

    /// <summary>An operator asks, another one agrees; an admin needs nobody.</summary>
    TwoOperators,
}

/// <summary>How much is told of what goes well.</summary>
public enum NotifyLevel
{
    /// <summary>A message for each.</summary>
    All,

    /// <summary>One message a day for what is fine.</summary>
    Daily,

    /// <summary>Only what goes wrong.</summary>
    Problems,
}
