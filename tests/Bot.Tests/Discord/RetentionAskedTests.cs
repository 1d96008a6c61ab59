using Shouldly;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>A rule that lets snapshots go is saved only after whoever sets it saw which.</summary>
public sealed class RetentionAskedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task Rule_LetsSnapshotsGo_IsAskedAboutFirst()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        foreach (var name in (string[])["one", "two", "three"])
        {
            _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", name);
        }

        await using var bot = await bench.ServeAsync(Cancel);
        var owner = bench.As("owner");

        // No: nothing is saved. What lets nothing go is saved at once.
        var asked = await owner.ReadAsync(owner.Command("settings retention", ("keep", "last=1")), Cancel);
        asked.Text.ShouldContain("castle: 2 snapshots go");
        asked.Text.ShouldContain("Nothing is saved yet");
        _ = await owner.ReadAsync(owner.Click(asked, "Cancel"), Cancel);
        (await SettingsAsync(bench)).ShouldNotContain("last=1");
        (await owner.ReadAsync(owner.Command("settings retention", ("keep", "last=30")), Cancel)).Text.ShouldContain("last=30");

        // A quota is such a rule too.
        (await owner.ReadAsync(owner.Command("settings quota", ("size", "1K")), Cancel)).Text.ShouldContain("with the next expiry");

        // Yes, by nobody else.
        asked = await owner.ReadAsync(owner.Command("settings retention", ("keep", "last=2")), Cancel);
        asked.Text.ShouldContain("castle: 1 snapshot goes");
        _ = await owner.ReadAsync(owner.Click(asked, "Save"), Cancel);
        _ = await bench.Discord.WaitAsync(() => asked.Text.Contains("### Settings", StringComparison.Ordinal) ? asked : null, Cancel);
        (await SettingsAsync(bench)).ShouldContain("last=2");
        (await bench.TerminalAsync("snapshot", "list")).Output.ShouldContain("one");

        // One server's own rule the same way.
        var admin = bench.As("admin");
        var own = await admin.ReadAsync(admin.Command("server retention", ("server", "castle"), ("keep", "last=1")), Cancel);
        own.Text.ShouldContain("2 snapshots go");
        _ = await admin.ReadAsync(admin.Click(own, "Save"), Cancel);
        _ = await bench.Discord.WaitAsync(() => own.Text.Contains("its own rule", StringComparison.Ordinal) ? own : null, Cancel);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }

    private static async Task<string> SettingsAsync(DiscordBench bench) => (await bench.TerminalAsync("settings", "show")).Output;
}
