using Shouldly;
using SnapshotBot.Playground;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>Files a game's profile marks as secret are for admins: an operator, who may download the rest, is refused.</summary>
public sealed class SecretFileTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Get_FileTheProfileMarksSecret_IsForAdminsOnly()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'rcon.password=hunter2' >/data/server.properties", Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName, "--profile", "minecraft-java");
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "one");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        await using var bot = await bench.ServeAsync(Cancel);
        var (mod, admin) = (bench.As("operator"), bench.As("admin"));

        var plain = await mod.ReadAsync(mod.Command("snapshot get", ("snapshot", id), ("path", "/data/level.dat")), Cancel);
        plain.Body["attachments"]!.AsArray().ShouldHaveSingleItem();
        plain.OnlyFor.ShouldBe(mod.Person);
        foreach (var path in (string[])["/data/server.properties", "/data//server.properties", "//data/server.properties/", "/data/../data/server.properties"])
        {
            var refused = await mod.ReadAsync(mod.Command("snapshot get", ("snapshot", id), ("path", path)), Cancel);
            refused.Text.ShouldContain("only admins get it", Case.Sensitive, path);
            refused.Body["attachments"]!.AsArray().ShouldBeEmpty(path);
        }

        var given = await admin.ReadAsync(admin.Command("snapshot get", ("snapshot", id), ("path", "/data/server.properties")), Cancel);
        given.Body["attachments"]!.AsArray().ShouldHaveSingleItem();
        given.OnlyFor.ShouldBe(admin.Person);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }
}
