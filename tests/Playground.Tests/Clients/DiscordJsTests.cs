using Shouldly;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.State;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Clients;

/// <summary>The stand-in, judged by a client that nobody here wrote.</summary>
public sealed class DiscordJsTests
{
    private const string Version = "14.28.1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("")]
    [InlineData("zlib-stream")]
    public async Task Stranger_LogsInAndAnswersEverythingPeoplePress_AsAtDiscord(string compress)
    {
        var modules = await NodePackage.FindAsync("discord.js", Version);
        Assert.SkipWhen(modules is null, "node, npm or the package discord.js is not to be had here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, now);
        await using var bot = NodeBot.Start(modules!, discord, compress);

        var ready = await bot.NextAsync("ready", now);
        ready["user"]!.GetValue<string>().ShouldBe($"{discord.World.Application.Id}");
        ready["locale"]!.GetValue<string>().ShouldBe("en-US");
        (ready["roles"]!.GetValue<int>(), ready["channels"]!.GetValue<int>(), ready["commands"]!.GetValue<int>()).ShouldBe((5, 3, 1));

        var mod = discord.As("operator");
        var typed = await mod.AnswerAsync(mod.Type("snapshot create", "server", "mod"), now);
        typed.Choices.ShouldBe([new Choice("server modpack", "modpack")]);

        var asked = mod.Command("snapshot create", ("server", "modpack"), ("lock", true));
        var card = await mod.ReadAsync(asked, now);
        card.OnlyFor.ShouldBe(mod.Person);
        card.Text.ShouldBe("## modpack for operator, lock true\n[Name…]\n[Delete]");
        discord.As("viewer").Sees.ShouldBeEmpty();
        var more = await mod.SeesAsync(post => post.Body["content"]!.GetValue<string>() == "and more", now);
        more.Body["attachments"]!.AsArray().Count.ShouldBe(1);

        var opened = await mod.AnswerAsync(mod.Click(card, "Name…"), now);
        var sent = mod.Submit(opened, ("Name", "before-update"), ("Which", "B"));
        (await mod.ReadAsync(sent, now)).Text.ShouldBe("done");
        var named = await mod.SeesAsync(post => post.Text == "named at last", now);
        (named.IsPinned, named.Edits).ShouldBe((true, 1));

        (await mod.ReadAsync(mod.Click(card, "Delete"), now)).ShouldBe(card);
        card.Text.ShouldBe("gone");
        discord.Ledger.Violations.ShouldBeEmpty();
        // Two keys that discord.js always sends and the specification has elsewhere only.
        discord.Ledger.UnknownKeys.ShouldAllBe(key => key.EndsWith("enforce_nonce", StringComparison.Ordinal) || key.EndsWith("tts", StringComparison.Ordinal));

        await bot.TellAsync($"bad {mod.Channel.Id}");
        (await bot.NextAsync("refused", now))["code"]!.GetValue<int>().ShouldBe(50035);
    }

    [Fact]
    public async Task Stranger_CutOffAskedToReconnectAndInvalidated_ComesBackAndLosesNothing()
    {
        var modules = await NodePackage.FindAsync("discord.js", Version);
        Assert.SkipWhen(modules is null, "node, npm or the package discord.js is not to be had here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { AnswerTime = TimeSpan.FromSeconds(30), RateLimits = RateLimits.Off }, now);
        await using var bot = NodeBot.Start(modules!, discord);
        await bot.NextAsync("ready", now);
        var mod = discord.As("operator");

        discord.Faults.AskToReconnect();
        await bot.NextAsync("resumed", now);
        (await Ask(mod, now)).ShouldStartWith("## valheim");

        discord.Faults.DropConnections();
        var missed = mod.Command("snapshot create", ("server", "valheim"));
        await bot.NextAsync("resumed", now);
        (await mod.ReadAsync(missed, now)).Text.ShouldStartWith("## valheim");

        discord.Faults.InvalidateSessions(SessionFate.Lost);
        await discord.WaitAsync(() => discord.Logins.Identifies == 2 ? discord : null, now);
        await discord.WaitForClientAsync(now);
        (await Ask(mod, now)).ShouldStartWith("## valheim");
    }

    [Theory]
    [InlineData(GatewayClose.AuthenticationFailed)]
    [InlineData(GatewayClose.DisallowedIntents)]
    public async Task Stranger_RefusedAtLogin_EndsWithoutALoop(GatewayClose code)
    {
        var modules = await NodePackage.FindAsync("discord.js", Version);
        Assert.SkipWhen(modules is null, "node, npm or the package discord.js is not to be had here.");
        using var deadline = new CancellationTokenSource(Patience);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, deadline.Token);
        discord.Faults.RefuseLogins(code);
        await using var bot = NodeBot.Start(modules!, discord);

        await bot.NextAsync("login", deadline.Token);
        discord.Logins.Identifies.ShouldBe(1);
    }

    private static async Task<string> Ask(People.Actor mod, CancellationToken cancellationToken) =>
        (await mod.ReadAsync(mod.Command("snapshot create", ("server", "valheim")), cancellationToken)).Text;
}
