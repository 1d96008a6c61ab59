using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal sealed record SchedulesListed(IReadOnlyList<ScheduleInfo> Schedules);

internal sealed record ScheduleHistory(ScheduleInfo Schedule, IReadOnlyList<ScheduleRunInfo> Runs, string? Picture)
{
    /// <summary>What a picture of the last month shows, however few rows were asked for.</summary>
    public IReadOnlyList<ScheduleRunInfo> Drawn { get; init; } = Runs;
}
