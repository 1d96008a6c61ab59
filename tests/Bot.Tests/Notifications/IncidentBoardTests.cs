using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Chat;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>What people read of incidents: once, where the server's home is, and its end.</summary>
public sealed class IncidentBoardTests
{
    private static readonly IncidentCause Missed = new IncidentCause.RunMissed("a1", "nightly", 5, Samples.Time);

    [Fact]
    public async Task Incident_OverBeforeAnybodyWatched_IsToldOnceAllTheSame()
    {
        await using var bench = await BoardBench.OpenAsync();
        var before = new IncidentCause.UpkeepFailed("prune", "The disk is broken.");
        await bench.OpenIncidentAsync(null, before);
        _ = await bench.ServeAsync(posts => posts is [{ Channel: BoardBench.FirstChannel }]);

        // While the bot was down: one is over that was told, another came and went.
        await bench.ResolveAsync(null, before);
        await bench.OpenIncidentAsync(BoardBench.Server, Missed);
        await bench.ResolveAsync(BoardBench.Server, Missed);
        var posts = await bench.ServeAsync(posts => posts.Count == 3);

        posts[0].Text.ShouldContain("✅");
        posts[1].Message.ReplyTo.ShouldBe(new MessageId(posts[0].Id));
        posts[2].Channel.ShouldBe(BoardBench.HomeChannel);
        posts[2].Text.ShouldContain("it was: 5 runs of nightly missed");

        // Told is told: the next start finds nothing new, so the next thing said is of the next incident.
        await bench.OpenIncidentAsync(null, before);
        (await bench.ServeAsync(posts => posts.Count > 3)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task CopyFailed_AgainAndAgain_IsOneMessageAndItsEnd()
    {
        await using var bench = await BoardBench.OpenAsync();
        var cause = new IncidentCause.CopyFailed("/mnt/usb", "repository-unreachable", "It is not plugged in.");
        for (var times = 1; times <= 2; times++)
        {
            await bench.OpenIncidentAsync(null, cause);
            var now = times;
            _ = await bench.ServeAsync(posts => posts is [var one] && one.Edits == now - 1);
        }

        bench.Chat.Posts.ShouldHaveSingleItem().Text.ShouldContain("2 times");
        await bench.ResolveAsync(null, cause);
        var posts = await bench.ServeAsync(posts => posts.Count == 2);

        posts[0].Text.ShouldContain("fine again");
        posts[1].Message.IsQuiet.ShouldBeTrue();
    }

    [Fact]
    public async Task ServerGone_IsToldOnceWhereItsHomeWas_AndWhenItIsOver()
    {
        await using var bench = await BoardBench.OpenAsync();
        var schedule = await bench.ScheduleAsync();
        var cause = new IncidentCause.Gone(schedule.Id.Value, "nightly", IncidentCause.Gone.Server);
        (await (await bench.GetAsync<ServerChanges>()).RemoveAsync(BoardBench.Server, BoardBench.Cancel)).ShouldBeOfType<ServerOutcome.Removed>();

        await bench.OpenIncidentAsync(BoardBench.Server, cause);
        var told = (await bench.ServeAsync(posts => posts.Count > 0)).ShouldHaveSingleItem();
        await bench.OpenIncidentAsync(BoardBench.Server, cause);
        (await bench.ServeAsync(posts => posts.Any(post => post.Edits > 0))).ShouldHaveSingleItem();

        told.Channel.ShouldBe(BoardBench.HomeChannel);
        told.Text.ShouldContain("📭 **castle**: the server of nightly is gone");
        await bench.ResolveAsync(BoardBench.Server, cause);
        (await bench.ServeAsync(posts => posts.Count == 2))[1].Text.ShouldContain("**castle** is fine again");
    }

    [Fact]
    public async Task ChannelGone_IsToldOnceWhereItsHomeIs_AndWhenItHasAnother()
    {
        await using var bench = await BoardBench.OpenAsync();
        var schedule = await bench.ScheduleAsync();
        var changes = await bench.GetAsync<Service.Schedules.ScheduleChanges>();
        for (var run = 0; run < 3; run++)
        {
            _ = await changes.ChannelGoneAsync(schedule.Id, BoardBench.Cancel);
        }

        var told = (await bench.ServeAsync(posts => posts.Count > 0)).ShouldHaveSingleItem();

        told.Channel.ShouldBe(BoardBench.HomeChannel);
        told.Text.ShouldContain("the channel of nightly is gone");
        told.Text.ShouldContain("its runs go on");
        await bench.ResolveAsync(BoardBench.Server, new IncidentCause.Gone(schedule.Id.Value, "nightly", IncidentCause.Gone.Channel));
        (await bench.ServeAsync(posts => posts.Count == 2))[0].Text.ShouldContain("✅");
    }

    [Fact]
    public async Task RoleGone_IsToldOnce_AndWhenThereIsOneAgain()
    {
        await using var bench = await BoardBench.OpenAsync();
        await bench.SetAsync("alerts", "7", BoardBench.Home);
        var addresses = await bench.AddressesAsync();
        for (var i = 0; i < 3; i++)
        {
            (await addresses.RoleOfAsync(BoardBench.Home, BoardBench.Cancel)).ShouldBeNull();
        }

        var told = bench.Chat.Posts.ShouldHaveSingleItem();
        (told.Channel, told.Edits).ShouldBe((BoardBench.HomeChannel, 0));
        told.Text.ShouldContain("nobody is called now");
        await bench.SetAsync("alerts", "8", BoardBench.Home);
        bench.Chat.Roles = [8];
        (await addresses.RoleOfAsync(BoardBench.Home, BoardBench.Cancel)).ShouldBe(8UL);
        bench.Chat.Posts.ShouldHaveSingleItem().Text.ShouldContain("There is a role again");
    }
}
