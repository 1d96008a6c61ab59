using System.Diagnostics;
using Shouldly;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Tests.Fake;
using Xunit;

namespace SnapshotBot.Chat.Tests.Contract;

/// <summary>Requests that fail: what is repeated, what isn't, and what the caller is told.</summary>
public sealed class FailureTests
{
    private static readonly ChannelId Channel = new(20);

    public static TheoryData<int, int, ChatError> Refusals => new()
    {
        { 404, 10062, ChatError.InteractionExpired },
        { 401, 50027, ChatError.InteractionExpired },
        { 404, 10015, ChatError.InteractionExpired },
        { 400, 40060, ChatError.AlreadyAnswered },
        { 429, 30046, ChatError.EditedTooOften },
        { 404, 10008, ChatError.MessageGone },
        { 404, 10003, ChatError.ChannelGone },
        { 403, 50013, ChatError.Forbidden },
        { 403, 50001, ChatError.Forbidden },
        { 413, 40005, ChatError.TooLarge },
        { 400, 50035, ChatError.Invalid },
        { 404, 0, ChatError.InteractionExpired },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task EditReply_Refused_IsToldOnceAndNotRepeated(int status, int code, ChatError error)
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        world.Discord.When(seen => seen.Path.StartsWith("webhooks/", StringComparison.Ordinal), _ => new Reply(status, $$"""{"code":{{code}},"message":"no"}"""));

        var refusal = await Should.ThrowAsync<ChatRequestException>(world.Chat.EditReplyAsync(interaction, Samples.Small, default));

        (refusal.Error, refusal.Status, refusal.Code).ShouldBe((error, status, code));
        world.Discord.Of("PATCH", "webhooks/").Count.ShouldBe(1);
        world.Running.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Pin_NoRoom_IsTold()
    {
        await using var world = await ChatWorld.ConnectAsync();
        world.Discord.When(seen => seen.Path.Contains("/pins/"), _ => new Reply(400, """{"code":30003,"message":"Maximum number of pins reached (50)"}"""));

        (await Should.ThrowAsync<ChatRequestException>(world.Chat.PinAsync(Channel, new MessageId(1), default))).Error.ShouldBe(ChatError.TooManyPins);
    }

    [Fact]
    public async Task Send_ServerErrors_IsRepeatedWithTheSameNonce()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var asked = 0;
        world.Discord.When(seen => seen.Path == "channels/20/messages", _ => ++asked < 3 ? new Reply(asked == 1 ? 500 : 502) : null);

        (await world.Chat.SendAsync(Channel, Samples.Small, default)).Value.ShouldBeGreaterThan(0ul);

        world.Discord.Of("POST", "channels/20/messages").Select(seen => seen.Body).Distinct().Count().ShouldBe(1);
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task FollowUp_MaybeDone_IsNotSaidTwice()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        world.Discord.When(seen => seen.Path.StartsWith("webhooks/", StringComparison.Ordinal), _ => new Reply(500));

        (await Should.ThrowAsync<ChatRequestException>(world.Chat.FollowUpAsync(interaction, Samples.Small, Audience.Asker, default))).Error.ShouldBe(ChatError.Unavailable);
        world.Discord.Of("POST", "webhooks/").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Acknowledge_ServerErrorsThenDone_CountsAsAnswered()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        var asked = 0;
        world.Discord.When(seen => seen.Path.EndsWith("/callback", StringComparison.Ordinal), _ => ++asked == 1 ? new Reply(500) : new Reply(400, """{"code":40060,"message":"Interaction has already been acknowledged."}"""));

        await world.Chat.AcknowledgeUpdateAsync(interaction, default);

        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Acknowledge_ServerErrorsFor3Seconds_GivesUpThen()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        world.Discord.When(seen => seen.Path.EndsWith("/callback", StringComparison.Ordinal), _ => new Reply(503));
        var began = Stopwatch.GetTimestamp();

        (await Should.ThrowAsync<ChatRequestException>(world.Chat.AcknowledgeUpdateAsync(interaction, default))).Error.ShouldBe(ChatError.Unavailable);

        world.Discord.Of("POST", "/callback").Count.ShouldBeGreaterThan(1);
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Send_ToldToWait_WaitsAndSendsAgain()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var asked = 0;
        world.Discord.When(seen => seen.Path == "channels/20/messages", _ => ++asked == 1
            ? new Reply(429, """{"message":"You are being rate limited.","retry_after":0.3,"global":false}""", ("Retry-After", "1"), ("Via", "1.1 google"), ("X-RateLimit-Scope", "user"))
            : null);
        var began = Stopwatch.GetTimestamp();

        await world.Chat.SendAsync(Channel, Samples.Small, default);

        Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.3));
        asked.ShouldBe(2);
        world.Chat.Health.RateLimited.ShouldBe(1);
        world.Chat.Health.InvalidRequests.ShouldBe(1);
    }

    [Fact]
    public async Task Send_SharedLimit_IsNotCountedAgainstUs()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var asked = 0;
        world.Discord.When(seen => seen.Path == "channels/20/messages", _ => ++asked == 1
            ? new Reply(429, """{"message":"The resource is being rate limited.","retry_after":0.05,"global":false}""", ("X-RateLimit-Scope", "shared"), ("Via", "1.1 google"))
            : null);

        await world.Chat.SendAsync(Channel, Samples.Small, default);

        world.Chat.Health.InvalidRequests.ShouldBe(0);
    }

    [Fact]
    public async Task Send_GlobalLimit_HoldsAllButCallbacks()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        var limited = new TaskCompletionSource();
        var asked = 0;
        world.Discord.When(seen => seen.Path == "channels/20/messages", _ =>
        {
            limited.TrySetResult();
            return ++asked == 1
                ? new Reply(429, """{"message":"You are being rate limited.","retry_after":1.5,"global":true}""", ("X-RateLimit-Global", "true"), ("Via", "1.1 google"))
                : null;
        });
        var sending = world.Chat.SendAsync(Channel, Samples.Small, default);
        await limited.Task;
        while (world.Chat.Health.RateLimited == 0)
        {
            await Task.Yield();
        }

        var other = world.Chat.EditAsync(new ChannelId(99), new MessageId(1), Samples.Small, default);
        await world.Chat.AcknowledgeUpdateAsync(interaction, default);
        await Task.WhenAll(sending, other);

        var told = world.Discord.Of("POST", "channels/20/messages")[0].At;
        world.Discord.Of("PATCH", "channels/99")[0].At.ShouldBeGreaterThan(told + TimeSpan.FromSeconds(1.4));
        world.Discord.Of("POST", "/callback")[0].At.ShouldBeLessThan(world.Discord.Of("PATCH", "channels/99")[0].At);
    }

    [Fact]
    public async Task Send_BucketUsedUp_WaitsInsteadOfBeingRefused()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var (left, refused) = (0, 0);
        var until = DateTimeOffset.MinValue;
        var gate = new Lock();
        world.Discord.When(seen => seen.Path == "channels/20/messages", seen =>
        {
            lock (gate)
            {
                var now = DateTimeOffset.UtcNow;
                (left, until) = now >= until ? (3, now.AddSeconds(0.4)) : (left, until);
                refused += left == 0 ? 1 : 0;
                left = Math.Max(0, left - 1);
                (string, string)[] headers = [("X-RateLimit-Bucket", "abc"), ("X-RateLimit-Limit", "3"), ("X-RateLimit-Remaining", $"{left}"), ("X-RateLimit-Reset-After", "0.45")];
                return new Reply(200, """{"id":"1"}""", headers);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => world.Chat.SendAsync(Channel, Samples.Small, default)));

        refused.ShouldBe(0);
    }

    [Fact]
    public async Task EditReply_After15Minutes_IsNotEvenAsked()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world) with { ReceivedAt = DateTimeOffset.UtcNow.AddMinutes(-16) };

        (await Should.ThrowAsync<ChatRequestException>(world.Chat.EditReplyAsync(interaction, Samples.Small, default))).Error.ShouldBe(ChatError.InteractionExpired);
        world.Discord.Of("PATCH", "webhooks/").ShouldBeEmpty();
    }

    [Fact]
    public async Task Logs_AllFailures_HoldNoToken()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var interaction = await PressAsync(world);
        var told = new List<string> { interaction.ToString(), new BotToken(FakeDiscord.Token).ToString(), new NativeChatOptions(new BotToken(FakeDiscord.Token)).ToString() };
        var status = 500;
        world.Discord.When(
            seen => seen.Path.StartsWith("webhooks/", StringComparison.Ordinal) || seen.Path.StartsWith("interactions/", StringComparison.Ordinal),
            _ => new Reply(status, """{"code":0}"""));
        foreach (var next in new[] { 500, 404, 403, 401, 400 })
        {
            status = next;
            told.Add((await Should.ThrowAsync<ChatRequestException>(world.Chat.FollowUpAsync(interaction, Samples.Small, Audience.Asker, default))).ToString());
            told.Add((await Should.ThrowAsync<ChatRequestException>(world.Chat.AcknowledgeUpdateAsync(interaction, default))).ToString());
        }

        world.Discord.Gateway.RefuseWith = 4004;
        await world.Discord.Gateway.CloseAsync(4004);
        told.Add((await Should.ThrowAsync<ChatStoppedException>(world.Running.WaitAsync(FakeDiscord.Patience))).ToString());
        told.Add(world.Log.Text);

        told.ShouldAllBe(text => !text.Contains(FakeDiscord.Token) && !text.Contains("interaction-token-"));
        world.Log.Text.ShouldContain(":token");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public void Token_ThatCanBeNone_IsRefusedUnsent(string token) =>
        Should.Throw<ChatStoppedException>(() => new BotToken(token)).Reason.ShouldBe(ChatStop.BadToken);

    private static async Task<Interaction> PressAsync(ChatWorld world)
    {
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Press(77));
        return await world.Handler.NextAsync();
    }
}
