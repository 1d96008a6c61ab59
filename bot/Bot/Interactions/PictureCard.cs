using SnapshotBot.Bot.Commands.Schedule;
using SnapshotBot.Bot.Commands.Storage;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Presentation.Pictures;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Where people would rather look than read: the same words as at the terminal, below a picture.</summary>
internal static class PictureCard
{
    /// <summary>The card; null for what no picture belongs to, and for one with nothing to draw yet.</summary>
    public static Message? Of(object outcome, DateTimeOffset now, TimeZoneInfo zone) => outcome switch
    {
        StorageShown { Storage: { Growth.Count: > 0 } storage } =>
            Make(outcome, "storage.png", "How the storage grew", StoragePicture.Draw(storage, now, zone), zone),
        ScheduleHistory { Drawn.Count: > 0 } history =>
            Make(outcome, "runs.png", $"How {Words.Safe(history.Schedule.Name)} went, day by day", SchedulePicture.Draw(history.Schedule, history.Drawn, now, zone), zone),
        _ => null,
    };

    private static Message Make(object outcome, string name, string description, byte[] png, TimeZoneInfo zone)
    {
        var file = new OutgoingFile(name, png);
        var page = Views.Of(outcome, zone).Page();
        return Message.With([file], new Container(PageCard.EdgeOf(page), new Gallery(new GalleryItem(Media.Of(file), description)), new TextDisplay(PageCard.Text(page))));
    }
}
