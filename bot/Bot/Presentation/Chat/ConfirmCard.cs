using SnapshotBot.Bot.Commands;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Asks before something that can't simply be taken back. The red button has the verb on it.</summary>
internal static class ConfirmCard
{
    /// <param name="spec">The command that asks.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="effect">What a yes does, where the command's own words don't say it; else null.</param>
    /// <param name="confirm">The question.</param>
    public static Message Of(CommandSpec spec, string subject, string? effect, PendingConfirm confirm) => Message.Of(new Container(
        Colour.Look,
        new TextDisplay($"### {Question(spec, subject)}\n{ChatText.Name(effect ?? spec.Summary, 200)}."),
        new ActionRow(
            Button.Danger(Capital(spec.Verb), CustomId.Of(Verb.Yes, confirm.Handle)),
            Button.Secondary("Cancel", CustomId.Of(Verb.No, confirm.Handle))),
        new TextDisplay(ChatText.Small($"Only you · until {ChatText.Time(confirm.Until)}"))));

    public static Message Declined() => Notes.Say("Nothing was changed.", Colour.Off);

    private static string Question(CommandSpec spec, string subject) =>
        $"{Capital(spec.Verb)} {(subject.Length == 0 ? ChatText.Name(spec.Group ?? "") : ChatText.Bold(subject))}?";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
