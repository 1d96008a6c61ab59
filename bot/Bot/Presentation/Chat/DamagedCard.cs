using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A snapshot that can't be read as a whole, and the one to turn to.</summary>
internal static class DamagedCard
{
    public static Message Of(SnapshotInfo damaged, SnapshotInfo? next)
    {
        var text = $"🧩 Pieces of {ChatText.Bold(damaged.Name)} are unreadable. Nothing was touched.\n";
        return next is null
            ? Notes.Say(text + "No other snapshot of this server has been read back and found good. Verify one before you rely on it.", Colour.Act)
            : Notes.Say(text + Next(next), Colour.Act, OpenIt(next));
    }

    public static string Next(SnapshotInfo good) =>
        $"Next good one: {ChatText.Bold(good.Name)}, {ChatText.Time(good.CreatedAt)}" + (good.VerifiedAt is { } read ? $", read back {ChatText.Time(read)}." : ".");

    public static Button OpenIt(SnapshotInfo good) => Button.Secondary("Open it", CustomId.Of(Verb.Open, good.Id.Value));
}
