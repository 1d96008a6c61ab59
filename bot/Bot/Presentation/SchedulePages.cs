using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Schedules in words.</summary>
internal static class SchedulePages
{
    public static Page Saved(ScheduleOutcome.Saved saved)
    {
        var schedule = saved.Schedule;
        var zone = ZoneOf(schedule.Zone);
        var blocks = new List<Block>
        {
            new Sentence(
                $"{(saved.Notes.Contains(ScheduleNote.Changed) ? "Changed" : "Saved")} {Words.Safe(schedule.Name)} for {Words.Safe(schedule.Server ?? schedule.ServerId.Value)}.",
                Tone.Good),
            new Sentence($"{Every(schedule)}, {ScheduleText.When(schedule.When)}. Keeps {ScheduleText.Keeps(saved.Keeps.Buckets)}{Expiring(saved.Keeps)}; locked ones always stay.", Tone.Plain),
        };
        if (schedule.Pause != SchedulePause.Active)
        {
            blocks.Add(new Sentence($"It is {ScheduleText.Pause(schedule.Pause)}. Let it run: snapshotbot schedule resume {Name(schedule)}", Tone.Look));
        }

        AddNext(blocks, saved.Next, zone);
        blocks.AddRange(saved.Notes.Where(note => note != ScheduleNote.Changed).Select(note => Note(note, schedule)));
        return new Page(blocks);
    }

    public static Page Preview(SchedulePreview.Shown shown)
    {
        var blocks = new List<Block>
        {
            new Sentence($"{Capital(shown.Frequency.Text)}{(shown.Frequency.IsTimed ? ", " + shown.Zone.Id : "")}, {ScheduleText.When(shown.When)}.", Tone.Title),
        };
        AddNext(blocks, shown.Next, shown.Zone);
        var space = shown.Keeps.EstimatedBytes is { } bytes ? $", about {Words.Size(bytes)}" : "";
        blocks.Add(new Sentence(
            shown.Keeps.Buckets.Count == 0
                ? "Keeps everything."
                : $"Keeps {ScheduleText.Keeps(shown.Keeps.Buckets)}: up to {Words.Count(shown.Keeps.Most, "snapshot", "snapshots")}{space}{Expiring(shown.Keeps)}.",
            Tone.Plain));

        blocks.Add(new Sentence("Nothing was saved.", Tone.Small));
        return new Page(blocks);
    }

    public static Page List(IReadOnlyList<ScheduleInfo> schedules) => schedules.Count == 0
        ? Page.Of(
            new Sentence("No schedule yet.", Tone.Plain),
            new Sentence("Make one: snapshotbot schedule set nightly --server SERVER --every 'daily at 04:00' --zone Europe/Berlin", Tone.Small))
        : Page.Of(
            new Table(
                [
                    new("Schedule", Align.Left), new("Server", Align.Left), new("How often", Align.Left), new("When", Align.Left), new("Next", Align.Left),
                    new("Kept", Align.Right), new("Last runs", Align.Left),
                ],
                [.. schedules.Select(Row)]),
            new Sentence("🟩 ran 🟨 ran, not as one moment ⬜ skipped 🟥 failed ⬛ missed, the newest last", Tone.Small));

    public static Page Paused(ScheduleInfo schedule) => Page.Say(
        $"Paused {Words.Safe(schedule.Name)}. Its snapshots stay; what is due meanwhile is not missed.", Tone.Good);

    public static Page Resumed(ScheduleInfo schedule) => Page.Say(
        $"{Words.Safe(schedule.Name)} runs again{(schedule.Next is { } next ? $", next on {ScheduleText.Local(next, ZoneOf(schedule.Zone))} {schedule.Zone}" : "")}.", Tone.Good);

    public static Page Removed(string name) => Page.Say($"Removed {Words.Safe(name)}. The snapshots it made stay, and so does its history.", Tone.Good);

