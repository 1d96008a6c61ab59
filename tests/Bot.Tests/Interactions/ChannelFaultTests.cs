using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Tests.Notifications;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

/// <summary>Discord does not take what the bot says in a channel: who pressed is told, and others' panels are still drawn.</summary>
public sealed class ChannelFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChatError.Unavailable, "did not take a message")]
    [InlineData(ChatError.Forbidden, "can't write")]
    public async Task Panel_MessageIsNotTaken_WhoAskedIsTold(ChatError error, string words)
    {
        await using var bench = await HostBench.StartAsync();
        await bench.AddServerAsync();
        await bench.UntilAsync(() => bench.Chat.Handler is not null, "it listens");
        bench.Chat.OnSend = _ => throw FakeChat.Fault(error);

        await bench.Chat.Handler!.InteractAsync(bench.Command("panel"), Cancel);

        bench.Chat.Sends.ShouldHaveSingleItem();
        bench.Chat.Answers.ShouldHaveSingleItem().ShouldContain(words);
    }

    [Fact]
    public async Task Refresh_OnePanelIsForbidden_OthersAreDrawnAndItIsLeftAloneForAWhile()
    {
        await using var bench = await HostBench.OpenAsync();
        await bench.AddServerAsync();
        var posted = await bench.ServiceAsync<PostedMessages>();
        var kept = new List<MessageId>();
        foreach (var channel in (ulong[])[HostBench.Usual, HostBench.Other])
        {
            kept.Add(await bench.Chat.SendAsync(new ChannelId(channel), SnapshotBot.Bot.Presentation.Chat.Notes.NotSetUp(), Cancel));
            await posted.PutAsync(PanelRoute.SubjectOf(channel), HostBench.Guild, channel, kept[^1].Value, null, Cancel);
        }

        var tried = 0;
        bench.Chat.OnEdit = channel =>
        {
            if (channel.Value != HostBench.Usual)
            {
                return Task.CompletedTask;
            }

            tried++;
            throw FakeChat.Fault(ChatError.Forbidden);
        };
        var panels = new PanelRoute(bench.Host.Desk, new Auditor(bench.Chat, bench.Host.Desk.Audit, bench.Clock), NullLogger.Instance);

        await panels.RefreshAsync(HostBench.Guild, Cancel);
        await panels.RefreshAsync(HostBench.Guild, Cancel);

        bench.Chat.TextIn(HostBench.Other).ShouldContain("castle");
        tried.ShouldBe(1);
        bench.Clock.Advance(TimeSpan.FromMinutes(3));
        await panels.RefreshAsync(HostBench.Guild, Cancel);
        tried.ShouldBe(2);
    }
}
