using System.Text.Json.Serialization.Metadata;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Schedule;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The views of what schedule commands answer.</summary>
internal static class ScheduleViews
{
    public static View? Of(object outcome, TimeZoneInfo zone)
    {
        var json = ScheduleJsonContext.Default;
        return outcome switch
        {
            SchedulesListed it => Done(ScheduleJson.From(it.Schedules), json.SchedulesDto, () => SchedulePages.List(it.Schedules)),
            ScheduleHistory it => Done(ScheduleJson.From(it), json.ScheduleRunsDto, () => SchedulePages.History(it.Schedule, it.Runs, it.Picture)),
            SchedulePreview.Shown it => Done(ScheduleJson.From(it), json.SchedulePreviewDto, () => SchedulePages.Preview(it)),
            SchedulePreview.Refused it => throw new CommandFailedException(RefusalText.Of(it.Refusal)),
            ScheduleOutcome.Saved it => Done(ScheduleJson.From(it), json.ScheduleSavedDto, () => SchedulePages.Saved(it)),
            ScheduleOutcome.Paused it => Done(ScheduleJson.One(it.Schedule), json.OneScheduleDto, () => SchedulePages.Paused(it.Schedule)),
            ScheduleOutcome.Resumed it => Done(ScheduleJson.One(it.Schedule), json.OneScheduleDto, () => SchedulePages.Resumed(it.Schedule)),
            ScheduleOutcome.Removed it => Done(ScheduleJson.Removed(it), json.ScheduleRemovedDto, () => SchedulePages.Removed(it.Name)),
            ScheduleOutcome.Refused it => throw new CommandFailedException(RefusalText.Of(it.Refusal)),
            Changed<RunScheduleOutcome> { Outcome: RunScheduleOutcome.Refused it } changed => throw new CommandFailedException(
                RefusalText.Of(it.Refusal) with { Operation = changed.Operation.Value }),
            Changed<RunScheduleOutcome> it => Done(
                ScheduleJson.Ran(it.Operation.Value, it.Outcome), json.OneScheduleRunDto, () => SchedulePages.Ran(it.Outcome, zone)),
            _ => null,
        };
    }

    private static View Done<TDto>(TDto dto, JsonTypeInfo<TDto> type, Func<Page> page) => View.Of(ExitCode.Done, dto, type, page);
}
