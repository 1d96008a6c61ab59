using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Tests.Fake;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Gateway;
using Xunit;

namespace SnapshotBot.Chat.Tests.AtPlayground;

/// <summary>The native client at the playground's Discord: a server written apart from it, which also serves discord.js.</summary>
public sealed class StandInTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(FakeDiscord.Patience + FakeDiscord.Patience);
    private readonly SmallBot _bot = new();
    private StandIn _discord = null!;
    private NativeChat _chat = null!;
    private Task _running = Task.CompletedTask;

    public static TheoryData<string> Faults => ["op 7", "cut", "op 9, resumable", "op 9, lost", "closed 4000", "closed 4009"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _deadline.CancelAsync();
        try
        {
            await _running;
        }
        catch (ChatStoppedException)
        {
            // What the test was about.
        }

        await _chat.DisposeAsync();
        await _discord.DisposeAsync();
        _deadline.Dispose();
        _discord.Ledger.Objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(GatewayCompression.None)]
    [InlineData(GatewayCompression.ZlibStream)]
    public async Task EverythingPeoplePress_IsAnsweredAsByDiscordJs(GatewayCompression compression)
    {
        await StartAsync(compression: compression);
        var now = _deadline.Token;
        var mod = _discord.As("operator");

        var typed = await mod.AnswerAsync(mod.Type("snapshot create", "server", "mod"), now);
        typed.Choices.Select(choice => (choice.Name, choice.Value)).ShouldBe([("server modpack", "modpack")]);

        var card = await mod.ReadAsync(mod.Command("snapshot create", ("server", "modpack"), ("lock", true)), now);
        card.OnlyFor.ShouldBe(mod.Person);
        card.Text.ShouldBe("## modpack for operator, lock true\n[Name…]\n[Delete]");
        (await mod.SeesAsync(post => post.Text.StartsWith("and more", StringComparison.Ordinal), now)).Body["attachments"]!.AsArray().Count.ShouldBe(1);

        var opened = await mod.AnswerAsync(mod.Click(card, "Name…"), now);
        (await mod.ReadAsync(mod.Submit(opened, ("Name", "before-update"), ("Which", "B")), now)).Text.ShouldBe("done");
        var named = await mod.SeesAsync(post => post.Text == "named at last", now);
        (named.IsPinned, named.Edits).ShouldBe((true, 1));

        (await mod.ReadAsync(mod.Click(card, "Delete"), now)).ShouldBe(card);
        card.Text.ShouldBe("gone");
        _discord.Ledger.InvalidRequests.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_WhateverKind_ComesBackAndAnswersWhatWasPressedMeanwhile(string fault)
    {
        await StartAsync();
        var mod = _discord.As("operator");

        Break(fault);
        if (fault is "op 9, lost" or "closed 4009")
        {
            // A new session isn't told what the old one missed: Discord's own rule.
            await _discord.WaitAsync(() => _discord.Logins.Identifies == 2 ? _discord : null, _deadline.Token);
            await _discord.WaitForClientAsync(_deadline.Token);
        }

        var pressed = mod.Command("snapshot create", ("server", "valheim"));
        (await mod.ReadAsync(pressed, _deadline.Token)).Text.ShouldStartWith("## valheim for operator");
    }

    [Fact]
    public async Task Zombie_FallsSilent_IsReplaced()
    {
        await StartAsync(heartbeat: TimeSpan.FromMilliseconds(300));
        _discord.Faults.TurnToZombies();
        await _discord.WaitAsync(() => _discord.Logins.Resumes >= 1 ? _discord : null, _deadline.Token);

        var mod = _discord.As("operator");
        (await mod.ReadAsync(mod.Command("snapshot create", ("server", "modpack")), _deadline.Token)).Text.ShouldStartWith("## modpack");
    }

    [Theory]
    [InlineData(GatewayClose.AuthenticationFailed, ChatStop.BadToken)]
    [InlineData(GatewayClose.DisallowedIntents, ChatStop.ForbiddenIntents)]
    public async Task Login_Refused_IsTriedOnceAndSaysWhy(GatewayClose code, ChatStop reason)
    {
        _discord = await StandIn.StartWithGuildAsync(Options(TimeSpan.FromSeconds(41)), _deadline.Token);
        _discord.Faults.RefuseLogins(code);
        Connect(GatewayCompression.None);

        (await Should.ThrowAsync<ChatStoppedException>(_running)).Reason.ShouldBe(reason);
        _discord.Logins.Identifies.ShouldBe(1);
    }

    [Fact]
    public async Task Storm_Of429And5xx_IsOutwaitedAndAnsweredOnce()
    {
        await StartAsync();
        var mod = _discord.As("operator");
        _discord.Faults.OnRest("PATCH", "webhooks/", new RestFault.Kind.Limited(TimeSpan.FromMilliseconds(100), LimitScope.User), 3);
        _discord.Faults.OnRest("POST", "interactions/", new RestFault.Kind.Status(503), 2);

        (await mod.ReadAsync(mod.Command("snapshot create", ("server", "modpack")), _deadline.Token)).Text.ShouldStartWith("## modpack");
    }

    private static StandInOptions Options(TimeSpan heartbeat) => new()
    {
        Specification = Fake.Specification.Location,
        HeartbeatInterval = heartbeat,
        AnswerTime = TimeSpan.FromSeconds(60),
        RateLimits = RateLimits.Off,
    };

    private void Break(string fault)
    {
        switch (fault)
        {
            case "op 7":
                _discord.Faults.AskToReconnect();
                break;
            case "cut":
                _discord.Faults.DropConnections();
                break;
            case "op 9, resumable":
                _discord.Faults.InvalidateSessions(SessionFate.MayResume);
                break;
            case "op 9, lost":
                _discord.Faults.InvalidateSessions(SessionFate.Lost);
                break;
            case "closed 4000":
                _discord.Faults.CloseConnections((GatewayClose)4000);
                break;
            case "closed 4009":
                _discord.Faults.CloseConnections((GatewayClose)4009);
                break;
        }
    }

    private async Task StartAsync(TimeSpan? heartbeat = null, GatewayCompression compression = GatewayCompression.None)
    {
        _discord = await StandIn.StartWithGuildAsync(Options(heartbeat ?? TimeSpan.FromSeconds(41)), _deadline.Token);
        Connect(compression);
        var mod = _discord.As("operator");
        await _discord.WaitAsync(() => mod.Palette.Count > 0 ? mod : null, _deadline.Token);
    }

    private void Connect(GatewayCompression compression)
    {
        var options = new NativeChatOptions(new BotToken(_discord.Token))
        {
            ApiAddress = _discord.ApiUrl,
            Compression = compression,
            IdentifyEvery = TimeSpan.Zero,
            SteadyAfter = TimeSpan.Zero,
            InvalidSessionPause = TimeSpan.FromMilliseconds(1),
        };
        _chat = new NativeChat(options, TimeProvider.System, NullLogger<NativeChat>.Instance);
        _bot.Chat = _chat;
        _running = _chat.RunAsync(_bot, _deadline.Token);
    }
}