    public static Page Ran(RunScheduleOutcome outcome, TimeZoneInfo zone)
    {
        var page = outcome switch
        {
            RunScheduleOutcome.Ran ran => SnapshotPages.Created(ran.Snapshot),
            RunScheduleOutcome.Skipped => Page.Say("Skipped: " + ScheduleText.Reason(outcome, zone) + ".", Tone.Look),
            _ => Page.Say("Missed: " + ScheduleText.Reason(outcome, zone) + ".", Tone.Look),
        };
        return outcome is RunScheduleOutcome.Ran { Note: var note } && ScheduleText.Note(note) is { } said
            ? new Page([.. page.Blocks, new Sentence(Capital(said) + ".", Tone.Look)])
            : page;
    }

    public static Page History(ScheduleInfo schedule, IReadOnlyList<ScheduleRunInfo> runs, string? picture)
    {
        var zone = ZoneOf(schedule.Zone);
        var blocks = new List<Block>();
        if (runs.Count == 0)
        {
            blocks.Add(new Sentence($"{Words.Safe(schedule.Name)} has not been due yet.", Tone.Plain));
        }
        else
        {
            blocks.Add(new Sentence($"{Words.Safe(schedule.Name)} · {Every(schedule)}", Tone.Title));
            blocks.Add(new Table(
                [new("Due", Align.Left), new("Ended as", Align.Left), new("Snapshot", Align.Left), new("Why", Align.Left)],
                [.. runs.Select(run => (string[])
                [
                    ScheduleText.Local(run.DueAt, zone) + (run.Slot is null ? " (asked)" : ""), ScheduleText.State(run.State),
                    run.Outcome is RunScheduleOutcome.Ran ran ? SnapshotPages.Short(ran.Snapshot.Id) : "", ScheduleText.Reason(run, zone) ?? "",
                ])]));
        }

        if (picture is not null)
        {
            blocks.Add(new Sentence($"Drew the last month into {Words.Safe(picture)}.", Tone.Small));
        }

        return Page.Of([.. blocks]);
    }

    /// <summary>How often, and where its times are meant: <c>Daily at 04:00 Europe/Berlin</c>.</summary>
    public static string Every(ScheduleInfo schedule) => Capital(EveryAndZone(schedule));

    /// <summary>People's playing knows no time zone.</summary>
    private static string EveryAndZone(ScheduleInfo schedule) =>
        FrequencyParser.Read(schedule.Every) is { IsTimed: false } ? schedule.Every : $"{schedule.Every} {schedule.Zone}";

    private static string[] Row(ScheduleInfo schedule) =>
    [
        Words.Safe(schedule.Name), Words.Safe(schedule.Server ?? "(gone)"), EveryAndZone(schedule), ScheduleText.When(schedule.When),
        schedule.Pause != SchedulePause.Active ? ScheduleText.Pause(schedule.Pause)
            : schedule.Next is { } next ? ScheduleText.Local(next, ZoneOf(schedule.Zone)) : "when played",
        Words.Count(schedule.Kept.Snapshots), ScheduleText.Marks(schedule.Last),
    ];

    private static string Expiring(KeepPreview keeps) => keeps.Forecast is { Forgotten.Count: > 0 and var count }
        ? $" ({Words.Count(count, "older one expires", "older ones expire")} after the next good run)"
        : "";

    private static void AddNext(List<Block> blocks, IReadOnlyList<DateTimeOffset> next, TimeZoneInfo zone)
    {
        if (next.Count > 0)
        {
            blocks.Add(new Sentence($"Next, {zone.Id}:", Tone.Plain));
            blocks.Add(new Lines(next.Select(at => "  " + ScheduleText.Local(at, zone))));
        }
    }

    private static Sentence Note(ScheduleNote note, ScheduleInfo schedule) => note switch
    {
        ScheduleNote.ZoneIsDefault => new($"{schedule.Zone} is the time zone of every later schedule that names none.", Tone.Small),
        _ => schedule.Next is null && schedule.Pause == SchedulePause.Active
            ? new("⚠ This game can't be asked who plays, so this schedule is never due. Choose times instead.", Tone.Look)
            : new("⚠ This game can't be asked who plays, so this schedule runs as if at any time.", Tone.Look),
    };

    private static string Name(ScheduleInfo schedule) => ServerPages.Quote(schedule.Name);

    private static TimeZoneInfo ZoneOf(string name) => ScheduleZones.Find(name) ?? TimeZoneInfo.Utc;

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
