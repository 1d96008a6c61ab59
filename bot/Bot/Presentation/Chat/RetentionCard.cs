using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What another rule would do to a server's snapshots, before it is saved. For one's own eyes.</summary>
internal static class RetentionCard
{
    public static Message Of(RetentionShown plan, PendingConfirm confirm)
    {
        var gone = plan.Forecast.Forgotten;
        return Message.Of(new Container(
            Colour.Look,
            new TextDisplay(
                $"### Save {ChatText.Code(plan.Planned ?? "", 80)} for {ChatText.Name(plan.Server)}?\n"
                + $"{Words.Count(gone.Count, "snapshot goes", "snapshots go")} with the next expiry, the oldest of {ChatText.Time(gone[^1].Snapshot.CreatedAt, 'D')}; "
                + $"{Words.Count(plan.Forecast.Kept.Count, "stays", "stay")}, about {Words.Size(plan.Forecast.KeptBytes)}.\n"
                + ChatText.Small("Lock what must not go. Schedules with a rule of their own keep theirs.")),
            new ActionRow(
                Button.Danger("Save", CustomId.Of(Verb.Yes, confirm.Handle)),
                Button.Secondary("Cancel", CustomId.Of(Verb.No, confirm.Handle))),
            new TextDisplay(ChatText.Small($"Nothing is saved yet · until {ChatText.Time(confirm.Until)}"))));
    }
}
