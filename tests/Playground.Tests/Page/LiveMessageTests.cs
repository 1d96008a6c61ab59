using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Playground.Page;
using SnapshotBot.Playground.State;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Page;

/// <summary>A message while it grows: thinking, edits, pictures, files, times.</summary>
public sealed class LiveMessageTests
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task Message_ThinksThenGrows_UnderTheReadersEyes()
    {
        Assert.SkipWhen(Browser.Program is null, "There is no Chromium here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var thought = new TaskCompletionSource();
        var pressed = new TaskCompletionSource<Exchange>();
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, now);
        await using var bot = new ScriptedBot(discord, async (one, exchange) =>
        {
            if (exchange.Kind == ExchangeKind.Component)
            {
                await one.CallbackAsync(exchange, """{"type":6}""");
                return;
            }

            await one.CallbackAsync(exchange, """{"type":5}""");
            await thought.Task;
            await one.OriginalAsync(exchange, Card("copying 41 %"), ("growth.png", "image/png", Convert.FromBase64String(Dot)), ("level.dat", "text/html", "<script>alert(1)</script>"u8.ToArray()));
            pressed.SetResult(exchange);
        });
        await bot.CommandsAsync(SampleCards.Commands);
        await using var page = await PageServer.StartAsync(discord, new PageOptions(), now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(page.Url, 390, 844, "dark", now);
        var hand = new PageHand(tab, now);
        await tab.UntilAsync("document.body?.dataset.commands > 0", now);

        await hand.CommandAsync("/panel");
        await tab.SeesAsync(".message", "is thinking…", now);
        thought.SetResult();
        await tab.SeesAsync(".message", "copying 41 %", now);
        (await tab.TextAsync("#log", now)).ShouldNotContain("thinking");

        // The picture is shown, with words for who can't see it; the file can be kept and is never opened here.
        await tab.UntilAsync("document.querySelector('img.shot')?.naturalWidth === 1", now);
        (await tab.EvaluateAsync("document.querySelector('img.shot').alt", now))!.GetValue<string>().ShouldBe("How it grew");
        var file = (await tab.EvaluateAsync("document.querySelector('a.file').href", now))!.GetValue<string>();
        using var http = new HttpClient();
        using var kept = await http.GetAsync(new Uri(file), now);
        kept.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        kept.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");

        // 22:13:20 in London is an hour later for a reader in Berlin.
        var times = (await tab.EvaluateAsync("[...document.querySelectorAll('.container time')].map(one => one.textContent)", now))!.AsArray();
        times[0]!.GetValue<string>().ShouldMatch("(23|11):13");
        times[1]!.GetValue<string>().ShouldMatch("year");

        // An edit changes what is there and leaves the focus where it was.
        await tab.EvaluateAsync("document.querySelector('.container .button').focus()", now);
        await bot.OriginalAsync(await pressed.Task, Card("saved"));
        await tab.SeesAsync(".message", "saved", now);
        (await tab.EvaluateAsync("document.activeElement.dataset.customId", now))!.GetValue<string>().ShouldBe("lock");
        (await tab.EvaluateAsync("document.querySelectorAll('.message').length", now))!.GetValue<int>().ShouldBe(1);
        await tab.SeesAsync(".edited", "(edited)", now);

        // Who is choosing from a list is not disturbed: what was edited meanwhile shows when they have chosen, or have not.
        await tab.ClickAsync(".container .select-button", "", now);
        await bot.OriginalAsync(await pressed.Task, Card("verified"));
        await bot.SendAsync(HttpMethod.Post, $"webhooks/{discord.World.Application.Id}/{(await pressed.Task).Token}", """{"content":"and one more"}""");
        await tab.SeesAsync(".message", "and one more", now);
        (await tab.EvaluateAsync("document.querySelector('.container .select-button').ariaExpanded", now))!.GetValue<string>().ShouldBe("true");
        (await tab.TextAsync(".container", now)).ShouldContain("saved");
        await tab.KeysAsync(now, "Escape");
        await tab.SeesAsync(".container", "verified", now);
        (await tab.EvaluateAsync("document.activeElement.className", now))!.GetValue<string>().ShouldBe("select-button");

        // Nor is who has a button down: the press lands, and then the edit shows.
        var place = (await tab.EvaluateAsync("(box => [box.x + 5, box.y + 5])(document.querySelector('.container .button').getBoundingClientRect())", now))!.AsArray();
        await MouseAsync("mousePressed");
        await bot.OriginalAsync(await pressed.Task, Card("proven"));
        await bot.SendAsync(HttpMethod.Post, $"webhooks/{discord.World.Application.Id}/{(await pressed.Task).Token}", """{"content":"and the last"}""");
        await tab.SeesAsync(".message", "and the last", now);
        (await tab.TextAsync(".container", now)).ShouldContain("verified");
        await MouseAsync("mouseReleased");
        await tab.SeesAsync(".container", "proven", now);
        discord.World.Exchanges.Values.ShouldContain(exchange => exchange.Kind == ExchangeKind.Component);
        (await tab.NamelessAsync(now)).ShouldBeEmpty();
        (await tab.PaleAsync(now)).ShouldBeEmpty();
        (await tab.OverflowAsync(now)).ShouldBe(0);
        discord.Ledger.Violations.ShouldBeEmpty();
        tab.Console.ShouldBeEmpty();

        Task MouseAsync(string what) => tab.SendAsync(
            "Input.dispatchMouseEvent",
            new JsonObject { ["type"] = what, ["x"] = place[0]!.DeepClone(), ["y"] = place[1]!.DeepClone(), ["button"] = "left", ["clickCount"] = 1 }, now);
    }

    private static string Card(string text) => new JsonObject
    {
        ["flags"] = 32768,
        ["components"] = new JsonArray(new JsonObject
        {
            ["type"] = 17,
            ["components"] = new JsonArray(
                new JsonObject { ["type"] = 10, ["content"] = text + "\n<t:1700000000:f> · <t:1700000000:R>" },
                new JsonObject { ["type"] = 12, ["items"] = new JsonArray(new JsonObject { ["media"] = new JsonObject { ["url"] = "attachment://growth.png" }, ["description"] = "How it grew" }) },
                new JsonObject { ["type"] = 13, ["file"] = new JsonObject { ["url"] = "attachment://level.dat" } },
                new JsonObject { ["type"] = 1, ["components"] = new JsonArray(new JsonObject { ["type"] = 2, ["style"] = 2, ["label"] = "Lock", ["custom_id"] = "lock" }) },
                new JsonObject { ["type"] = 1, ["components"] = new JsonArray(new JsonObject { ["type"] = 3, ["custom_id"] = "more", ["options"] = new JsonArray(new JsonObject { ["label"] = "Rename", ["value"] = "rename" }) }) }),
        }),
    }.ToJsonString();
}
