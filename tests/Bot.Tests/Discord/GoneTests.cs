using Shouldly;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Upkeep;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What a schedule or an alert named and somebody has removed since: said once, and all goes on.</summary>
public sealed class GoneTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Run_ChannelOfTheScheduleIsGone_SaysSoOnceAndTellsOfRunsInTheUsualPlace()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        var usual = bench.Guild.Channels[0];
        await bench.TerminalAsync("settings", "set", "channel", $"{usual.Id}");
        await bench.TerminalAsync("settings", "set", "notify", "all");
        await using var bot = await bench.ServeAsync(Cancel);
        var admin = bench.As("admin");
        (await admin.ReadAsync(admin.Command("server add", ("name", "castle"), ("container", bench.ContainerName)), Cancel)).Text.ShouldContain("castle");
        var own = bench.Guild.AddChannel("nightly-runs");
        await bench.TerminalAsync("schedule", "set", "nightly", "--server", "castle", "--every", "daily at 04:00", "--zone", "UTC", "--channel", $"{own.Id}");

        await RunAsync(bench, own, 1);
        bench.Discord.World.DeleteChannel(own);
        await RunAsync(bench, usual, 1);
        await RunAsync(bench, usual, 2);

        Of(usual, "📭").ShouldHaveSingleItem().Text.ShouldContain("channel of nightly is gone");
    }

    [Fact(Timeout = Patience)]
    public async Task Alert_RoleIsGone_SaysSoOnceAndTellsWithoutCallingAnybody()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        var channel = bench.Guild.Channels[0];
        var role = bench.Guild.AddRole("On call", Permissions.Everyone);
        await bench.TerminalAsync("settings", "set", "channel", $"{channel.Id}");
        await bench.TerminalAsync("settings", "set", "alerts", $"{role.Id}");
        var added = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var server = added.Json.GetProperty("server").GetProperty("id").GetString()!;
        await using var bot = await bench.ServeAsync(Cancel);
        var call = $"<@&{role.Id}>";

        var called = await TroubleAsync(bench, channel, server, "first");
        called.Text.ShouldContain(call);
        bench.Discord.World.DeleteRole(bench.Guild, role);
        var second = await TroubleAsync(bench, channel, server, "second");
        var third = await TroubleAsync(bench, channel, server, "third");

        second.Text.ShouldNotContain(call);
        third.Text.ShouldNotContain(call);
        Of(channel, "📭").ShouldHaveSingleItem().Text.ShouldContain("role that is called when something goes wrong is gone");
    }

    private static async Task<Post> TroubleAsync(DiscordBench bench, TextChannel channel, string server, string what)
    {
        _ = await bench.OpenIncidentAsync(server, new IncidentCause.UpkeepFailed(what, $"The {what} trouble."), Cancel);
        return await bench.Discord.WaitAsync(() => Of(channel, $"The {what} trouble").FirstOrDefault(), Cancel);
    }

    private static async Task RunAsync(DiscordBench bench, TextChannel channel, int saved)
    {
        await bench.TerminalAsync("schedule", "run", "nightly");
        _ = await bench.Discord.WaitAsync(() => Of(channel, "Saved").Count == saved ? channel : null, Cancel);
    }

    private static List<Post> Of(TextChannel channel, string text) => [.. channel.Posts.Where(post => post.Text.Contains(text, StringComparison.Ordinal))];
}
