using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Playground.State;
using SnapshotBot.Playground.Tests.Page;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Rest;

/// <summary>Answers in time, too late, twice, and after the token is over; limits and faults.</summary>
public sealed class InteractionTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callback_Twice_IsAlreadyAcknowledged()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = await BotAsync(discord);
        var asked = discord.As("owner").Command("panel");
        await bot.CallbackAsync(asked, """{"type":5}""");

        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"interactions/{asked.Id}/{asked.Token}/callback", """{"type":5}"""))).ShouldBe((400, 40060));
        asked.Answer!.IsLoading.ShouldBeTrue();
        discord.Ledger.AnsweredAgain.ShouldBe([asked.Id]);
        discord.Ledger.Objections.ShouldHaveSingleItem().ShouldContain("answered again");
    }

    [Fact]
    public async Task Callback_AfterThreeSeconds_IsUnknownAndThePersonIsTold()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        await using var bot = await BotAsync(discord);
        var asked = discord.As("owner").Command("panel");
        clock.Advance(TimeSpan.FromSeconds(3));

        asked.State.ShouldBe(ExchangeState.NotAnswered);
        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"interactions/{asked.Id}/{asked.Token}/callback", """{"type":5}"""))).ShouldBe((404, 10062));
    }

    [Fact]
    public async Task Original_AfterFifteenMinutes_HasAnInvalidToken()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        await using var bot = await BotAsync(discord);
        var asked = discord.As("owner").Command("panel");
        var path = $"webhooks/{discord.World.Application.Id}/{asked.Token}/messages/@original";
        (await CodeAsync(await bot.RawAsync(HttpMethod.Patch, path, """{"content":"x"}"""))).ShouldBe((404, 10015));
        await bot.CallbackAsync(asked, """{"type":5}""");
        await bot.OriginalAsync(asked, """{"content":"x"}""");
        clock.Advance(TimeSpan.FromMinutes(15));

        (await CodeAsync(await bot.RawAsync(HttpMethod.Patch, path, """{"content":"y"}"""))).ShouldBe((401, 50027));
        asked.Answer!.Text.ShouldBe("x");
    }

    [Fact]
    public async Task Callback_OfAKindThatDoesNotFit_IsRefused()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = await BotAsync(discord);
        var owner = discord.As("owner");
        var typed = owner.Type("snapshot create", "server", "m");

        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"interactions/{typed.Id}/{typed.Token}/callback", """{"type":5}"""))).ShouldBe((400, 50035));
        typed.State.ShouldBe(ExchangeState.Waiting);
        var asked = owner.Command("panel");
        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"interactions/{asked.Id}/{asked.Token}/callback", """{"type":7,"data":{"content":"x"}}"""))).ShouldBe((400, 50035));
    }

    [Fact]
    public async Task Messages_SixInFiveSeconds_MeetTheBucket()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        await using var bot = await BotAsync(discord);
        var path = $"channels/{discord.World.Guilds[0].Channels[0].Id}/messages";
        for (var i = 0; i < 5; i++)
        {
            await bot.SendAsync(HttpMethod.Post, path, """{"content":"x"}""");
        }

        using var limited = await bot.RawAsync(HttpMethod.Post, path, """{"content":"x"}""");
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        limited.Headers.Via.ToString().ShouldBe("1.1 google");
        limited.Headers.GetValues("X-RateLimit-Bucket").Single().Length.ShouldBe(32);
        clock.Advance(TimeSpan.FromSeconds(5));
        await bot.SendAsync(HttpMethod.Post, path, """{"content":"x"}""");
        discord.Ledger.InvalidRequests.ShouldBe(1);
    }

    [Fact]
    public async Task Edits_OfAnHourOldMessage_AreCounted()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        await using var bot = await BotAsync(discord);
        var channel = discord.World.Guilds[0].Channels[0];
        var made = await bot.SendAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", """{"content":"x"}""");
        clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 30; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await bot.SendAsync(HttpMethod.Patch, $"channels/{channel.Id}/messages/{made!["id"]}", """{"content":"y"}""");
        }

        clock.Advance(TimeSpan.FromSeconds(5));
        (await CodeAsync(await bot.RawAsync(HttpMethod.Patch, $"channels/{channel.Id}/messages/{made!["id"]}", """{"content":"z"}"""))).ShouldBe((429, 30046));
    }

    [Fact]
    public async Task Faults_AreAnsweredAsScriptedAndThenAreOver()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = await BotAsync(discord);
        var path = $"channels/{discord.World.Guilds[0].Channels[0].Id}/messages";
        discord.Faults.OnRest("POST", "/channels/", new RestFault.Kind.Status(503), 1);
        discord.Faults.OnRest("POST", "/channels/", new RestFault.Kind.Limited(TimeSpan.FromSeconds(1.5), LimitScope.Global), 1);
        discord.Faults.OnRest("POST", "/channels/", new RestFault.Kind.DoneButLost(), 1);

        (await bot.RawAsync(HttpMethod.Post, path, """{"content":"x"}""")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var limited = await bot.RawAsync(HttpMethod.Post, path, """{"content":"x"}""");
        JsonNode.Parse(await limited.Content.ReadAsStringAsync(Now))!["retry_after"]!.GetValue<double>().ShouldBe(1.5);
        (await bot.RawAsync(HttpMethod.Post, path, """{"content":"lost"}""")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        await bot.SendAsync(HttpMethod.Post, path, """{"content":"x"}""");
        discord.World.Guilds[0].Channels[0].Posts.Select(post => post.Text).ShouldBe(["lost", "x"]);
    }

    [Fact]
    public async Task Channel_WhereTheBotMayNotWriteOrThatIsGone_AnswersAsDiscord()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = await BotAsync(discord);
        var channel = discord.World.Guilds[0].Channel("snapshots");
        channel.BotPermissions &= ~Permissions.SendMessages;
        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", """{"content":"x"}"""))).ShouldBe((403, 50013));
        channel.BotPermissions = Permissions.None;
        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", """{"content":"x"}"""))).ShouldBe((403, 50001));
        discord.World.DeleteChannel(channel);
        (await CodeAsync(await bot.RawAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", """{"content":"x"}"""))).ShouldBe((404, 10003));
        (await CodeAsync(await bot.RawAsync(HttpMethod.Get, "nowhere", null))).ShouldBe((404, 0));
    }

    [Fact]
    public async Task People_CannotDoWhatTheirClientWouldNotOffer()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = await BotAsync(discord);
        var (owner, viewer) = (discord.As("owner"), discord.As("viewer"));

        Should.Throw<PeopleException>(() => owner.Command("snapshot create")).Message.ShouldContain("needs the option 'server'");
        Should.Throw<PeopleException>(() => owner.Command("snapshot create", ("server", "x"), ("color", "red"))).Message.ShouldContain("no option 'color'");
        Should.Throw<PeopleException>(() => owner.Command("nothing"));
        var asked = owner.Command("panel");
        await bot.CallbackAsync(asked, """{"type":4,"data":{"flags":64,"content":"x","components":[{"type":1,"components":[{"type":2,"style":1,"label":"Go","custom_id":"go"},{"type":2,"style":1,"label":"Off","custom_id":"off","disabled":true}]}]}}""");
        Should.Throw<PeopleException>(() => viewer.Click(asked.Answer!, "Go")).Message.ShouldContain("does not see");
        Should.Throw<PeopleException>(() => owner.Click(asked.Answer!, "Off")).Message.ShouldContain("disabled");
        Should.Throw<PeopleException>(() => owner.Click(asked.Answer!, "Gone")).Message.ShouldContain("No control");
        owner.Click(asked.Answer!, "Go").Payload["data"]!["custom_id"]!.GetValue<string>().ShouldBe("go");
    }

    private static async Task<ScriptedBot> BotAsync(StandIn discord)
    {
        var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        await bot.CommandsAsync(SampleCards.Commands);
        return bot;
    }

    private static async Task<(int Status, int Code)> CodeAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Now))!["code"]!.GetValue<int>());
        }
    }
}
