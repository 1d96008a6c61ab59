using Shouldly;
using SnapshotBot.Bot.Commands.Schedule;
using SnapshotBot.Bot.Commands.Storage;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Bot.Tests.Terminal;
using SnapshotBot.Chat.Messages;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

public sealed class PictureCardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 15, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Of_StorageThatGrew_ShowsItsPictureAboveTheWords()
    {
        var storage = UpkeepGoldenTests.Storage();

        var card = PictureCard.Of(new StorageShown(storage, null), Now, TimeZoneInfo.Utc);

        storage.Growth.ShouldNotBeEmpty();
        ShouldHavePicture(card, "storage.png");
        PictureCard.Of(new StorageShown(storage with { Growth = [] }, null), Now, TimeZoneInfo.Utc).ShouldBeNull();
    }

    [Fact]
    public void Of_ScheduleWithRuns_ShowsThemByDay()
    {
        ShouldHavePicture(PictureCard.Of(new ScheduleHistory(ScheduleSamples.Nightly, ScheduleSamples.Runs, null), Now, TimeZoneInfo.Utc), "runs.png");
        PictureCard.Of(new ScheduleHistory(ScheduleSamples.Played, [], null), Now, TimeZoneInfo.Utc).ShouldBeNull();
        PictureCard.Of(new object(), Now, TimeZoneInfo.Utc).ShouldBeNull();
    }

    private static void ShouldHavePicture(Message? card, string name)
    {
        card.ShouldNotBeNull();
        var file = card.Files.ShouldHaveSingleItem();
        file.Name.ShouldBe(name);
        file.Content.Span[1..4].ToArray().ShouldBe("PNG"u8.ToArray());
        var parts = card.Components.ShouldHaveSingleItem().ShouldBeOfType<Container>().Parts;
        parts[0].ShouldBeOfType<Gallery>().Items.ShouldHaveSingleItem().Media.Attachment.ShouldBe(name);
        parts[1].ShouldBeOfType<TextDisplay>();
    }
}
