using Shouldly;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Chat;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

public sealed class OperationBoardTests
{
    private static readonly Requester Somebody = Requester.Person(HostBench.Admin);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draw_OneChannelIsHeldUp_OthersAreDrawnMeanwhile()
    {
        await using var bench = await HostBench.StartAsync();
        var (slow, quick) = (await bench.EnqueueAsync("slow", Somebody), await bench.EnqueueAsync("quick", Somebody));
        _ = await bench.Host.Desk.Board.AnnounceAsync(slow, HostBench.Guild, HostBench.Usual, Cancel);
        _ = await bench.Host.Desk.Board.AnnounceAsync(quick, HostBench.Guild, HostBench.Other, Cancel);
        var held = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        bench.Chat.OnEdit = channel =>
        {
            if (channel.Value == HostBench.Usual)
            {
                _ = isHeld.TrySetResult();
                return held.Task;
            }

            return Task.CompletedTask;
        };

        await bench.CancelAsync(slow);
        await bench.UntilAsync(() => isHeld.Task.IsCompleted, "the slow channel's edit waits");
        await bench.CancelAsync(quick);

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Other).Contains("Cancelled"), "the other channel is drawn");
        bench.Chat.TextIn(HostBench.Usual).ShouldNotContain("Cancelled");
        held.SetResult();
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("Cancelled"), "and the slow one after it");
    }

    [Fact]
    public async Task Watch_OneChannelTakesNoNewMessage_OthersAreStillToldOfWhatATerminalAsks()
    {
        await using var bench = await HostBench.StartAsync();
        await bench.AddServerAsync();
        var held = new TaskCompletionSource();
        bench.Chat.OnSend = channel => channel.Value == HostBench.Usual ? held.Task : Task.CompletedTask;
        var running = await bench.EnqueueAsync("running", Somebody);
        _ = await bench.Host.Desk.Board.AnnounceAsync(running, HostBench.Guild, HostBench.Other, Cancel);

        _ = await bench.EnqueueAsync("asked at a terminal", Requester.Terminal("root"));
        await bench.UntilAsync(() => bench.Chat.Sends.Any(send => send.Channel.Value == HostBench.Usual), "its message waits");
        await bench.CancelAsync(running);

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Other).Contains("Cancelled"), "what runs elsewhere is told to its end");
        held.SetResult();
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("asked at a terminal"), "and the one that waited comes");
    }

    [Fact]
    public async Task Announce_DiscordIsAway_ComesWhenItIsBackUnderTheSameName()
    {
        await using var bench = await HostBench.StartAsync();
        var isAway = true;
        bench.Chat.OnSend = _ => isAway ? throw FakeChat.Fault(ChatError.Unavailable) : Task.CompletedTask;
        var id = await bench.EnqueueAsync("patient", Somebody);

        (await bench.Host.Desk.Board.AnnounceAsync(id, HostBench.Guild, HostBench.Usual, Cancel)).ShouldBeOfType<Announcement.Later>();
        await bench.CancelAsync(id);
        await bench.UntilAsync(() => bench.Chat.Sends.Count > 2, "it is tried again");
        isAway = false;

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("Cancelled"), "its message comes, with how it ended");
        bench.Chat.Sends.Select(send => send.OnceAs).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        bench.Chat.Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Announce_DiscordIsAwayUntilTheNextStart_ComesThen()
    {
        await using var bench = await HostBench.StartAsync();
        bench.Chat.OnSend = _ => throw FakeChat.Fault(ChatError.Unavailable);
        var id = await bench.EnqueueAsync("patient", Somebody);
        _ = await bench.Host.Desk.Board.AnnounceAsync(id, HostBench.Guild, HostBench.Usual, Cancel);

        await bench.RestartAsync();
        bench.Chat.OnSend = _ => Task.CompletedTask;

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("patient"), "its message comes");
    }

    [Fact]
    public async Task Announce_MayNotWriteThere_IsRefusedAndNotTriedAgain()
    {
        await using var bench = await HostBench.StartAsync();
        await bench.AddServerAsync();
        bench.Chat.OnSend = _ => throw FakeChat.Fault(ChatError.Forbidden);
        var id = await bench.EnqueueAsync("unseen", Requester.Terminal("root"));

        (await bench.Host.Desk.Board.AnnounceAsync(id, HostBench.Guild, HostBench.Usual, Cancel)).ShouldBeOfType<Announcement.Refused>();
        await bench.CancelAsync(id);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        bench.Chat.Sends.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Edit_TooOftenForAnOldMessage_GoesOnInANewOneAndBothSaySo()
    {
        await using var bench = await HostBench.StartAsync();
        var id = await bench.EnqueueAsync("long", Somebody);
        var first = (await bench.Host.Desk.Board.AnnounceAsync(id, HostBench.Guild, HostBench.Usual, Cancel)).ShouldBeOfType<Announcement.Sent>();
        var edits = 0;
        bench.Chat.OnEdit = _ => ++edits == 1 ? throw FakeChat.Fault(ChatError.EditedTooOften) : Task.CompletedTask;

        await bench.CancelAsync(id);

        await bench.UntilAsync(() => bench.Chat.Posts is [_, var next] && next.Text.Contains("Cancelled"), "it goes on in a second message");
        bench.Chat.Posts[1].Text.ShouldContain($"goes on from https://discord.com/channels/{HostBench.Guild}/{HostBench.Usual}/{first.Message}");
        bench.Chat.Posts[0].Text.ShouldContain("goes on here");
    }

    [Fact]
    public async Task Watch_CatalogCantBeReadForAWhile_GoesOnAndMissesNoEnd()
    {
        await using var bench = await HostBench.StartAsync();
        await bench.AddServerAsync();
        var id = await bench.EnqueueAsync("steady", Requester.Terminal("root"));
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("waiting"), "it is told");

        await bench.ChangeCatalogAsync("ALTER TABLE servers RENAME TO away");
        await bench.PassAsync(TimeSpan.FromSeconds(30));
        await bench.ChangeCatalogAsync("ALTER TABLE away RENAME TO servers");
        await bench.CancelAsync(id);

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("Cancelled"), "it is told to its end");
    }

    [Fact]
    public async Task Flush_OperationIsLeftForTheNextStart_SaysThatTheBotStopsAndWhatHappensThen()
    {
        await using var bench = await HostBench.StartAsync();
        var id = await bench.EnqueueAsync("left", Somebody);
        _ = await bench.Host.Desk.Board.AnnounceAsync(id, HostBench.Guild, HostBench.Usual, Cancel);

        await bench.Host.FlushAsync();

        bench.Chat.TextIn(HostBench.Usual).ShouldContain("The bot is being stopped");
        bench.Chat.TextIn(HostBench.Usual).ShouldContain("begins anew by itself");
        await bench.RestartAsync();
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("restarted"), "the next one takes the message up");
    }
}
