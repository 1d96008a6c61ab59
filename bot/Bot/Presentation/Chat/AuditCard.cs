using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A page of who did what, the newest first.</summary>
internal static class AuditCard
{
    public const int LinesAPage = 15;

    /// <param name="lines">A page's lines, and one more where there are older ones.</param>
    /// <param name="person">Whose lines these are, or null for everybody's.</param>
    public static Message Of(IReadOnlyList<AuditLine> lines, ulong? person)
    {
        var shown = lines.Take(LinesAPage).ToList();
        var title = "### Who did what" + (person is { } one ? " · " + ChatText.Person(one) : "");
        var text = new TextDisplay(
            shown.Count == 0 ? title + "\nNothing is written down here." : title + "\n" + string.Join('\n', shown.Select(line => $"{ChatText.Time(line.At, 'f')} · {AuditLineCard.Text(line.Entry)}")));
        return Message.Of(lines.Count > LinesAPage
            ? new Container(Colour.Off, text, new ActionRow(Button.Secondary(
                "Older ▶",
                CustomId.Of(Verb.Audit, shown[^1].Id.ToString(CultureInfo.InvariantCulture), person?.ToString(CultureInfo.InvariantCulture) ?? ""))))
            : new Container(Colour.Off, text));
    }
}
