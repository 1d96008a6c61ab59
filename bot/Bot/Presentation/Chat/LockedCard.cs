using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A locked snapshot refuses to be deleted.</summary>
internal static class LockedCard
{
    public static Message Of(SnapshotInfo snapshot, GuildRole role) => role >= GuildRole.Admin
        ? Notes.Say(
            $"🔒 {ChatText.Bold(snapshot.Name)} is locked, so it can't be deleted. Nothing was changed.", Colour.Look,
            Button.Secondary("Unlock", CustomId.Of(Verb.Run, "unlock", snapshot.Id.Value)))
        : Notes.Say($"🔒 {ChatText.Bold(snapshot.Name)} is locked, so it can't be deleted. An admin can unlock it. Nothing was changed.", Colour.Look);
}
