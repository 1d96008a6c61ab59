using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal sealed record SchedulesListed(IReadOnlyList<ScheduleInfo> Schedules);

internal sealed record ScheduleHistory(ScheduleInfo Schedule, IReadOnlyList<ScheduleRunInfo> Runs, string? Picture);
