using Shouldly;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>An evening with only a moderator awake: who may not restore asks, who may agrees.</summary>
public sealed class AskTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Restore_OperatorAsks_AdminRestoresFromTheMessage()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        var id = await SnapshotAsync(bench);
        await using var bot = await bench.ServeAsync(Cancel);
        var moderator = bench.As("operator");

        var refused = await moderator.ReadAsync(moderator.Command("snapshot restore", ("snapshot", id)), Cancel);
        refused.Text.ShouldContain("needs the admin role");
        (await bench.PressAsync(moderator, refused, "Ask an admin", Cancel)).Text.ShouldContain("Asked");
        var asked = await bench.SeesAsync("admin", "asks to put", Cancel);

        // Once in ten minutes: a second one is told so, and rings nobody.
        var again = await moderator.ReadAsync(moderator.Command("snapshot restore", ("snapshot", id)), Cancel);
        (await bench.PressAsync(moderator, again, "Ask an admin", Cancel)).Text.ShouldContain("ten minutes");

        var cost = await bench.As("admin").ReadAsync(bench.As("admin").Click(asked, "Restore…"), Cancel);
        _ = await bench.As("admin").ReadAsync(bench.As("admin").Click(cost, "Restore"), Cancel);
        _ = await bench.SeesAsync("viewer", "Restored", Cancel);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 1");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }

    [Fact(Timeout = Patience)]
    public async Task Restore_TwoOperators_NobodyAgreesWithThemselves()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("settings", "set", "restore", "two operators");
        var second = bench.Discord.World.AddPerson("second");
        bench.Guild.AddMember(second, bench.Guild.Role("Snapshot operator"));
        var id = await SnapshotAsync(bench);
        await using var bot = await bench.ServeAsync(Cancel);
        var first = bench.As("operator");

        (await first.ReadAsync(first.Command("snapshot restore", ("snapshot", id)), Cancel)).Text.ShouldContain("Asked");
        var asked = await bench.SeesAsync("operator", "has to agree", Cancel);
        (await first.ReadAsync(first.Click(asked, "Restore…"), Cancel)).Text.ShouldContain("Somebody else has to agree");
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");

        // Who lost the role since has no word to give any more.
        var other = bench.Discord.As(second, bench.Guild.Channels[0]);
        bench.Discord.World.SetRoles(bench.Guild, first.Person, bench.Guild.Role("Snapshot viewer"));
        (await other.ReadAsync(other.Click(asked, "Restore…"), Cancel)).Text.ShouldContain("may not restore any more");
        bench.Discord.World.SetRoles(bench.Guild, first.Person, bench.Guild.Role("Snapshot operator"));
        var cost = await other.ReadAsync(other.Click(asked, "Restore…"), Cancel);
        _ = await other.ReadAsync(other.Click(cost, "Restore"), Cancel);
        _ = await bench.SeesAsync("viewer", "Restored", Cancel);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 1");

        // A word given is good for one restore: later the same button asks anew, or says that somebody just did.
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'day 3' >/data/level.dat", Cancel);
        (await other.ReadAsync(other.Click(asked, "Restore…"), Cancel)).Text.ShouldContain("ten minutes");
        (await bench.WorldAsync(Cancel)).ShouldBe("day 3");

        // What the question said was about the whole: for a part an admin is asked.
        (await first.ReadAsync(first.Command("snapshot restore", ("snapshot", id), ("path", "/data/level.dat")), Cancel)).Text.ShouldContain("needs the admin role");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }

    private static async Task<string> SnapshotAsync(DiscordBench bench)
    {
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "good");
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'day 2' >/data/level.dat", Cancel);
        return made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
    }
}
