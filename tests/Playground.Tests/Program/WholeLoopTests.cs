using Shouldly;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Program;

/// <summary>The whole loop on the page by the program itself: the real bot, real containers on a real engine, a real browser.</summary>
public sealed class WholeLoopTests(OpenPlayground playground) : IClassFixture<OpenPlayground>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task Owner_CreatesLocksComparesRestoresAndUndoes()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (watcher, _) = await playground.OpenAsync("viewer", "snapshots", now);
        await watcher.RememberAsync(now);
        var (tab, page) = await playground.OpenAsync("owner", "general", now);

        // The panel, its blue button, the form.
        await page.CommandAsync("/panel");
        await tab.SeesAsync(".message.ephemeral", "The panel is posted", now);
        await tab.SeesAsync(".message:not(.ephemeral) .container", "castle", now);
        await page.PictureAsync("panel");
        await page.PressAsync("Create snapshot");
        await tab.SeesAsync("[role=dialog]", "Lock against accidental deletion", now);
        await page.ChooseAsync("[role=dialog] .select-button", "castle");
        await page.FillAsync("[role=dialog] input.text-input", "day 1");
        await tab.ClickAsync("[role=dialog] .check", "Lock against", now);
        await page.PictureAsync("form");
        await tab.ClickAsync("[role=dialog] .button.primary", "Submit", now);
        await tab.UntilAsync("!document.querySelector('[role=dialog]')", now);

        // One message that grows up under everybody's eyes, in the channel that was set for it.
        await watcher.SeesAsync(".message", "Saved day 1", now);
        var grew = await watcher.RememberedAsync("Saved day 1", now);
        grew.Count.ShouldBeGreaterThan(1, "the same message said something before its end");
        grew[0].ShouldContain("snapshot day 1");
        await page.GoAsync("snapshots");
        await tab.SeesAsync(".message", "Saved day 1", now);
        await page.PictureAsync("saved");

        // One's own copy of the panel: tabs and pages change that one, never the posted one.
        await page.GoAsync("general");
        await page.ChooseAsync(".message:not(.ephemeral) .select-button", "castle");
        await tab.SeesAsync(".message.ephemeral .container", "day 1", now);
        await page.PictureAsync("own");
        await tab.ClickAsync(".message.ephemeral .button", "Storage", now);
        await tab.SeesAsync(".message.ephemeral .container", "storage", now);
        (await tab.TextAsync(".message:not(.ephemeral) .container", now)).ShouldContain("Servers");
        await page.GoAsync("snapshots");
        await tab.SeesAsync(".message", "Saved day 1", now);

        // Locked: nobody deletes it.
        await page.CommandAsync("/snapshot delete", ("snapshot", "day 1"));
        await tab.SeesAsync(".message.ephemeral", "locked", now);

        // The houses are gone; the difference says so; the restore says what it costs, and brings them back.
        await tab.ClickAsync(".tool", "Dig", now);
        await page.DigAsync("house");
        await page.PressAsync("Compare…", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "/data/world/map", now);
        await page.PressAsync("Restore…", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "Put castle back to day 1?", now);
        await page.PictureAsync("cost");
        await tab.ClickAsync(".message.ephemeral .button.danger", "Restore", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Restored day 1", now);
        await tab.UntilAsync("document.querySelector('.map')?.querySelector('.tile.house')", now);
        await page.PictureAsync("restored");

        // And not after all.
        await page.PressAsync("Undo", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "Undo the last restore", now);
        await tab.ClickAsync(".message.ephemeral .button.danger", "Undo", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Undone", now);
        await tab.UntilAsync("document.querySelector('.map') && !document.querySelector('.map').querySelector('.tile.house')", now);
        await page.GoAsync("audit");
        await tab.SeesAsync(".message:not(.ephemeral)", "snapshot undo", now);
        await page.BuildAsync("House", 5, 3);
        tab.Console.ShouldBeEmpty();
        watcher.Console.ShouldBeEmpty();
    }

    [Fact]
    public async Task Admin_MakesAScheduleAfterSeeingWhenItRuns()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (tab, page) = await playground.OpenAsync("admin", "general", now);
        await page.CommandAsync("/panel");

        // The new one takes the place of another's: not to choose from one that is just being removed.
        await tab.SeesAsync(".message.ephemeral", "The panel is posted", now);
        await tab.SeesAsync(".message:not(.ephemeral) .container", "harbour", now);
        await page.ChooseAsync(".message:not(.ephemeral) .select-button", "harbour");
        await tab.SeesAsync(".message.ephemeral .container", "Create snapshot", now);
        await tab.ClickAsync(".message.ephemeral .button", "Schedules", now);
        await tab.ClickAsync(".message.ephemeral .button.primary", "Create schedule", now);
        await tab.SeesAsync("[role=dialog]", "How often", now);
        await page.FillFieldAsync("Name", "nightly");
        await page.FillFieldAsync("How often", "daily at 04:00");
        await page.FillFieldAsync("Keep", "daily=14,weekly=8");
        await page.PictureAsync("schedule-form");
        await tab.ClickAsync("[role=dialog] .button.primary", "Submit", now);

        // Nothing is saved before it was seen.
        await tab.SeesAsync(".message.ephemeral", "Save \"nightly\" for harbour?", now);
        await page.PictureAsync("schedule");
        (await tab.TextAsync("#log", now)).ShouldNotContain("Saved nightly");
        await page.PressAsync("Save", ".message.ephemeral");
        await tab.SeesAsync(".message.ephemeral", "Saved nightly", now);

        // It is in the list, and its first run is asked for by a suggestion.
        await page.CommandAsync("/schedule list");
        await tab.SeesAsync(".message.ephemeral", "Daily at 04:00", now);
        await page.CommandAsync("/schedule run", ("name", "nightly"));
        await page.GoAsync("snapshots");
        await tab.SeesAsync(".message:not(.ephemeral)", "harbour", now);
        tab.Console.ShouldBeEmpty();
    }

    [Fact]
    public async Task Admin_MakesACopyThatRunsBesideTheFirst()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (tab, page) = await playground.OpenAsync("admin", "snapshots", now);
        await page.CommandAsync("/snapshot create", ("server", "harbour"), ("name", "pier"));
        await tab.SeesAsync(".message:not(.ephemeral)", "Saved pier", now);
        await page.PressAsync("Details", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "pier", now);
        await page.ChooseAsync(".message.ephemeral .select-button", "Test copy");
        await tab.SeesAsync("[role=dialog]", "Name of the new server", now);
        await page.FillAsync("[role=dialog] input.text-input", "harbour-test");
        await tab.ClickAsync("[role=dialog] .button.primary", "Submit", now);
        await tab.SeesAsync(".message:not(.ephemeral)", "Duplicated pier → harbour-test", now);

        await page.PressAsync("Start", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message:not(.ephemeral)", "Started harbour-test", now);
        await page.CommandAsync("/server list");
        await tab.SeesAsync(".message.ephemeral", "harbour-test", now);
        tab.Console.ShouldBeEmpty();
    }

    [Fact]
    public async Task OperatorViewerAndStranger_AreToldWhatTheyMayNot()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (tab, page) = await playground.OpenAsync("operator", "snapshots", now);
        await page.CommandAsync("/snapshot create", ("server", "castle"), ("name", "rules"));
        await tab.SeesAsync(".message:not(.ephemeral)", "Saved rules", now);
        await tab.ClickAsync(".tool", "Dig", now);
        await page.DigAsync("tree");
        await page.PressAsync("Restore…", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "You are not allowed to restore: this needs the admin role", now);

        await page.BeAsync("viewer");
        await tab.UntilAsync("!document.querySelector('.message.ephemeral')", now);
        await page.PressAsync("Lock", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "not allowed", now);
        await page.PressAsync("Compare…", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "Operators see the paths", now);
        (await tab.TextAsync("#log", now)).ShouldNotContain("/data/world");
        await page.PictureAsync("refused");

        // Somebody without any role: no suggestion, and not one word of what there is.
        await page.BeAsync("stranger");
        await tab.UntilAsync("!document.querySelector('.message.ephemeral')", now);
        await page.TypeCommandAsync("/snapshot info");
        await tab.SeesAsync(".composer .list-empty", "No options match your search", now);
        await tab.KeysAsync(now, "Escape", "Escape");
        await page.PressAsync("Details", ".message:not(.ephemeral)");
        await tab.SeesAsync(".message.ephemeral", "not allowed", now);
        (await tab.TextAsync(".message.ephemeral", now)).ShouldNotContain("rules");
        tab.Console.ShouldBeEmpty();
    }

    [Fact]
    public async Task Operator_GivesHostileNames_TheyStayText()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        const string Hostile = "<img src=x onerror=alert(1)> **[x](javascript:alert(1))** @everyone <@&1> ||s|| `c`";
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (tab, page) = await playground.OpenAsync("operator", "snapshots", now);
        await page.CommandAsync("/snapshot create", ("server", "harbour"), ("name", Hostile), ("note", "<script>alert(2)</script> # not a heading"));
        await tab.SeesAsync(".message:not(.ephemeral)", "Saved <img src=x onerror=alert(1)>", now);

        // As a suggestion, as somebody's own card, and on the panel.
        await page.CommandAsync("/snapshot info", ("snapshot", "<img src=x"));
        await tab.SeesAsync(".message.ephemeral", "<script>alert(2)</script>", now);
        await page.GoAsync("audit");
        await tab.SeesAsync(".message:not(.ephemeral)", "snapshot create", now);

        (await tab.EvaluateAsync("document.querySelectorAll('#log img[src=x], #log script, #log a[href^=javascript], #log .spoiler, #log .message.mentioned').length", now))!
            .GetValue<int>().ShouldBe(0);
        tab.Console.ShouldBeEmpty();
    }
}
