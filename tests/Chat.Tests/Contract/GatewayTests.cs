using Shouldly;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Tests.Fake;
using Xunit;

namespace SnapshotBot.Chat.Tests.Contract;

/// <summary>What the line to Discord survives: nothing is lost and nothing told twice, or it says why it stopped.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Run_FirstConnection_WarmsUpIdentifiesAndTells()
    {
        await using var world = await ChatWorld.ConnectAsync();

        world.Handler.IsWarm.ShouldBeTrue();
        world.Discord.Gateway.LastQuery.ShouldNotBeNull().ShouldStartWith("?v=10&encoding=json");
        world.Chat.Identity.ShouldBe(new ChatIdentity(FakeDiscord.ApplicationId, new UserId(FakeDiscord.BotId), "snapshots"));
        world.Chat.Health.Connection.ShouldBe(ChatConnection.Connected);
    }

    [Theory]
    [InlineData(GatewayCompression.None)]
    [InlineData(GatewayCompression.ZlibStream)]
    public async Task Run_EachCompression_ReadsAll(GatewayCompression compression)
    {
        ChatWorld.NativeOnly("which compression is an option of our own client; with it the line is never compressed.");
        await using var world = await ChatWorld.MakeAsync(with: options => options with { Compression = compression });
        world.Discord.Gateway.SplitsMessages = true;
        world.Start();
        await world.Handler.NextEventAsync<ChatReady>();
        for (var i = 1u; i <= 50; i++)
        {
            await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(i));
        }

        var ids = new HashSet<ulong>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add((await world.Handler.NextAsync()).Id.Value);
        }

        ids.Count.ShouldBe(50);
    }

    public static TheoryData<string> Breaks => ["drop", "op 7", "op 9 true", "op 9 false", "close 1001", "close 4000", "close 4009"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Run_LineBreaks_ComesBackAndTellsWhatCameMeanwhile(string how)
    {
        await using var world = await ChatWorld.ConnectAsync();
        var gateway = world.Discord.Gateway;
        await gateway.EmitAsync("INTERACTION_CREATE", Events.Command(1));
        (await world.Handler.NextAsync()).Id.ShouldBe(new InteractionId(1));

        await BreakAsync(gateway, how);
        var keeps = how is not ("op 9 false" or "close 4009");
        if (keeps)
        {
            await gateway.EmitAsync("INTERACTION_CREATE", Events.Command(2));
        }

        await gateway.UntilAsync(keeps ? "resume 3" : "identify");
        await gateway.EmitAsync("INTERACTION_CREATE", Events.Command(3));

        var next = keeps ? new HashSet<ulong> { (await world.Handler.NextAsync()).Id.Value, (await world.Handler.NextAsync()).Id.Value } : [(await world.Handler.NextAsync()).Id.Value];
        next.ShouldBe(keeps ? [2ul, 3ul] : [3ul], ignoreOrder: true);
        gateway.Identifies.ShouldBe(keeps ? 1 : 2);
        gateway.LastQuery.ShouldNotBeNull().ShouldStartWith("?v=10&encoding=json");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_InvalidSessionOnResume_ComesBackAsItMay(bool resumable)
    {
        await using var world = await ChatWorld.ConnectAsync();
        var gateway = world.Discord.Gateway;
        gateway.InvalidOnResume = resumable;
        gateway.Drop();
        await gateway.UntilAsync("invalid");

        await gateway.UntilAsync(resumable ? "resume 2" : "identify");
    }

    [Fact]
    public async Task Run_NoAnswerToHeartbeats_ClosesWith4000AndResumes()
    {
        await using var world = await ChatWorld.MakeAsync();
        var gateway = world.Discord.Gateway;
        (gateway.HeartbeatInterval, gateway.AnswersHeartbeats) = (100, false);
        world.Start();
        await gateway.UntilAsync("closed 4000");
        (gateway.HeartbeatInterval, gateway.AnswersHeartbeats) = (41_250, true);

        await gateway.UntilAsync("resume 2");
    }

    [Theory]
    [InlineData(4004, ChatStop.BadToken)]
    [InlineData(4012, ChatStop.OldVersion)]
    [InlineData(4013, ChatStop.BadIntents)]
    [InlineData(4014, ChatStop.ForbiddenIntents)]
    public async Task Run_RefusedForGood_TriesOnceAndSaysWhy(int code, ChatStop reason)
    {
        await using var world = await ChatWorld.MakeAsync();
        world.Discord.Gateway.RefuseWith = code;
        world.Start();

        var stopped = await Should.ThrowAsync<ChatStoppedException>(world.Running);

        stopped.Reason.ShouldBe(reason);
        stopped.Code.ShouldBe(code);
        world.Discord.Gateway.Refusals.ShouldBe(1);
        world.Chat.Health.Connection.ShouldBe(ChatConnection.Stopped);
    }

    [Fact]
    public async Task Run_TokenRefusedByTheApi_StopsAndAsksNothingMore()
    {
        await using var world = await ChatWorld.MakeAsync();
        world.Discord.When(_ => true, _ => new Reply(401, """{"code":0,"message":"401: Unauthorized"}"""));
        world.Start();

        (await Should.ThrowAsync<ChatStoppedException>(world.Running)).Reason.ShouldBe(ChatStop.BadToken);
        (await Should.ThrowAsync<ChatRequestException>(world.Chat.GuildAsync(new GuildId(1), default))).Error.ShouldBe(ChatError.Stopped);
        world.Discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_SessionsNearlyUsedUp_StopsBeforeTheLast()
    {
        await using var world = await ChatWorld.MakeAsync();
        world.Discord.When(
            seen => seen.Path == "gateway/bot",
            _ => new Reply(200, $$$"""{"url":"{{{world.Discord.Gateway.Address}}}","shards":1,"session_start_limit":{"total":1000,"remaining":20,"reset_after":60000,"max_concurrency":1}}"""));
        world.Start();

        (await Should.ThrowAsync<ChatStoppedException>(world.Running)).Reason.ShouldBe(ChatStop.SessionsUsedUp);
        world.Discord.Gateway.Identifies.ShouldBe(0);
    }

    [Fact]
    public async Task Run_NewSessions_AreSpacedApart()
    {
        var spacing = TimeSpan.FromMilliseconds(400);
        await using var world = await ChatWorld.ConnectAsync(with: options => options with { IdentifyEvery = spacing });
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < 3; i++)
        {
            await world.Discord.Gateway.CloseAsync(4009);
            await world.Discord.Gateway.UntilAsync("identify");
        }

        System.Diagnostics.Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(spacing * 2);
    }

    [Fact]
    public async Task Run_HandlersSlowAndQueueFull_LosesNothingAndStaysConnected()
    {
        const int Many = 300;
        var gate = new TaskCompletionSource();
        var handler = new Recorder((_, token) => gate.Task.WaitAsync(token));
        await using var world = await ChatWorld.MakeAsync(handler, options => options with { Workers = 2, QueueLength = 8 });
        world.Discord.Gateway.HeartbeatInterval = 200;
        world.Start();
        await handler.NextEventAsync<ChatReady>();
        for (var i = 1u; i <= Many; i++)
        {
            await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(i));
        }

        // The reader waits, the heart beats on.
        for (var i = 0; i < 5; i++)
        {
            await world.Discord.Gateway.UntilAsync("beat");
        }

        gate.SetResult();
        var ids = new List<ulong>();
        for (var i = 0; i < Many; i++)
        {
            ids.Add((await handler.NextAsync()).Id.Value);
        }

        ids.Distinct().Count().ShouldBe(Many);
        world.Discord.Gateway.Identifies.ShouldBe(1);
        world.Discord.Gateway.Resumes.ShouldBe(0);
    }

    [Fact]
    public async Task Run_HandlersSlowAfterTheirFirstAnswer_KeepNobodyWaitingAndAreWaitedForAtTheEnd()
    {
        const int GoingOn = 6;
        var gate = new TaskCompletionSource();
        using var acknowledged = new SemaphoreSlim(0);
        IChat? chat = null;
        var handler = new Recorder(async (interaction, token) =>
        {
            await chat!.AcknowledgeAsync(interaction, Audience.Asker, token);
            acknowledged.Release();
            await gate.Task.WaitAsync(token);
        });
        await using var world = await ChatWorld.ConnectAsync(handler, options => options with { Workers = 2, GoingOn = GoingOn, DrainFor = FakeDiscord.Patience });
        chat = world.Chat;
        for (var i = 1u; i <= GoingOn + 2; i++)
        {
            await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(i));
        }

        // As many as may go on and both workers' are answered, though none of them is done.
        for (var i = 1; i <= GoingOn + 2; i++)
        {
            (await acknowledged.WaitAsync(FakeDiscord.Patience)).ShouldBeTrue($"{i} of {GoingOn + 2}");
        }

        var stopping = world.StopAsync();
        handler.Interactions.TryRead(out _).ShouldBeFalse();
        stopping.IsCompleted.ShouldBeFalse();

        gate.SetResult();
        await stopping;
        var ended = new List<ulong>();
        while (handler.Interactions.TryRead(out var interaction))
        {
            ended.Add(interaction.Id.Value);
        }

        ended.Order().ShouldBe(Enumerable.Range(1, GoingOn + 2).Select(i => (ulong)i));
    }

    /// <summary>The full count by SNAPSHOTBOT_TEST_RECONNECTS=1000.</summary>
    [Fact]
    public async Task Run_ManyReconnects_LosesNoInteraction()
    {
        var many = int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_RECONNECTS"), out var wanted) ? wanted : 60;
        await using var world = await ChatWorld.ConnectAsync();
        var gateway = world.Discord.Gateway;
        string[] ways = ["drop", "op 7", "op 9 true", "close 1001", "close 4000"];
        var id = 0u;
        for (var i = 0; i < many; i++)
        {
            await gateway.EmitAsync("INTERACTION_CREATE", Events.Press(++id));
            await BreakAsync(gateway, ways[i % ways.Length]);
            await gateway.EmitAsync("INTERACTION_CREATE", Events.Press(++id));
            while (!(await gateway.Log.ReadAsync()).StartsWith("resume", StringComparison.Ordinal))
            {
            }
        }

        var seen = new List<ulong>();
        for (var i = 0; i < id; i++)
        {
            seen.Add((await world.Handler.NextAsync()).Id.Value);
        }

        seen.Order().ShouldBe(Enumerable.Range(1, (int)id).Select(i => (ulong)i));
        world.Handler.Interactions.TryRead(out _).ShouldBeFalse();
        world.Chat.Health.Resumes.ShouldBe(many);
        gateway.Identifies.ShouldBe(1);
    }

    [Fact]
    public async Task Run_Cancelled_SaysGoodbyeAndReturns()
    {
        await using var world = await ChatWorld.ConnectAsync();

        await world.StopAsync();

        await world.Discord.Gateway.UntilAsync("closed 1000");
        world.Chat.Health.Connection.ShouldBe(ChatConnection.Stopped);
    }

    [Fact]
    public async Task Run_HandlerThrows_GoesOn()
    {
        var handler = new Recorder((interaction, _) => interaction.Id.Value == 1 ? throw new InvalidOperationException("boom") : Task.CompletedTask);
        await using var world = await ChatWorld.ConnectAsync(handler);
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(1));
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(2));

        (await handler.NextAsync()).Id.Value.ShouldBe(2ul);
    }

    [Fact]
    public async Task Run_UnknownAndBrokenEvents_ArePassedOver()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var gateway = world.Discord.Gateway;
        await gateway.EmitAsync("SOMETHING_NEW", """{"a":[1,2]}""");
        await gateway.EmitAsync("INTERACTION_CREATE", """{"id":"not a number"}""");
        await gateway.EmitAsync("INTERACTION_CREATE", Events.Interaction(9, 99, """{"name":"x"}"""));
        await gateway.SendAsync("this is not JSON");
        await gateway.SendAsync("""{"op":42,"d":null}""");
        await gateway.EmitAsync("INTERACTION_CREATE", Events.Command(10));

        (await world.Handler.NextAsync()).Id.Value.ShouldBe(10ul);
        gateway.Identifies.ShouldBe(1);
    }

    [Fact]
    public async Task Run_Guilds_AreToldAndTheirOwnersKnown()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var gateway = world.Discord.Gateway;
        (await world.Handler.NextEventAsync<ChatGuild>()).Owner.ShouldBe(new UserId(77));
        await gateway.EmitAsync("GUILD_ROLE_CREATE", """{"guild_id":"10","role":{"id":"42","name":"new","permissions":"8","color":0,"hoist":false,"position":0,"managed":false,"mentionable":false,"flags":0}}""");
        await gateway.EmitAsync("INTERACTION_CREATE", Events.Command(1));
        (await world.Handler.NextAsync()).GuildOwner.ShouldBe(new UserId(77));
        (await world.Chat.GuildAsync(new GuildId(10), default)).Roles.Select(role => role.Name).ShouldBe(["@everyone", "admin", "friends", "new"], ignoreOrder: true);
        await gateway.EmitAsync("GUILD_DELETE", """{"id":"10","unavailable":true}""");
        await gateway.EmitAsync("GUILD_DELETE", """{"id":"10"}""");

        (await world.Handler.NextEventAsync<GuildId>()).ShouldBe(new GuildId(10));
        world.Discord.Of("GET", "guilds/10").ShouldBeEmpty();
    }

    [Fact]
    public async Task SetPresence_BeforeAndAfterConnecting_IsShown()
    {
        await using var world = await ChatWorld.MakeAsync();
        await world.Chat.SetPresenceAsync("watching 3 servers", default);
        world.Start();
        await world.Handler.NextEventAsync<ChatReady>();
        world.Discord.Gateway.Frames.ShouldContain(frame => frame.Contains("watching 3 servers") && frame.StartsWith("{\"op\":2"));

        await world.Chat.SetPresenceAsync("all is well", default);
        await world.Discord.Gateway.UntilAsync("presence");
    }

    private static Task BreakAsync(FakeGateway gateway, string how)
    {
        switch (how.Split(' '))
        {
            case ["drop"]:
                gateway.Drop();
                return Task.CompletedTask;
            case ["close", var code]:
                return gateway.CloseAsync(int.Parse(code));
            case ["op", "7"]:
                return gateway.LeaveAsync("""{"op":7,"d":null}""");
            default:
                return gateway.LeaveAsync($$"""{"op":9,"d":{{how.Split(' ')[2]}}}""");
        }
    }
}
