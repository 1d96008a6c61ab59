using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The life of a serving process in words.</summary>
internal static class ServePages
{
    public static Page Waiting() => Page.Say(
        "Another snapshotbot works in this data folder: a command at a terminal, or a second 'serve'. This one waits until it ends.", Tone.Look);

    public static Page Ready(ServeEvent.Ready ready) => ready.Healed.Count == 0
        ? Page.Say("Ready.", Tone.Good)
        : Page.Say($"Ready, after healing {Words.Count(ready.Healed.Count, "operation", "operations")} that a process which died had left.", Tone.Good);

    public static Page Claim(string code) => Page.Of(
        new Sentence("Nobody has set this bot up in a Discord server yet. Somebody who may manage it gives this one-time code there:", Tone.Look),
        new Sentence($"claim code: {code}", Tone.Title),
        new Sentence("as /settings claim. Or allow the Discord server here: snapshotbot settings set guilds ID", Tone.Small));

    public static Page Ended() => Page.Say("Ended. What was not done yet waits for the next start.", Tone.Plain);

    public static Page LeftToHealing(int operations) => Page.Say(
        $"Ended while {Words.Count(operations, "operation", "operations")} could not be taken back in time; the next command or start does that first.", Tone.Look);
}
