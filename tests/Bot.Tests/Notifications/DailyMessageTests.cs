using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

public sealed class DailyMessageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draw_DiscordIsAway_LineComesWhenItIsBack()
    {
        await using var bench = await HostBench.OpenAsync();
        var daily = await DailyAsync(bench);
        bench.Chat.OnSend = _ => throw FakeChat.Fault(ChatError.Unavailable);
        await AddAsync(bench, daily, "nightly");
        await daily.DrawAsync(HostBench.Usual, Cancel);
        daily.Due.ShouldBeEmpty("not at once again");

        bench.Chat.OnSend = _ => Task.CompletedTask;
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        daily.Due.ShouldBe([HostBench.Usual]);
        await daily.DrawAsync(HostBench.Usual, Cancel);

        bench.Chat.TextIn(HostBench.Usual).ShouldContain("nightly");
    }

    [Fact]
    public async Task Draw_SentButTheAnswerWasLost_OneMessageWithAllLines()
    {
        await using var bench = await HostBench.OpenAsync();
        var daily = await DailyAsync(bench);
        await AddAsync(bench, daily, "first");
        await daily.DrawAsync(HostBench.Usual, Cancel);
        var sent = bench.Chat.Posts.ShouldHaveSingleItem();

        // As if the process had died before it could write down which message that was.
        await (await bench.ServiceAsync<PostedMessages>()).RemoveAsync($"daily:{HostBench.Usual}:2026-11-24", Cancel);
        await AddAsync(bench, daily, "first");
        await AddAsync(bench, daily, "second");
        var next = await DailyAsync(bench);
        await next.ResumeAsync(Cancel);
        while (next.Due.Count > 0)
        {
            await next.DrawAsync(HostBench.Usual, Cancel);
        }

        bench.Chat.Posts.ShouldHaveSingleItem().Id.ShouldBe(sent.Id);
        bench.Chat.Posts[0].Text.ShouldContain("second");
    }

    [Fact]
    public async Task Resume_LineWasNotTaken_NextProcessTellsIt()
    {
        await using var bench = await HostBench.OpenAsync();
        bench.Chat.OnSend = _ => throw FakeChat.Fault(ChatError.Unavailable);
        var daily = await DailyAsync(bench);
        await AddAsync(bench, daily, "nightly");
        await daily.DrawAsync(HostBench.Usual, Cancel);

        bench.Chat.OnSend = _ => Task.CompletedTask;
        bench.Begin();

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly"), "it is told");
    }

    [Fact]
    public async Task Draw_ChannelIsGone_ComesInTheUsualOne()
    {
        await using var bench = await HostBench.OpenAsync();
        bench.Chat.OnSend = channel => channel.Value == HostBench.Other ? throw FakeChat.Fault(ChatError.ChannelGone) : Task.CompletedTask;
        var daily = await DailyAsync(bench);
        await daily.AddAsync(new DailyLine(bench.Clock.GetUtcNow(), "nightly", null, Skipped: false), HostBench.Guild, HostBench.Other, TimeZoneInfo.Utc, Cancel);

        await daily.DrawAsync(HostBench.Other, Cancel);

        daily.Due.ShouldBe([HostBench.Usual]);
        await daily.DrawAsync(HostBench.Usual, Cancel);
        bench.Chat.TextIn(HostBench.Usual).ShouldContain("nightly");
        daily.Due.ShouldBeEmpty();
    }

    private static async Task<DailyMessage> DailyAsync(HostBench bench)
    {
        var posted = await bench.ServiceAsync<PostedMessages>();
        var addresses = new Addresses(
            bench.Chat, await bench.ServiceAsync<SettingReads>(), await bench.ServiceAsync<ScheduleReads>(), await bench.ServiceAsync<ScheduleChanges>(), posted, NullLogger.Instance);
        return new DailyMessage(bench.Chat, posted, addresses, bench.Clock, NullLogger.Instance);
    }

    private static Task AddAsync(HostBench bench, DailyMessage daily, string what) =>
        daily.AddAsync(new DailyLine(bench.Clock.GetUtcNow(), what, null, Skipped: false), HostBench.Guild, HostBench.Usual, TimeZoneInfo.Utc, Cancel);
}
