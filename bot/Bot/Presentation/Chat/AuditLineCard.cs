using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>One line of who did what.</summary>
internal static class AuditLineCard
{
    public static Message Of(AuditEntry entry) => Message.Of(new TextDisplay(
        entry.Verdict == AuditVerdict.Accepted
            ? $"{ChatText.Person(entry.Person)} · {ChatText.Code(entry.Act)}{Subject(entry)}"
            : $"⛔ {ChatText.Person(entry.Person)} · {ChatText.Code(entry.Act)}{Subject(entry)} · refused: {ChatText.Name(entry.Reason ?? "")}"))
        with
    {
        IsQuiet = true,
    };

    private static string Subject(AuditEntry entry) => entry.Subject is { } subject ? " " + ChatText.Code(subject) : "";
}
