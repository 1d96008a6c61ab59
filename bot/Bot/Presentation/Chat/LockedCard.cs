using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A locked snapshot refuses to be deleted.</summary>
internal static class LockedCard
{
    public static Message Of(SnapshotInfo snapshot, LockHolder? holder, GuildRole role)
    {
        var by = holder is null ? "" : $" by {ChatText.Person(holder.Person)} since {ChatText.Time(holder.Since, 'd')}";
        var text = $"🔒 {ChatText.Bold(snapshot.Name)} is locked{by}, so it can't be deleted.";
        return role >= GuildRole.Admin
            ? Notes.Say(text + " Nothing was changed.", Colour.Look, Button.Secondary("Unlock", CustomId.Of(Verb.Run, "unlock", snapshot.Id.Value)))
            : Notes.Say(text + " An admin can unlock it. Nothing was changed.", Colour.Look);
    }
}

/// <summary>Whose lock holds.</summary>
/// <param name="Person">As operations write down who asked.</param>
internal sealed record LockHolder(string Person, DateTimeOffset Since);
