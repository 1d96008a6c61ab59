using Shouldly;
using SnapshotBot.Playground;
using SnapshotBot.Testing.Engines;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>Somebody looks for one snapshot of many.</summary>
public sealed class FindTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task List_ByNameNotePersonTimeAndNumber_ShowsThoseThatFitInPages()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.Engine.StartAsync(EngineBench.Sleeper, "mc2", Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        _ = await bench.TerminalAsync("server", "add", "harbour", "--container", bench.Engine.Name("mc2").Value);
        for (var i = 1; i <= 8; i++)
        {
            _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", $"100% day {i}", "--note", i == 3 ? "before the dragon" : "");
        }

        _ = await bench.TerminalAsync("snapshot", "create", "harbour", "--name", "100% ships");
        await using var bot = await bench.ServeAsync(Cancel);
        var (viewer, mod) = (bench.As("viewer"), bench.As("operator"));

        // Of one server; what is typed is text, whatever it means elsewhere.
        var page = await viewer.ReadAsync(viewer.Command("snapshot list", ("server", "castle"), ("name", "100%")), Cancel);
        page.Text.ShouldContain("8 found");
        page.Text.ShouldContain("day 8");
        page.Text.ShouldNotContain("day 2");
        page = await bench.PressAsync(viewer, page, "Older ▶", Cancel);
        page.Text.ShouldContain("day 2");
        page.Text.ShouldNotContain("day 8");
        (await viewer.ReadAsync(viewer.Command("snapshot list", ("server", "castle"), ("name", "1%day")), Cancel)).Text.ShouldContain("0 found");

        // The page is theirs, and somebody else's press on it is no page of anybody.
        var button = page.Body.ToJsonString().Split("\"custom_id\":\"find:")[1].Split('"')[0];
        (await mod.ReadAsync(mod.Forge(await bench.PublicPostAsync(Cancel), $"find:{button}"), Cancel)).Text.ShouldContain("too old");

        // Of all servers that live here, each with its server's name.
        var all = await viewer.ReadAsync(viewer.Command("snapshot list", ("name", "SHIPS")), Cancel);
        all.Text.ShouldContain("1 found");
        all.Text.ShouldContain("harbour");
        (await viewer.ReadAsync(viewer.Command("snapshot list", ("note", "dragon")), Cancel)).Text.ShouldContain("day 3");
        (await viewer.ReadAsync(viewer.Command("snapshot list", ("limit", 2)), Cancel)).Text.ShouldContain("2 found");
        (await viewer.ReadAsync(viewer.Command("snapshot list", ("since", "2999-01-01")), Cancel)).Text.ShouldContain("0 found");
        (await viewer.ReadAsync(viewer.Command("snapshot list", ("since", "yesterday-ish")), Cancel)).Text.ShouldContain("no good value");
        _ = await mod.ReadAsync(mod.Command("snapshot create", ("server", "harbour"), ("name", "mine")), Cancel);
        _ = await bench.SeesAsync("viewer", "Saved", Cancel);
        var mine = (await viewer.ReadAsync(viewer.Command("snapshot list", ("by", "operator")), Cancel)).Text;
        mine.ShouldContain("1 found");
        mine.ShouldContain("mine");

        // At the terminal by the same words.
        (await bench.TerminalAsync("snapshot", "list", "--by", $"{mod.Person.Id}", "--name", "MIN")).Json.GetProperty("snapshots").GetArrayLength().ShouldBe(1);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }
}
