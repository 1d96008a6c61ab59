using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>A schedule as lists show it.</summary>
public sealed record ScheduleInfo
{
    public required ScheduleId Id { get; init; }

    public required string Name { get; init; }

    public required ServerId ServerId { get; init; }

    /// <summary>The server's name, or null when it is gone.</summary>
    public string? Server { get; init; }

    /// <summary>How often, in words that are understood again.</summary>
    public required string Every { get; init; }

    /// <summary>The IANA name of the zone its times are meant in.</summary>
    public required string Zone { get; init; }

    public required ScheduleWhen When { get; init; }

    /// <summary>How it keeps its snapshots, as text (<c>last=7,daily=14</c>); null: by the server's or the guild's policy.</summary>
    public string? Keep { get; init; }

    public ulong? Channel { get; init; }

    /// <summary>The channel was found gone; its runs are told in the guild's.</summary>
    public bool ChannelGone { get; init; }

    public required SchedulePause Pause { get; init; }

    public string? PausedBy { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is due next; null while it is paused, while playing decides, or when this version does not understand it.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>Its last runs, newest first; at most ten.</summary>
    public IReadOnlyList<ScheduleRunInfo> Last { get; init; } = [];

    /// <summary>How many snapshots it has made that are still kept, and the bytes they added.</summary>
    public ScheduleKept Kept { get; init; } = new(0, 0);
}

/// <summary>What is kept of a schedule's snapshots.</summary>
public sealed record ScheduleKept(int Snapshots, long BytesAdded);

/// <summary>One run, or one time it did not come to one.</summary>
public sealed record ScheduleRunInfo
{
    /// <summary>The occurrence it was for: its local time; null for a run somebody asked for.</summary>
    public string? Slot { get; init; }

    public required Operations.OperationId Operation { get; init; }

    /// <summary>When it was to be.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it began, or null when it did not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required ScheduleRunState State { get; init; }

    /// <summary>How it ended; null while it runs, and where it broke before it could say.</summary>
    public RunScheduleOutcome? Outcome { get; init; }

    /// <summary>What broke.</summary>
    public Operations.OperationFailure? Failure { get; init; }
}

/// <summary>Where a run stands.</summary>
public enum ScheduleRunState
{
    /// <summary>Waits for its turn.</summary>
    Waiting,
    Running,
    Ran,
    Skipped,
    Failed,
    Missed,
}

/// <summary>A schedule to be made, or changed when the server has one of this name.</summary>
public sealed record ScheduleDraft
{
    public required string Name { get; init; }

    public required ServerId Server { get; init; }

    /// <summary>As it was given.</summary>
    public required string Every { get; init; }

    /// <summary>An IANA name; null takes the schedule's own, else the guild's, else the default. With none of them it is asked for.</summary>
    public string? Zone { get; init; }

    public ScheduleWhen? When { get; init; }

    /// <summary>As it was given; null leaves it as it is, an empty text keeps by the server's policy.</summary>
    public string? Keep { get; init; }

    public ulong? Channel { get; init; }
}

/// <summary>What setting a schedule came to: a closed family.</summary>
public abstract record ScheduleOutcome
{
    private ScheduleOutcome()
    {
    }

    /// <param name="Schedule">As it is now.</param>
    /// <param name="Next">Its next five times; none where playing decides.</param>
    /// <param name="Keeps">What its retention keeps.</param>
    /// <param name="Notes">What the one who sets it should know.</param>
    public sealed record Saved(
        ScheduleInfo Schedule, IReadOnlyList<DateTimeOffset> Next, KeepPreview Keeps, IReadOnlyList<ScheduleNote> Notes) : ScheduleOutcome;

    public sealed record Paused(ScheduleInfo Schedule) : ScheduleOutcome;

    public sealed record Resumed(ScheduleInfo Schedule) : ScheduleOutcome;

    /// <summary>Gone; its snapshots and its history stay.</summary>
    public sealed record Removed(ScheduleId Id, string Name) : ScheduleOutcome;

    public sealed record Refused(Refusal Refusal) : ScheduleOutcome;
}

/// <summary>Something to know about a schedule that is fine otherwise.</summary>
public enum ScheduleNote
{
    /// <summary>It was changed, not made.</summary>
    Changed,

    /// <summary>The game can't be asked who plays: it runs as if at any time, or, where playing decides, never.</summary>
    NoPlayerQuery,

    /// <summary>Its zone is from now on everybody's who names none.</summary>
    ZoneIsDefault,
}

/// <summary>What a schedule would do: a closed family.</summary>
public abstract record SchedulePreview
{
    private SchedulePreview()
    {
    }

    /// <param name="Frequency">As it was understood.</param>
    /// <param name="Zone">The zone its times are meant in.</param>
    /// <param name="When">What must be so for a snapshot.</param>
    /// <param name="Next">The next times.</param>
    /// <param name="Keep">Its own retention in the form it is kept in; null: by the server's or the guild's policy.</param>
    /// <param name="Keeps">What that keeps, and about how much it holds.</param>
    public sealed record Shown(
        Frequency Frequency,
        TimeZoneInfo Zone,
        ScheduleWhen When,
        IReadOnlyList<DateTimeOffset> Next,
        string? Keep,
        KeepPreview Keeps) : SchedulePreview;

    public sealed record Refused(Refusal Refusal) : SchedulePreview;
}

/// <summary>What a schedule's name or id led to: a closed family.</summary>
public abstract record ScheduleFound
{
    private ScheduleFound()
    {
    }

    public sealed record One(ScheduleInfo Schedule) : ScheduleFound;

    public sealed record Refused(Refusal Refusal) : ScheduleFound;
}
