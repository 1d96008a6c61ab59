using System.Globalization;
using Shouldly;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Program;

/// <summary>What becomes of things when the bot, or the whole playground, is killed.</summary>
public sealed class PlaygroundProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How often the bot is killed, each time a little later in its restore.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PLAYGROUND_KILLS") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Playground_BotKilledInTheMiddleOfARestore_GoesOnInTheSameMessage()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience * Math.Max(1, Kills / 4));
        var now = deadline.Token;
        await using var playground = await RunningPlayground.StartAsync(now);
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(playground.Url, 1280, 900, "dark", now);
        var page = new PageHand(tab, now);
        await page.ArriveAsync("owner", "snapshots");
        await page.CommandAsync("/snapshot create", ("server", "castle"), ("name", "before"));
        await tab.SeesAsync(".message:not(.ephemeral)", "Saved before", now);
        var delays = new Random(7);
        for (var kill = 0; kill < Kills; kill++)
        {
            await page.BuildAsync("Fire", 6, 4);
            await tab.ClickAsync(".message:not(.ephemeral) .button", "Restore…", now);
            await tab.SeesAsync(".message.ephemeral", "Put castle back to before?", now);
            await tab.ClickAsync(".message.ephemeral .button.danger", "Restore", now);

            // Its message is there: the restore has begun. It has not ended, for a server must stay up for a while to count as up.
            const string Begun = "[...document.querySelectorAll('.message:not(.ephemeral)')].find(one => one.innerText.includes('restore before'))";
            await tab.UntilAsync(Begun, now);
            var id = (await tab.EvaluateAsync(Begun + ".dataset.id", now))!.GetValue<string>();
            var message = $"document.querySelector(\"[data-id='{id}']\")";
            await Task.Delay(TimeSpan.FromMilliseconds(kill == 0 ? 500 : delays.Next(4_000)), now);
            await tab.ClickAsync("[data-key='bot kill']", "Kill", now);
            await tab.SeesAsync(".game-state", "stopped", now);
            if (kill == 0)
            {
                (await tab.EvaluateAsync(message + ".innerText", now))!.GetValue<string>().ShouldNotContain("Restored");
                await page.PictureAsync("killed");
            }

            await tab.ClickAsync("[data-key='bot start']", "Start", now);
            await tab.UntilAsync(message + ".innerText.includes('Restored before')", now);
            await tab.UntilAsync("document.querySelector('.map') && !document.querySelector('.map .tile.fire')", now);
            (await tab.EvaluateAsync(Begun, now)).ShouldBeNull("the same message went on, and there is no second one");
        }

        await page.PictureAsync("after-a-kill");

        // Buttons from before the kill and from after it work on.
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Undo", now);
        await tab.SeesAsync(".message.ephemeral", "Undo the last restore of castle?", now);
        await tab.ClickAsync(".message.ephemeral .button.danger", "Undo", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Undone", now);
        await tab.UntilAsync("document.querySelector('.map .tile.fire')", now);
        await tab.ClickAsync(".message:not(.ephemeral) .button", "Lock", now);
        await tab.SeesAsync(".message.ephemeral", "Locked", now);
        tab.Console.ShouldBeEmpty();
        var (exit, last) = await playground.EndAsync(now);
        exit.ShouldBe(0, last);
        last.ShouldContain("\"left\":[]");
    }

    [Fact]
    public async Task Playground_KilledItself_TakesItsBotAlongAndTheNextOneCleansUp()
    {
        Assert.SkipWhen(RunningPlayground.Engine is null, "There is no Docker engine of the tests' own here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var killed = await RunningPlayground.StartAsync(now);
        using var bot = killed.Bot();
        var left = killed.Folders.ShouldHaveSingleItem();
        await killed.KillAsync();
        await bot.WaitForExitAsync(now);

        await using var next = await RunningPlayground.StartAsync(now, killed);

        // A folder goes when all that was made on the engine is gone.
        next.Folders.ShouldHaveSingleItem().ShouldNotBe(left);
        var (exit, last) = await next.EndAsync(now);
        exit.ShouldBe(0, last);
        last.ShouldContain("\"left\":[]");
        next.Folders.ShouldBeEmpty();
    }
}
