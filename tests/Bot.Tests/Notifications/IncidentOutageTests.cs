using Shouldly;
using SnapshotBot.Chat;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

public sealed class IncidentOutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tell_DiscordIsAway_RingsWhenItIsBack()
    {
        await using var bench = await HostBench.StartAsync();
        var isAway = true;
        bench.Chat.OnSend = _ => isAway ? throw FakeChat.Fault(ChatError.Unavailable) : Task.CompletedTask;

        await OpenAsync(bench, "nightly");
        await bench.UntilAsync(() => bench.Chat.Sends.Count > 1, "it is tried again though nothing new happens");
        isAway = false;

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "it is told");
        bench.Chat.Sends[^1].Mentions.Roles.Select(role => role.Value).ShouldBe([HostBench.AlertRole]);
        bench.Chat.Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Tell_DiscordIsAwayUntilTheNextStart_RingsThen()
    {
        await using var bench = await HostBench.StartAsync();
        bench.Chat.OnSend = _ => throw FakeChat.Fault(ChatError.Unavailable);
        await OpenAsync(bench, "nightly");
        await bench.UntilAsync(() => bench.Chat.Sends.Count > 0, "it is tried");

        await bench.RestartAsync();
        bench.Chat.OnSend = _ => Task.CompletedTask;

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "it is told");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_EditFails_TurnsGreenWhenDiscordIsBack(bool restarted)
    {
        await using var bench = await HostBench.StartAsync();
        await OpenAsync(bench, "nightly");
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "it is told");
        var edits = 0;
        bench.Chat.OnEdit = _ =>
        {
            edits++;
            throw FakeChat.Fault(ChatError.Unavailable);
        };

        _ = await (await bench.ServiceAsync<Incidents>()).ResolveAsync(null, IncidentCause.UpkeepFailed.Text, null, Cancel);
        await bench.UntilAsync(() => edits > 0, "its end is tried");
        if (restarted)
        {
            await bench.RestartAsync();
        }

        bench.Chat.OnEdit = _ => Task.CompletedTask;

        await bench.UntilAsync(() => bench.Chat.Posts is [var first, var over] && first.Text.StartsWith("green", StringComparison.Ordinal) && over.Text.Contains("fine again"), "it turns green and is answered");
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        bench.Chat.Posts.Count.ShouldBe(2, "once");
    }

    [Fact]
    public async Task End_MessageWasDeleted_SaysNothingMore()
    {
        await using var bench = await HostBench.StartAsync();
        await OpenAsync(bench, "nightly");
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "it is told");
        await bench.Chat.DeleteAsync(new ChannelId(HostBench.Usual), bench.Chat.Posts[0].Id, Cancel);

        await OpenAsync(bench, "nightly");
        _ = await (await bench.ServiceAsync<Incidents>()).ResolveAsync(null, IncidentCause.UpkeepFailed.Text, null, Cancel);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        bench.Chat.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_CauseOfANewerVersion_TellsAllOthers()
    {
        await using var bench = await HostBench.OpenAsync();
        await OpenAsync(bench, "unknown");
        await bench.ChangeCatalogAsync("UPDATE incidents SET \"Detail\" = '{\"is\":\"of-a-newer-version\"}'");
        await OpenAsync(bench, "nightly");

        bench.Begin();

        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "the one that is understood is told");
        await OpenAsync(bench, "weekly");
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("weekly trouble"), "and those that come");
    }

    [Fact]
    public async Task Watch_CatalogCantBeReadForAWhile_TellsWhatHappenedMeanwhile()
    {
        await using var bench = await HostBench.StartAsync();
        await OpenAsync(bench, "nightly");
        await bench.UntilAsync(() => bench.Chat.TextIn(HostBench.Usual).Contains("nightly trouble"), "it is told");

        await bench.ChangeCatalogAsync("ALTER TABLE incidents RENAME TO away");
        await bench.PassAsync(TimeSpan.FromSeconds(30));
        await bench.ChangeCatalogAsync("ALTER TABLE away RENAME TO incidents");
        _ = await (await bench.ServiceAsync<Incidents>()).ResolveAsync(null, IncidentCause.UpkeepFailed.Text, null, Cancel);

        await bench.UntilAsync(() => bench.Chat.Posts is [var first, ..] && first.Text.StartsWith("green", StringComparison.Ordinal), "its end is told");
    }

    private static async Task OpenAsync(HostBench bench, string work) =>
        _ = await (await bench.ServiceAsync<Incidents>()).OpenAsync(null, new IncidentCause.UpkeepFailed(work, $"The {work} trouble."), Cancel);
}
