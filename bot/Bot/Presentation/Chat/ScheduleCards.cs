using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Schedules as cards: a row of the panel's tab, and one opened for one's own eyes.</summary>
internal static class ScheduleCards
{
    private const int ReasonLength = 80;

    /// <summary>What the marks of the last runs mean.</summary>
    public static string Legend { get; } = ChatText.Small("🟩 ran 🟨 degraded ⬜ skipped 🟥 failed ⬛ missed");

    /// <summary>A row of the panel.</summary>
    public static Part Row(ScheduleInfo schedule) => new Section(
        string.Join('\n', Lines(schedule, $"{ChatText.Bold(schedule.Name)} · {ChatText.Name(schedule.Every, 60)} · {ScheduleText.When(schedule.When)}")),
        Button.Secondary("Open", CustomId.Of(Verb.Schedule, "open", schedule.Id.Value)));

    /// <summary>One opened.</summary>
    public static Message Of(ScheduleInfo schedule, ScheduleRights rights)
    {
        var id = schedule.Id.Value;
        var lines = Lines(schedule, $"### {ChatText.Name(schedule.Name)} · {ChatText.Name(schedule.Server ?? "its server is gone")}").ToList();
        lines.Insert(1, $"{ChatText.Name(SchedulePages.Every(schedule), 120)}, {ScheduleText.When(schedule.When)}");
        lines.Add(ChatText.Small("set by " + ChatText.Person(schedule.CreatedBy)));
        var parts = new List<Part> { new TextDisplay(string.Join('\n', lines)) };
        if (rights == ScheduleRights.Change)
        {
            parts.Add(new ActionRow(
                Button.Primary("Run now", CustomId.Of(Verb.Schedule, "run", id)),
                schedule.Pause == SchedulePause.Active
                    ? Button.Secondary("Pause", CustomId.Of(Verb.Schedule, "pause", id))
                    : Button.Secondary("Turn on", CustomId.Of(Verb.Schedule, "resume", id)),
                Button.Secondary("Change…", CustomId.Of(Verb.Schedule, "change", id)),
                Button.Secondary("History", CustomId.Of(Verb.Schedule, "history", id))));
        }

        var last = new List<Button> { Button.Secondary("◀ Schedules", PanelOf(schedule)) };
        if (rights == ScheduleRights.Change)
        {
            last.Add(Button.Secondary("Remove…", CustomId.Of(Verb.Schedule, "remove", id)));
        }

        parts.Add(new ActionRow(last));
        return Message.Of(new Container(EdgeOf(schedule), parts));
    }

    /// <summary>The tab it stands on.</summary>
    public static string PanelOf(ScheduleInfo schedule) => (PanelState.First with { Tab = PanelTab.Schedules, Server = schedule.ServerId.Value }).ToId();

    private static IEnumerable<string> Lines(ScheduleInfo schedule, string head)
    {
        yield return head;
        yield return State(schedule);
        if (schedule.Last.Count > 0)
        {
            yield return ScheduleText.Marks(schedule.Last);
        }

        yield return ChatText.Small(
            $"keeps {ScheduleText.Keeps(schedule.Keep)}: {Words.Count(schedule.Kept.Snapshots)} kept, {Words.Size(schedule.Kept.BytesAdded)}");
    }

    private static string State(ScheduleInfo schedule)
    {
        var next = schedule.Next is { } at ? $"next {ChatText.Time(at)}" : "next when it is played";
        if (schedule.Pause != SchedulePause.Active)
        {
            var by = schedule is { Pause: SchedulePause.ByPerson, PausedBy: { } person } ? " by " + ChatText.Person(person) : "";
            return $"⏸ {ScheduleText.Pause(schedule.Pause)}{by}";
        }

        var missing = schedule.Last.TakeWhile(IsMissing).ToList();
        if (missing.Count == 0)
        {
            return schedule.Last is [{ State: ScheduleRunState.Waiting or ScheduleRunState.Running }, ..] ? $"⏳ at it now · {next}" : $"🟢 {next}";
        }

        var reason = ScheduleText.Reason(missing.Find(run => run.State == ScheduleRunState.Failed) ?? missing[0], TimeZoneInfo.Utc);
        var word = missing.Exists(run => run.State == ScheduleRunState.Failed) ? "failed" : "missed";
        return $"🔴 {word} {Words.Count(missing.Count, "time", "times")}{(reason is null ? "" : ": " + ChatText.Name(reason, ReasonLength))} · {next}";
    }

    private static bool IsMissing(ScheduleRunInfo run) => run.State is ScheduleRunState.Failed or ScheduleRunState.Missed;

    private static int EdgeOf(ScheduleInfo schedule) => schedule.Pause != SchedulePause.Active ? Colour.Off
        : schedule.Last is [var newest, ..] && IsMissing(newest) ? Colour.Act : Colour.Good;
}

/// <summary>What who looks may do with a schedule.</summary>
internal enum ScheduleRights
{
    Look,
    Change,
}
