using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>
/// What upkeep has to know of schedules: the retention of each, and how many of its last runs made no snapshot though they should have. What
/// should have been is asked of the calendar: a run that hangs, that waits behind one that does, or that nobody was there to take is missing too.
/// </summary>
internal sealed class ScheduleFacts(ScheduleStore schedules, ScheduleRuns runs, TimeProvider time) : IScheduleFacts
{
    private const int LookedAt = 60;

    /// <summary>So many occurrences nobody took are counted; there may be more.</summary>
    private const int MostUntaken = 1000;

    public IReadOnlyList<ScheduleFact> Of(ServerId server) => [.. schedules.All().Where(one => one.Server == server).Select(Fact)];

    private ScheduleFact Fact(Schedule schedule)
    {
        var now = time.GetUtcNow();
        var untaken = Untaken(schedule, now);
        var missing = untaken.Count;
        DateTimeOffset? since = untaken.Count > 0 ? untaken[0] : null;
        ScheduleRunInfo? failed = null;
        var nights = new List<DateTimeOffset>();
        foreach (var run in runs.Of(schedule.Id, LookedAt))
        {
            if (run.State is ScheduleRunState.Waiting or ScheduleRunState.Running)
            {
                if (!IsLate(schedule, run, now))
                    continue;
            }
            else if (run.State is ScheduleRunState.Missed or ScheduleRunState.Failed)
            {
                nights.Insert(0, run.DueAt);
                failed ??= run.State == ScheduleRunState.Failed ? run : null;
            }
            else
            {
                break;
            }

            missing += run.Outcome is RunScheduleOutcome.Missed missed ? missed.Count : 1;
            since = run.DueAt;
        }

        return new(schedule.Id.Value, schedule.Name, schedule.Keep, schedule.Pause != SchedulePause.Active, missing, since)
        {
            LacksChannel = schedule.ChannelGone,
            Failed = failed is null ? null : new RunFailure((failed.Outcome as RunScheduleOutcome.Refused)?.Refusal, failed.Failure, nights),
        };
    }

    /// <summary>The occurrences that should have been taken and run by now, and that no process was there to take.</summary>
    private static List<DateTimeOffset> Untaken(Schedule schedule, DateTimeOffset now)
    {
        var untaken = new List<DateTimeOffset>();
        if (schedule.Pause != SchedulePause.Active)
            return untaken;
        for (var at = schedule.Next(schedule.DoneUntil); at is { } due && due <= now && untaken.Count < MostUntaken;)
        {
            at = schedule.Next(due);
            if (now - due > Occurrences.WindowOf(due, at))
                untaken.Add(due);
        }

        return untaken;
    }

    /// <summary>One that waits is late when its window is over; one that runs has twice as long from its start. What somebody asked for, the calendar did not promise.</summary>
    private static bool IsLate(Schedule schedule, ScheduleRunInfo run, DateTimeOffset now)
    {
        if (run.Slot is null)
            return false;
        var window = Occurrences.WindowOf(run.DueAt, schedule.Next(run.DueAt));
        return run is { State: ScheduleRunState.Running, StartedAt: { } started } ? now - started > window * 2 : now - run.DueAt > window;
    }
}
