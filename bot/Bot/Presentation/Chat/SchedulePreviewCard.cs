using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What a schedule would do, before it is saved. For one's own eyes.</summary>
internal static class SchedulePreviewCard
{
    public static Message Of(ScheduleQuestion question, SchedulePreview.Shown shown, PendingConfirm confirm)
    {
        var lines = new List<string>
        {
            $"### Save \"{ChatText.Name(question.Name)}\" for {ChatText.Name(question.Server)}?",
            $"{Capital(ChatText.Name(shown.Frequency.Text, 120))}{Zone(shown)}, {ScheduleText.When(shown.When)}",
            shown.Next.Count == 0
                ? "Next: when it is played"
                : "Next: " + string.Join(" · ", shown.Next.Select(at => ChatText.Time(at, 'f'))),
            "Keeps " + Keeps(question, shown),
        };
        if (shown.Keeps.Forecast is { Forgotten.Count: > 0 and var count })
        {
            lines.Add(ChatText.Small($"{Words.Count(count, "older one", "older ones")} would expire after the next good run"));
        }

        if (question.Replaces)
        {
            lines.Add(ChatText.Small("There is one of this name already: it becomes this one."));
        }

        return Message.Of(new Container(
            Colour.Running,
            new TextDisplay(string.Join('\n', lines)),
            new ActionRow(
                Button.Secondary("Save", CustomId.Of(Verb.Yes, confirm.Handle)),
                Button.Secondary("Change", CustomId.Of(Verb.Change, confirm.Handle)),
                Button.Secondary("Cancel", CustomId.Of(Verb.No, confirm.Handle))),
            new TextDisplay(ChatText.Small($"Nothing is saved yet · until {ChatText.Time(confirm.Until)}"))));
    }

    /// <summary>The words were not understood, but something is near.</summary>
    public static Message DidYouMean(string given, string meant, PendingConfirm confirm) => Notes.Say(
        $"I don't know **'{ChatText.Name(given, 100)}'**. Did you mean {ChatText.Bold(meant, 100)}?\n" + ChatText.Small("Nothing was saved."),
        Colour.Look,
        Button.Secondary("Use that", CustomId.Of(Verb.Preview, confirm.Handle)),
        Button.Secondary("Change", CustomId.Of(Verb.Change, confirm.Handle)));

    /// <summary>It can't be so; what was filled in is not lost.</summary>
    public static Message Refused(Failure failure, PendingConfirm confirm) => Notes.Say(
        Notes.WordsOf(failure),
        Colour.Look,
        Button.Secondary("Change", CustomId.Of(Verb.Change, confirm.Handle)));

    /// <summary>Nobody has said yet in which zone times are meant here.</summary>
    public static Message WhichZone(PendingConfirm confirm) => Notes.Say(
        "🕓 In which time zone are its times meant? None is set here yet, and guessing would be wrong by hours. Nothing was saved.\n"
        + "Set it once with `/settings zone`, then press again.",
        Colour.Look,
        Button.Secondary("Set: go on", CustomId.Of(Verb.Preview, confirm.Handle)));

    private static string Zone(SchedulePreview.Shown shown)
    {
        if (!shown.Frequency.IsTimed)
        {
            return "";
        }

        // Only a time of day reads differently in another zone; every six hours is every six hours.
        var own = shown.Frequency.Text.Contains(" at ", StringComparison.Ordinal) && shown.Next is [var next, ..] ? $" ({ChatText.Time(next, 't')} for you)" : "";
        return " " + ChatText.Name(shown.Zone.Id) + own;
    }

    private static string Keeps(ScheduleQuestion question, SchedulePreview.Shown shown)
    {
        if (shown.Keeps.Buckets.Count == 0)
        {
            return "everything";
        }

        var free = question.Free is { } bytes ? $" of {Words.Size(bytes)} free" : "";
        var space = shown.Keeps.EstimatedBytes is { } estimate ? $", about {Words.Size(estimate)}{free}" : "";
        return $"{ScheduleText.Keeps(shown.Keeps.Buckets)}: up to {Words.Count(shown.Keeps.Most)}{space}; locked ones always stay";
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>What is asked.</summary>
/// <param name="Replaces">Whether the server has a schedule of this name.</param>
/// <param name="Free">Room on the repository's disk, in bytes, where that is known.</param>
internal sealed record ScheduleQuestion(string Name, string Server, bool Replaces, long? Free);
