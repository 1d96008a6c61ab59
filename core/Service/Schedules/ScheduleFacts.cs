using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>What upkeep goes by: the retention of each schedule, and how many of its last runs made no snapshot though they should have.</summary>
internal sealed class ScheduleFacts(ScheduleStore schedules, ScheduleRuns runs) : IScheduleFacts
{
    private const int LookedAt = 60;

    public IReadOnlyList<ScheduleFact> Of(ServerId server) => [.. schedules.All().Where(one => one.Server == server).Select(Fact)];

    private ScheduleFact Fact(Schedule schedule)
    {
        var missing = 0;
        DateTimeOffset? since = null;
        ScheduleRunInfo? failed = null;
        var nights = new List<DateTimeOffset>();
        foreach (var run in runs.Of(schedule.Id, LookedAt).Where(run => run.State is not (ScheduleRunState.Waiting or ScheduleRunState.Running)))
        {
            if (run.State is not (ScheduleRunState.Missed or ScheduleRunState.Failed))
                break;
            missing += run.Outcome is RunScheduleOutcome.Missed missed ? missed.Count : 1;
            since = run.DueAt;
            nights.Insert(0, run.DueAt);
            failed ??= run.State == ScheduleRunState.Failed ? run : null;
        }

        return new(schedule.Id.Value, schedule.Name, schedule.Keep, schedule.Pause != SchedulePause.Active, missing, since)
        {
            Failed = failed is null ? null : new RunFailure((failed.Outcome as RunScheduleOutcome.Refused)?.Refusal, failed.Failure, nights),
        };
    }
}
