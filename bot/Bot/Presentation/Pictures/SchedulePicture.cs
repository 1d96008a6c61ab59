using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>How a schedule's runs ended, as a picture in the schedule's own time zone.</summary>
internal static class SchedulePicture
{
    /// <summary>Draws the runs that have ended.</summary>
    public static byte[] Draw(ScheduleInfo schedule, IReadOnlyList<ScheduleRunInfo> runs, DateTimeOffset now, TimeZoneInfo zone) => TimelinePicture.Draw(
        schedule.Server is { } server ? $"{Words.Safe(server)} · {Words.Safe(schedule.Name)}" : Words.Safe(schedule.Name),
        [.. runs.Select(run => (run.DueAt, Mark: MarkOf(run.State))).Where(run => run.Mark is not null).Select(run => new RunPoint(run.DueAt, run.Mark!.Value))],
        now,
        TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out var own) ? own : zone);

    private static RunMark? MarkOf(ScheduleRunState state) => state switch
    {
        ScheduleRunState.Ran => RunMark.Ran,
        ScheduleRunState.Skipped => RunMark.Skipped,
        ScheduleRunState.Failed => RunMark.Failed,
        ScheduleRunState.Missed => RunMark.Missed,
        _ => null,
    };
}
