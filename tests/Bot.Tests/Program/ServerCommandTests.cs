using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Engine;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>A game server from adding to undo, by the commands an admin types, on a real engine.</summary>
public sealed class ServerCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sb-server-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Server_FromAddToRestore_DoesWhatTheCommandsSay()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var bench = await EngineBench.OpenAsync(TestEngine.Old, cancel);
        var volume = bench.Name("world");
        var blueprint = EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(volume, "/data")] };
        var container = await bench.StartAsync(blueprint, "mc", cancel);
        await bench.ShellAsync(container, "echo 'day 1' >/data/level.dat", cancel);

        QuickGames.In(Path.Combine(_data, "data"));
        (await RunAsync("server", "add", "castle", "--container", bench.Name("mc").Value)).GetProperty("server").GetProperty("state").GetString().ShouldBe("running");
        var made = (await RunAsync("snapshot", "create", "castle", "--name", "day 1 🏰 @everyone", "--lock", "--note", "built"))
            .GetProperty("snapshot");
        made.GetProperty("locked").GetBoolean().ShouldBeTrue();
        made.GetProperty("grade").GetString().ShouldBe("frozen");
        made.GetProperty("freezeMs").GetInt64().ShouldBeGreaterThan(0);
        var id = made.GetProperty("id").GetString()!;

        await bench.ShellAsync(container, "echo 'day 2' >/data/level.dat; echo x >/data/new", cancel);
        var diff = await RunAsync("snapshot", "diff", id, "now");
        diff.GetProperty("added").GetInt32().ShouldBe(1);
        diff.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("path").GetString()).ShouldContain("/data/level.dat");

        await RefuseAsync(3, "snapshot-locked", "snapshot", "delete", id, "--yes");
        var plan = (await RunAsync("snapshot", "restore", id, "--plan")).GetProperty("plan");
        plan.GetProperty("stops").GetBoolean().ShouldBeTrue();
        plan.GetProperty("filesRemoved").GetInt64().ShouldBe(1);
        (await bench.ShellAsync(container, "cat /data/level.dat", cancel)).Trim().ShouldBe("day 2");

        var restore = (await RunAsync("snapshot", "restore", "castle/day 1 🏰 @everyone", "--yes")).GetProperty("restore");
        (await bench.ShellAsync(container, "cat /data/level.dat; ls /data", cancel)).ShouldBe("day 1\nlevel.dat\n");
        await RunAsync("snapshot", "restore", restore.GetProperty("safetySnapshot").GetString()!, "--yes");
        (await bench.ShellAsync(container, "cat /data/level.dat", cancel)).Trim().ShouldBe("day 2");

        (await RunAsync("snapshot", "verify", id)).GetProperty("verified").GetBoolean().ShouldBeTrue();
        await RunAsync("snapshot", "unlock", id);
        await RunAsync("snapshot", "rename", id, "old");
        var deleted = await RunAsync("snapshot", "delete", "castle/old", "--yes");
        deleted.GetProperty("deleted").GetProperty("id").GetString().ShouldBe(id);
        await RefuseAsync(4, "snapshot-unknown", "snapshot", "info", id);
    }

    [Fact]
    public async Task Get_FileOfASnapshot_GivesItsBytesAlone()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var bench = await EngineBench.OpenAsync(TestEngine.Old, cancel);
        var blueprint = EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Name("world"), "/data")] };
        var container = await bench.StartAsync(blueprint, "mc", cancel);
        await bench.ShellAsync(container, "printf 'two\\nlines' >/data/level.dat", cancel);
        await RunAsync("server", "add", "castle", "--container", bench.Name("mc").Value);
        var id = (await RunAsync("snapshot", "create", "castle")).GetProperty("snapshot").GetProperty("id").GetString()!;

        var sent = await RealProgram.RunAsync(EnvironmentOf(), "snapshot", "get", id, "/data/level.dat", "--progress", "none");
        sent.Exit.ShouldBe(0, sent.Errors);
        sent.Output.ShouldBe("two\nlines");

        var file = Path.Combine(_data, "level.dat");
        await RunAsync("snapshot", "get", id, "/data/level.dat", "-o", file);
        File.ReadAllText(file).ShouldBe("two\nlines");
        await RefuseAsync(4, "path-unknown", "snapshot", "get", id, "/data/nothing", "-o", file + "2");
        Directory.EnumerateFiles(_data, "level.dat*").ShouldBe([file]);
    }

    private Dictionary<string, string> EnvironmentOf() => new()
    {
        ["SNAPSHOTBOT_DATA"] = Path.Combine(_data, "data"),
        ["DOCKER_HOST"] = TestEngine.Require(TestEngine.Old).Endpoint.Text,
    };

    private async Task<System.Text.Json.JsonElement> RunAsync(params IReadOnlyList<string> arguments)
    {
        var run = await RealProgram.RunAsync(EnvironmentOf(), [.. arguments, "--json", "--progress", "none"]);
        run.Exit.ShouldBe(0, string.Join(' ', arguments) + ": " + run.Output + run.Errors);
        return run.Json;
    }

    private async Task RefuseAsync(int exit, string code, params IReadOnlyList<string> arguments)
    {
        var run = await RealProgram.RunAsync(EnvironmentOf(), [.. arguments, "--json", "--progress", "none"]);
        run.Exit.ShouldBe(exit, run.Output + run.Errors);
        run.ErrorCode.ShouldBe(code);
    }
}
