using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Schedules;

/// <summary>A schedule as the catalog keeps it, read: its frequency and zone are null when this version or this machine does not know them.</summary>
internal sealed record Schedule
{
    public required ScheduleId Id { get; init; }

    public required string Name { get; init; }

    public required ServerId Server { get; init; }

    public required string Every { get; init; }

    public required Frequency? Frequency { get; init; }

    public required string ZoneName { get; init; }

    public required TimeZoneInfo? Zone { get; init; }

    public required ScheduleWhen When { get; init; }

    public required string? Keep { get; init; }

    public required ulong? Channel { get; init; }

    public required bool ChannelGone { get; init; }

    public required SchedulePause Pause { get; init; }

    public required string? PausedBy { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset DoneUntil { get; init; }

    /// <summary>The first occurrence after an instant, or null while nobody but people's playing decides, or it is not understood.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => Frequency is { } frequency && Zone is { } zone ? frequency.Next(after, zone, CreatedAt) : null;

    public static Schedule Of(ScheduleRow row) => new()
    {
        Id = new ScheduleId(row.Id),
        Name = row.Name,
        Server = new ServerId(row.ServerId),
        Every = row.Every,
        Frequency = FrequencyParser.Read(row.Every),
        ZoneName = row.Zone,
        Zone = ScheduleZones.Find(row.Zone),
        When = (ScheduleWhen)row.When,
        Keep = row.Keep,
        Channel = row.Channel is { } channel ? unchecked((ulong)channel) : null,
        ChannelGone = row.ChannelGone,
        Pause = (SchedulePause)row.Paused,
        PausedBy = row.PausedBy,
        CreatedBy = row.CreatedBy,
        CreatedAt = new DateTimeOffset(row.CreatedAt, TimeSpan.Zero),
        DoneUntil = new DateTimeOffset(row.DoneUntil, TimeSpan.Zero),
    };
}

/// <summary>What must be so for a run to make a snapshot. The numbers are the catalog's.</summary>
public enum ScheduleWhen
{
    /// <summary>Any time.</summary>
    Any = 0,

    /// <summary>Only while the server is online.</summary>
    Online = 1,

    /// <summary>Only if somebody has played since the server's last snapshot.</summary>
    Played = 2,
}

/// <summary>Whether a schedule is paused, and why. The numbers are the catalog's.</summary>
public enum SchedulePause
{
    Active = 0,

    /// <summary>Somebody paused it.</summary>
    ByPerson = 1,

    /// <summary>Its server is gone; that was said once.</summary>
    ServerGone = 2,

    /// <summary>It came back with a rebuilt catalog and waits for an admin.</summary>
    Rebuilt = 3,

    /// <summary>This version does not know its frequency, or this machine its zone.</summary>
    NotUnderstood = 4,
}
