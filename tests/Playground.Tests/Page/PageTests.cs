using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Playground.Page;
using SnapshotBot.Playground.State;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Page;

/// <summary>The channel in a real browser, with a bot of a few lines behind it.</summary>
public sealed class PageTests
{
    private const string Hostile = "<img src=x onerror=alert(1)> **[x](javascript:alert(1))** @everyone <@&1> \u202Egnp.exe\u200B";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData(1280, 800, "dark")]
    [InlineData(390, 844, "light")]
    public async Task Page_TheWholeLoopByKeyboardAndPress_WorksWithoutAnErrorOnTheConsole(int width, int height, string scheme)
    {
        Assert.SkipWhen(Browser.Program is null, "There is no Chromium here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, now);
        await using var bot = new ScriptedBot(discord, AnswerAsync);
        await bot.CommandsAsync(SampleCards.Commands);
        await using var page = await PageServer.StartAsync(discord, new PageOptions { Games = [new TestGame()] }, now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(page.Url, width, height, scheme, now);
        await tab.SeesAsync("h1", "general", now);

        // The palette and its suggestions, without the mouse.
        await tab.EvaluateAsync("document.getElementById('composer').focus()", now);
        await tab.TypeAsync("/snap cre", now);
        await tab.SeesAsync("[role=option][aria-selected=true]", "/snapshot create", now);
        await tab.PictureAsync($"palette-{width}", now);
        await tab.KeysAsync(now, "Enter");
        await tab.TypeAsync("mod", now);
        await tab.SeesAsync("[role=option]", "modpack · running", now);
        await tab.PictureAsync($"suggestions-{width}", now);
        await tab.KeysAsync(now, "Enter");
        await tab.TypeAsync("lo", now);
        await tab.KeysAsync(now, "Enter", "ArrowDown", "ArrowUp", "Enter", "Enter");
        await tab.SeesAsync(".message", "modpack, lock true", now);

        // A card with everything on it, and a form.
        await Command(tab, "/panel", now);
        await tab.SeesAsync(".container", "Last snapshot", now);
        await tab.UntilAsync("[...document.querySelectorAll('.container time')].some(one => /ago|hour/.test(one.textContent))", now);
        await tab.PictureAsync($"card-{width}", now);
        (await tab.OverflowAsync(now)).ShouldBe(0);
        (await tab.NamelessAsync(now)).ShouldBeEmpty();
        (await tab.PaleAsync(now)).ShouldBeEmpty();
        await tab.ClickAsync(".button.primary", "Create snapshot", now);
        await tab.SeesAsync("[role=dialog]", "Create snapshot", now);
        await tab.PictureAsync($"modal-{width}", now);
        await tab.KeysAsync(now, "Enter");
        await tab.SeesAsync("[role=dialog]", "This field is required", now);
        (await tab.NamelessAsync(now)).ShouldBeEmpty();
        (await tab.PaleAsync(now)).ShouldBeEmpty();
        await tab.TypeAsync(Hostile, now);
        await tab.KeysAsync(now, "Tab", " ", "Enter");
        await tab.SeesAsync(".message", "<img src=x onerror=alert(1)>", now);
        await tab.PictureAsync($"answer-{width}", now);

        // Choosing in a select, a bot that is silent, an ephemeral message that goes away.
        await tab.ClickAsync(".select-button", "More…", now);
        await tab.KeysAsync(now, "ArrowDown", "Enter");
        await tab.SeesAsync(".message", "chose verify", now);
        await tab.ClickAsync(".button", "Silent", now);
        await tab.SeesAsync(".failure", "The application did not respond", now);
        await tab.ClickAsync(".dismiss", "Dismiss message", now);
        await tab.UntilAsync("![...document.querySelectorAll('.message')].some(one => one.innerText.includes('chose verify'))", now);
        (await tab.OverflowAsync(now)).ShouldBe(0);

        // Nothing of what was typed has become markup.
        (await tab.EvaluateAsync("document.querySelectorAll('#log img[src=x], #log a[href^=javascript]').length", now))!.GetValue<int>().ShouldBe(0);
        discord.Ledger.Violations.ShouldBeEmpty();
        tab.Console.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_AnotherPerson_SeesOnlyWhatIsForThem()
    {
        Assert.SkipWhen(Browser.Program is null, "There is no Chromium here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, now);
        await using var bot = new ScriptedBot(discord, AnswerAsync);
        await bot.CommandsAsync(SampleCards.Commands);
        var game = new TestGame();
        await using var page = await PageServer.StartAsync(discord, new PageOptions { Games = [game] }, now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(page.Url, 1280, 800, "dark", now);
        await tab.SeesAsync("h1", "general", now);
        await Command(tab, "/server list", now);
        await tab.SeesAsync(".message.ephemeral", "only for owner", now);

        await tab.EvaluateAsync("(send => { WebSocket.prototype.send = function (...all) { window.line = this; return send.apply(this, all); }; })(WebSocket.prototype.send)", now);
        await tab.ClickAsync(".person", "viewer", now);
        await tab.UntilAsync("document.querySelector('.person[aria-checked=true] .person-name').innerText === 'viewer'", now);
        (await tab.TextAsync("#log", now)).ShouldNotContain("only for owner");
        discord.As("admin").Say("hello **there**");

        // By keyboard too: arrows choose, and the focus stays.
        await tab.KeysAsync(now, "ArrowUp");
        await tab.UntilAsync("document.querySelector('.person[aria-checked=true]').dataset.person === 'operator' && document.activeElement.dataset.person === 'operator'", now);
        await tab.KeysAsync(now, "ArrowDown");
        await tab.UntilAsync("document.activeElement.ariaChecked === 'true' && document.activeElement.dataset.person === 'viewer'", now);
        await tab.SeesAsync(".message strong", "there", now);
        discord.As(discord.World.Guilds[0].Person("admin"), discord.World.Guilds[0].Channel("audit")).Say("elsewhere");
        await tab.UntilAsync("document.querySelector('.channel.unread')?.innerText.includes('audit')", now);

        await tab.ClickAsync(".map .tile.grass", "", now);
        await tab.UntilAsync("document.querySelector('.map .tile.wall')", now);
        game.Rows.ShouldContain(row => row.Contains('#'));

        // A line that was lost and is back does not make a viewer the owner.
        await tab.EvaluateAsync("window.line.close()", now);
        await tab.UntilAsync("document.body.classList.contains('away')", now);
        await tab.UntilAsync("!document.body.classList.contains('away')", now);
        await tab.EvaluateAsync("document.getElementById('composer').focus()", now);
        await tab.TypeAsync("still me", now);
        await tab.KeysAsync(now, "Enter");
        await tab.SeesAsync(".message", "still me", now);
        (await tab.EvaluateAsync("[...document.querySelectorAll('.message .name')].at(-1).innerText", now))!.GetValue<string>().ShouldBe("viewer");
        tab.Console.ShouldBeEmpty();
    }

    private static async Task Command(Tab tab, string command, CancellationToken cancellationToken)
    {
        await tab.EvaluateAsync("document.getElementById('composer').focus()", cancellationToken);
        await tab.TypeAsync(command, cancellationToken);
        await tab.SeesAsync("[role=option][aria-selected=true]", command, cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
        await tab.UntilAsync("document.activeElement.className.includes('more-options')", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    private static async Task AnswerAsync(ScriptedBot bot, Exchange exchange)
    {
        var data = exchange.Payload["data"]!;
        switch (exchange.Kind)
        {
            case ExchangeKind.Autocomplete:
                await bot.CallbackAsync(exchange, """{"type":8,"data":{"choices":[{"name":"modpack · running","value":"modpack"},{"name":"valheim · stopped","value":"valheim"}]}}""");
                break;
            case ExchangeKind.Command when data["name"]!.GetValue<string>() == "panel":
                await bot.CallbackAsync(exchange, """{"type":5}""");
                await bot.OriginalAsync(exchange, SampleCards.Panel);
                break;
            case ExchangeKind.Command when data["name"]!.GetValue<string>() == "server":
                await bot.CallbackAsync(exchange, """{"type":4,"data":{"flags":64,"content":"only for owner"}}""");
                break;
            case ExchangeKind.Command:
                var options = data["options"]![0]!["options"]!.AsArray();
                await bot.CallbackAsync(exchange, Text(4, 64, string.Join(", ", options.Select(one => one!["name"]!.GetValue<string>() == "lock" ? $"lock {one["value"]}" : one["value"]!.ToString()))));
                break;
            case ExchangeKind.Component when data["custom_id"]!.GetValue<string>() == "create":
                await bot.CallbackAsync(exchange, SampleCards.Modal);
                break;
            case ExchangeKind.Component when data["values"] is JsonArray values:
                await bot.CallbackAsync(exchange, Text(4, 64, $"chose {values[0]}"));
                break;
            case ExchangeKind.Modal:
                await bot.CallbackAsync(exchange, SampleCards.Saved(data["components"]![0]!["component"]!["value"]!.GetValue<string>()));
                break;
        }
    }

    private static string Text(int type, int flags, string content) =>
        new JsonObject { ["type"] = type, ["data"] = new JsonObject { ["flags"] = flags, ["content"] = content } }.ToJsonString();

    private sealed class TestGame : PlayGame
    {
        private readonly Lock _gate = new();
        private string[] _rows = ["........", "..T..~~.", "....~~~.", "........"];

        public IReadOnlyList<string> Rows
        {
            get
            {
                lock (_gate)
                {
                    return [.. _rows];
                }
            }
        }

        public override string Name => "castle";

        public override PlayKind Kind => PlayKind.Map;

        public override Task<PlayPicture> LookAsync(CancellationToken cancellationToken) => Task.FromResult(new PlayPicture("running", Rows));

        public override Task SetAsync(int column, int row, char tile, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                _rows = [.. _rows.Select((line, index) => index == row ? line[..column] + tile + line[(column + 1)..] : line)];
            }

            return Task.CompletedTask;
        }

        public override Task SwitchAsync(PlaySwitch to, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
