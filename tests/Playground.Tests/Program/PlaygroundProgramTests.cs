using Shouldly;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Program;

/// <summary>The whole loop on the page by the program itself: the real bot, real containers on a real engine, a real browser.</summary>
public sealed class PlaygroundProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Playground_ADayWithTheBot_IsDoneOnThePage()
    {
        Assert.SkipWhen(Browser.Program is null, "There is no Chromium here.");
        Assert.SkipWhen(RunningPlayground.Engine is null, "There is no Docker engine of the tests' own here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var playground = await RunningPlayground.StartAsync(now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(playground.Url, 1280, 900, "dark", now);
        var page = new PageHand(tab, now);
        await tab.UntilAsync("document.querySelector('.map')?.querySelector('.tile.house')", now);

        // The panel, its blue button, the form.
        await page.CommandAsync("/panel");
        await tab.SeesAsync(".message:not(.ephemeral) .container", "castle", now);
        await page.PictureAsync("panel");
        await tab.ClickAsync(".button.primary", "Create snapshot", now);
        await tab.SeesAsync("[role=dialog]", "Lock against accidental deletion", now);
        await page.ChooseAsync("[role=dialog] .select-button", "castle");
        await page.FillAsync("[role=dialog] input.text-input", "day 1");
        await tab.ClickAsync("[role=dialog] .check", "Lock against", now);
        await page.PictureAsync("form");
        await tab.ClickAsync("[role=dialog] .button.primary", "Submit", now);
        await tab.UntilAsync("!document.querySelector('[role=dialog]')", now);

        // One message that grows up, in the channel that was set for it.
        await tab.ClickAsync(".channel", "snapshots", now);
        await tab.SeesAsync(".message", "Saved day 1", now);
        await page.PictureAsync("saved");

        // One's own copy of the panel: tabs and pages change that one, never the posted one.
        await tab.ClickAsync(".channel", "general", now);
        await page.ChooseAsync(".message:not(.ephemeral) .select-button", "castle");
        await tab.SeesAsync(".message.ephemeral .container", "day 1", now);
        await tab.ClickAsync(".message.ephemeral .button", "Storage", now);
        await tab.SeesAsync(".message.ephemeral .container", "storage", now);
        (await tab.TextAsync(".message:not(.ephemeral) .container", now)).ShouldContain("Servers");
        await tab.ClickAsync(".channel", "snapshots", now);
        await tab.SeesAsync(".message", "Saved day 1", now);

        // Locked: nobody deletes it.
        await page.CommandAsync("/snapshot delete", ("snapshot", "day 1"));
        await tab.SeesAsync(".message.ephemeral", "locked", now);

        // The house is gone; the difference says so; the restore says what it costs, and brings it back.
        await tab.ClickAsync(".tool", "Dig", now);
        await page.DigAsync("house");
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Compare…", now);
        await tab.SeesAsync(".message.ephemeral", "changed", now);
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Restore…", now);
        await tab.SeesAsync(".message.ephemeral", "Put castle back to day 1?", now);
        await page.PictureAsync("cost");
        await tab.ClickAsync(".message.ephemeral .button.danger", "Restore", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Restored day 1", now);
        await tab.UntilAsync("document.querySelector('.map')?.querySelector('.tile.house')", now);
        await page.PictureAsync("restored");

        // And not after all.
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Undo", now);
        await tab.SeesAsync(".message.ephemeral", "Undo the last restore", now);
        await tab.ClickAsync(".message.ephemeral .button.danger", "Undo", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Undone", now);
        await tab.UntilAsync("document.querySelector('.map') && !document.querySelector('.map').querySelector('.tile.house')", now);

        // Somebody who may only look, and somebody who may not even that.
        await tab.ClickAsync(".person", "viewer", now);
        await tab.UntilAsync("document.querySelector('.person[aria-checked=true]').dataset.person === 'viewer' && !document.querySelector('.message.ephemeral')", now);
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Restore…", now);
        await tab.SeesAsync(".message.ephemeral", "not allowed", now);
        await page.PictureAsync("refused");
        tab.Console.ShouldBeEmpty();
        var (exit, last) = await playground.EndAsync(now);
        exit.ShouldBe(0, last);
        last.ShouldContain("\"left\":[]");
    }

    [Fact]
    public async Task Playground_BotKilledInTheMiddleOfARestore_GoesOnInTheSameMessage()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PLAYGROUND_KILL") != "1", "A minute of its own: set SNAPSHOTBOT_TEST_PLAYGROUND_KILL=1.");
        Assert.SkipWhen(Browser.Program is null, "There is no Chromium here.");
        Assert.SkipWhen(RunningPlayground.Engine is null, "There is no Docker engine of the tests' own here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var playground = await RunningPlayground.StartAsync(now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(playground.Url, 1280, 900, "dark", now);
        var page = new PageHand(tab, now);
        await tab.UntilAsync("document.querySelector('.map')?.querySelector('.tile.house')", now);
        await tab.ClickAsync(".channel", "snapshots", now);
        await page.CommandAsync("/snapshot create", ("server", "castle"));
        await tab.SeesAsync(".message:not(.ephemeral)", "Saved", now);
        await tab.ClickAsync(".tool", "Dig", now);
        await page.DigAsync("house");
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Restore…", now);
        await tab.ClickAsync(".message.ephemeral .button.danger", "Restore", now);

        // Its message is there: the restore has begun.
        await tab.UntilAsync("[...document.querySelectorAll('.message:not(.ephemeral)')].slice(1).some(one => one.innerText.includes('castle'))", now);
        await tab.ClickAsync("[data-key='bot kill']", "Kill", now);
        await tab.ClickAsync("[data-key='bot start']", "Start", now);
        await tab.UntilAsync("[...document.querySelectorAll('.message:not(.ephemeral)')].slice(1).some(one => /Restored|failed|Swapped back|taken back|Cancelled/.test(one.innerText))", now);
        await page.PictureAsync("after-a-kill");

        // Old buttons work on: the snapshot from before the kill is restored now.
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Restore…", now);
        await tab.SeesAsync(".message.ephemeral", "Put castle back", now);
        tab.Console.ShouldBeEmpty();
        (await playground.EndAsync(now)).Exit.ShouldBe(0);
    }
}
