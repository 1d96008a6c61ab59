using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Schedules;

/// <summary>One run of a schedule. Whether it makes a snapshot is decided when its turn has come, not when it is due.</summary>
public sealed record RunSchedule : OperationRequest<RunScheduleOutcome>
{
    public const string KindText = "schedule run";

    public required ScheduleId Schedule { get; init; }

    public required ServerId Server { get; init; }

    /// <summary>When it was to be; null for a run somebody asked for.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The occurrence's local time, its name; null for a run somebody asked for.</summary>
    public string? Slot { get; init; }

    public RunCause Cause { get; init; }

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);

    [JsonIgnore]
    public override string? Subject => Schedule.Value;
}

/// <summary>Why a schedule runs.</summary>
public enum RunCause
{
    /// <summary>It is due.</summary>
    Due,

    /// <summary>It was due while nobody was there to run it, not long ago.</summary>
    CatchUp,

    /// <summary>Somebody asked: a snapshot is made whatever the mode says, and though nothing changed.</summary>
    Asked,
}

/// <summary>How a run ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Ran), "ran")]
[JsonDerivedType(typeof(Skipped), "skipped")]
[JsonDerivedType(typeof(Missed), "missed")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record RunScheduleOutcome
{
    private RunScheduleOutcome()
    {
    }

    /// <param name="Snapshot">What it made.</param>
    /// <param name="Note">What to know about it.</param>
    public sealed record Ran(SnapshotInfo Snapshot, RunNote Note) : RunScheduleOutcome;

    /// <param name="Reason">Why no snapshot was needed.</param>
    /// <param name="Since">When the server's last snapshot was made, which is still current.</param>
    public sealed record Skipped(SkipReason Reason, DateTimeOffset? Since) : RunScheduleOutcome;

    /// <summary>Nobody was there to run it in time.</summary>
    /// <param name="First">The first time missed.</param>
    /// <param name="Last">The last one; the same when it is one.</param>
    /// <param name="Count">How many times it stands for.</param>
    public sealed record Missed(DateTimeOffset First, DateTimeOffset Last, int Count) : RunScheduleOutcome;

    public sealed record Refused(Refusal Refusal) : RunScheduleOutcome;
}

/// <summary>What to know about a run that made a snapshot.</summary>
public enum RunNote
{
    None,

    /// <summary>The server was offline; a run somebody asked for makes a snapshot all the same.</summary>
    WasOffline,

    /// <summary>Nobody has played; a run somebody asked for makes a snapshot all the same.</summary>
    NobodyPlayed,

    /// <summary>Whether somebody played is not known for all of the time, so one was made to be safe.</summary>
    PlayUnknown,

    /// <summary>The game can't be asked who plays.</summary>
    NoPlayerQuery,
}

/// <summary>Why a run made no snapshot.</summary>
public enum SkipReason
{
    /// <summary>The server is offline, and the schedule runs only while it is online.</summary>
    Offline,

    /// <summary>Nobody has played since the last snapshot.</summary>
    NobodyPlayed,

    /// <summary>The last snapshot is still current, to the byte.</summary>
    NothingChanged,

    /// <summary>It was removed or paused before its turn came.</summary>
    NotWanted,

    /// <summary>The disk is nearly full: a scheduled snapshot stops before it fails.</summary>
    DiskLow,
}
