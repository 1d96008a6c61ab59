using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>One line of who did what.</summary>
internal static class AuditLineCard
{
    public static Message Of(AuditEntry entry) => Message.Of(new TextDisplay(Text(entry))) with { IsQuiet = true };

    public static string Text(AuditEntry entry)
    {
        var what = $"{ChatText.Person(entry.Person)} · {ChatText.Code(entry.Act)}{Subject(entry)}";
        return (entry.Verdict, entry.Reason) switch
        {
            (AuditVerdict.Accepted, null) => what,
            (AuditVerdict.Accepted, { } reason) => $"{what} · {ChatText.Name(reason)}",
            (_, var reason) => $"⛔ {what} · refused: {ChatText.Name(reason ?? "")}",
        };
    }

    private static string Subject(AuditEntry entry) => entry.Subject is { } subject ? " " + ChatText.Code(subject) : "";
}
