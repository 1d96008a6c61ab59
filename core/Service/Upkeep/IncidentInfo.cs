using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>An incident as the catalog keeps it.</summary>
public sealed record IncidentInfo
{
    public required string Id { get; init; }

    /// <summary>Null for what concerns all servers.</summary>
    public ServerId? ServerId { get; init; }

    /// <summary>The server's name, the last one it had when it is gone; null for what concerns all.</summary>
    public string? Server { get; init; }

    public required IncidentCause Cause { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was last seen.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>How often it was seen: a message is edited, not written again.</summary>
    public required int Times { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The last good snapshot, where the cause made the guard lock one.</summary>
    public SnapshotId? LastGood { get; init; }

    /// <summary>Grows with every change of any incident.</summary>
    public required long Revision { get; init; }
}

/// <summary>Which incidents a list shows.</summary>
public enum IncidentFilter
{
    Open,
    All,
}
