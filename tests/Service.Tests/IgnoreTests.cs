using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>Paths people leave out: no snapshot holds them, no comparison names them, no restore touches them.</summary>
public sealed class IgnoreTests
{
    private static readonly string[] Live = ["new", "kept now", "kept now", "kept now"];

    [Fact]
    public async Task Server_LeavesPathsOut_NeitherKeepsNorRestoresThem()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var side = await bench.StartGameAsync("side", one => one with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("side"), "/data")] });
        const string write = "mkdir -p /data/logs /data/mods/a/cache /game && echo $0 > /data/level && echo \"kept $0\" | tee /data/logs/1 /data/mods/a/cache/2 > /game/tmp";
        foreach (var container in new[] { game, side })
            await bench.ShellAsync(container, write.Replace("$0", "old", StringComparison.Ordinal));
        var server = await bench.AddServerAsync(
            new AddServer { Name = "Survival", Containers = [game.Value, side.Value], Ignored = "/data/logs, /data/mods/**/cache,/game/tmp" });
        server.Ignored.ShouldBe(["/data/logs", "/data/mods/**/cache", "/game/tmp"]);

        var snapshot = await bench.SnapshotAsync(server.Id);

        foreach (var name in (string[])["game", "side"])
        {
            (await NamesAsync(bench, snapshot, name, "/data")).ShouldBe(["level", "mods"]);
            (await NamesAsync(bench, snapshot, name, "/data/mods/a")).ShouldBeEmpty();
        }

        foreach (var container in new[] { game, side })
            await bench.ShellAsync(container, write.Replace("$0", "now", StringComparison.Ordinal).Replace("echo now", "echo new", StringComparison.Ordinal));
        (await bench.Get<SnapshotComparison>().CompareWithNowAsync(snapshot, null, ServiceBench.Cancel)).ShouldBeOfType<SnapshotDiff.Difference>()
            .Entries.Select(entry => entry.Path[(entry.Path.IndexOf(':', StringComparison.Ordinal) + 1)..]).Distinct().ShouldBe(["/data/level"]);

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await WorldAsync(bench, game)).ShouldBe(["old", .. Live[1..]]);
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await WorldAsync(bench, side)).ShouldBe(Live);

        // From now on they are kept, and of a snapshot without them a restore leaves them alone all the same.
        (await bench.Get<ServerChanges>().IgnoreAsync(server.Id, IgnoredPaths.None, ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Changed>()
            .Server.Ignored.ShouldBeEmpty();
        var whole = await bench.SnapshotAsync(server.Id);
        (await NamesAsync(bench, whole, "game", "/data")).ShouldBe(["level", "logs", "mods"]);
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await WorldAsync(bench, game)).ShouldBe(["old", .. Live[1..]]);

        // Asked for by name, from the snapshot that has it: what is there now could not be kept first.
        _ = await bench.Get<ServerChanges>().IgnoreAsync(server.Id, "/data/logs", ServiceBench.Cancel);
        var logs = $"{bench.Engine.Name("game")}:/data/logs";
        foreach (var path in (string[])[logs, logs + "/1"])
        {
            (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = whole.Id, Paths = [path] })).ShouldBeOfType<RestoreOutcome.Refused>()
                .Refusal.ShouldBeOfType<Refusal.PathLeftOut>().Path.ShouldBe(path);
        }
    }

    [Fact]
    public async Task Server_TakesInReadOnlyMounts_KeepsAndRestoresThemOnTheHost()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (mods, ops, guide) = (Path.Combine(bench.Root, "mods"), Path.Combine(bench.Root, "ops.json"), Path.Combine(bench.Root, "guide"));
        Directory.CreateDirectory(mods);
        Directory.CreateDirectory(guide);
        Write("old");
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts =
            [
                .. one.Mounts,
                .. new[] { (mods, "/plugins/mods"), (ops, "/ops.json"), (guide, "/guide") }
                    .Select(mount => new BlueprintMount(MountKind.Bind, mount.Item1, mount.Item2, MountAccess.ReadOnly)),
            ],
        });
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync(new AddServer { Name = "Survival", Containers = [game.Value], Included = "/plugins" });
        server.Included.ShouldBe(["/plugins"]);
        (await bench.Get<ServerChanges>().IncludeAsync(server.Id, "/plugins,/ops.json", ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Changed>();

        var snapshot = await bench.SnapshotAsync(server.Id);
        Write("new");
        await bench.ShellAsync(game, "echo new > /data/level");
        (await bench.Get<ServerChanges>().IncludeAsync(server.Id, IgnoredPaths.None, ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Changed>().Server.Included.ShouldBeEmpty();
        var without = await bench.SnapshotAsync(server.Id);

        // What the snapshot holds is put back, whatever holds by now, and the way back has it too.
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        Read().ShouldBe(["old", "old", "new"]);
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        Read().ShouldBe(["new", "new", "new"]);
        Write("newer");
        await bench.ShellAsync(game, "echo newer > /data/level");
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = without.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        Read().ShouldBe(["newer", "newer", "newer"], "a snapshot without them leaves them alone");

        (await LeftOutAsync(snapshot)).ShouldBe([null, null, "read-only"]);
        (await LeftOutAsync(without)).ShouldBe(["read-only", "read-only", "read-only"]);
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");

        void Write(string word)
        {
            foreach (var file in (string[])[Path.Combine(mods, "one.jar"), ops, Path.Combine(guide, "page")])
                File.WriteAllText(file, word);
        }

        string[] Read() => [File.ReadAllText(Path.Combine(mods, "one.jar")), File.ReadAllText(ops), File.ReadAllText(Path.Combine(guide, "page"))];

        async Task<string?[]> LeftOutAsync(SnapshotInfo one)
        {
            var kept = (await bench.Snapshots.InfoAsync(one, ServiceBench.Cancel)).Mounts;
            return [.. new[] { "/plugins/mods", "/ops.json", "/guide" }.Select(target => kept.Single(mount => mount.Target == target).LeftOut)];
        }
    }

    [Theory]
    [InlineData("data/logs", IgnoreFault.NoPath)]
    [InlineData("/data/../etc", IgnoreFault.NoPath)]
    [InlineData("/data/a\nb", IgnoreFault.NoPath)]
    [InlineData(" , ", IgnoreFault.NoPath)]
    [InlineData("/", IgnoreFault.NoPath)]
    [InlineData("/*", IgnoreFault.Everything)]
    [InlineData("**/*", IgnoreFault.Everything)]
    public void Paths_ThatCanNotBeLeftOut_AreRefused(string text, IgnoreFault fault) =>
        IgnoredPaths.Read(text).Refusal.ShouldBeOfType<Refusal.IgnoreRefused>().Fault.ShouldBe(fault);

    [Fact]
    public void Paths_MoreThanFifty_AreRefused() =>
        IgnoredPaths.Read(string.Join(',', Enumerable.Range(0, 51).Select(i => $"/data/{i}"))).Refusal.ShouldBeOfType<Refusal.IgnoreRefused>()
            .Fault.ShouldBe(IgnoreFault.TooMany);

    private static async Task<string[]> NamesAsync(ServiceBench bench, SnapshotInfo snapshot, string container, string path) =>
        [.. (await bench.Browser.ListAsync(snapshot.Id, $"{bench.Engine.Name(container)}:{path}", ServiceBench.Cancel)).ShouldBeOfType<SnapshotListing.Entries>()
            .Items.Select(entry => entry.Path[(entry.Path.LastIndexOf('/') + 1)..])];

    private static async Task<string[]> WorldAsync(ServiceBench bench, ContainerId container) =>
        (await bench.ShellAsync(container, "cat /data/level /data/logs/1 /data/mods/a/cache/2 /game/tmp")).TrimEnd().Split('\n');
}
