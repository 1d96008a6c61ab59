using SnapshotBot.Bot.Commands;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>Schedules and their runs for views.</summary>
internal static class ScheduleSamples
{
    public static TimeZoneInfo Berlin { get; } = ScheduleZones.Find("Europe/Berlin")!;

    public static KeepPreview Keeps { get; } = new(
        [new KeepBucket("daily", 14, TimeSpan.FromDays(14)), new KeepBucket("weekly", 8, TimeSpan.FromDays(56))], 22, 9_000_000_000, null);

    public static IReadOnlyList<ScheduleRunInfo> Runs { get; } =
    [
        Of(0, ScheduleRunState.Waiting, null),
        Of(1, ScheduleRunState.Ran, new RunScheduleOutcome.Ran(Samples.Snapshot, RunNote.PlayUnknown)),
        Of(2, ScheduleRunState.Skipped, new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, Samples.Time.AddDays(-3))),
        Of(3, ScheduleRunState.Skipped, new RunScheduleOutcome.Skipped(SkipReason.Offline, null)),
        Of(4, ScheduleRunState.Missed, new RunScheduleOutcome.Missed(Samples.Time.AddDays(-4), Samples.Time.AddDays(-4), 1)),
        Of(5, ScheduleRunState.Missed, new RunScheduleOutcome.Missed(Samples.Time.AddDays(-9), Samples.Time.AddDays(-5), 5)),
        Of(10, ScheduleRunState.Failed, new RunScheduleOutcome.Refused(new Refusal.NoSpace("/srv/backup", 4_100_000_000, 2_900_000_000, 2_000_000_000))),
        Of(11, ScheduleRunState.Failed, null) with
        {
            Failure = new OperationFailure(EndingClass.Failed, "engine-unavailable", "The engine does not answer.", "Start it."),
        },
        Of(12, ScheduleRunState.Ran, new RunScheduleOutcome.Ran(Samples.Snapshot, RunNote.WasOffline)) with { Slot = null },
    ];

    public static ScheduleInfo Nightly { get; } = new()
    {
        Id = new ScheduleId("c-0123456789ab"),
        Name = "nightly",
        ServerId = Samples.Server.Id,
        Server = Samples.Server.Name,
        Every = "daily at 04:00",
        Zone = "Europe/Berlin",
        When = ScheduleWhen.Any,
        Keep = "daily=14,weekly=8",
        Channel = 123456789012345678,
        Pause = SchedulePause.Active,
        CreatedBy = "terminal:anna",
        CreatedAt = Samples.Time,
        Next = Samples.Time.AddDays(1),
        Last = Runs,
        Kept = new ScheduleKept(11, 9_000_000_000),
    };

    public static ScheduleInfo Played { get; } = Nightly with
    {
        Id = new ScheduleId("c-0123456789ac"),
        Name = "play @everyone",
        Every = "every 2 hours of play",
        When = ScheduleWhen.Played,
        Keep = "last=7",
        Channel = null,
        Next = null,
        Last = [],
        Kept = new ScheduleKept(0, 0),
    };

    public static ScheduleInfo Orphan { get; } = Nightly with
    {
        Id = new ScheduleId("c-0123456789ad"),
        Name = "orphan",
        Server = null,
        ServerId = new ServerId("s-00000000dead"),
        Pause = SchedulePause.ServerGone,
        Next = null,
        ChannelGone = true,
        Last = [],
    };

    public static Changed<RunScheduleOutcome> Run(RunScheduleOutcome outcome) => new(
        Samples.Operation, new RunSchedule { Schedule = Nightly.Id, Server = Nightly.ServerId, Cause = RunCause.Asked }, outcome);

    private static ScheduleRunInfo Of(int days, ScheduleRunState state, RunScheduleOutcome? outcome)
    {
        var due = Samples.Time.AddDays(-days);
        return new()
        {
            Slot = new Frequency.Grid(TimeSpan.FromHours(1)).SlotOf(due, Berlin),
            Operation = Samples.Operation,
            DueAt = due,
            StartedAt = state is ScheduleRunState.Waiting or ScheduleRunState.Missed ? null : due.AddSeconds(1),
            EndedAt = state is ScheduleRunState.Waiting ? null : due.AddSeconds(90),
            State = state,
            Outcome = outcome,
        };
    }
}
