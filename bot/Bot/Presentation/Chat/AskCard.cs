using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Somebody asks those who may to put a server back.</summary>
internal static class AskCard
{
    /// <param name="role">Who may, mentioned once; null mentions nobody.</param>
    public static Message Of(SnapshotInfo snapshot, ulong asker, ulong? role, AskKind kind)
    {
        var whom = role is { } id ? $"<@&{id}> " : "";
        var text = $"🙋 {whom}{ChatText.Person(asker)} asks to put {ChatText.Bold(snapshot.Server)} back to {ChatText.Bold(snapshot.Name)} ({ChatText.Time(snapshot.CreatedAt)})"
            + (kind == AskKind.Second ? "\nA second operator, or an admin, has to agree." : "");
        return Message.Of(new Container(
            Colour.Look,
            new TextDisplay(text),
            new ActionRow(
                Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", snapshot.Id.Value, kind == AskKind.Second ? $"{asker}" : "")),
                Button.Secondary("Decline", CustomId.Of(Verb.Decline, snapshot.Id.Value)))))
            with
        {
            Mentions = role is { } ringing ? AllowedMentions.Of(new RoleId(ringing)) : AllowedMentions.None,
        };
    }

    public static Message Declined(string snapshot, ulong by) => Notes.Say($"🙅 Declined by {ChatText.Person(by)}: {ChatText.Bold(snapshot)} was not restored.", Colour.Off);
}

internal enum AskKind
{
    /// <summary>Somebody who may not asks those who may.</summary>
    Admin,

    /// <summary>Somebody who may with another's consent asks for it.</summary>
    Second,
}
