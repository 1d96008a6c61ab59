using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Volumes as people make them: with options, over each other, with single files mounted into them.</summary>
public sealed class VolumeTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_VolumeThatBindsAFolder_IsCapturedAndRestoredStopped(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var device = Directory.CreateDirectory(Path.Combine(bench.Root, "device")).FullName;
        await MakeBoundAsync(bench, "bound", device);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("bound"), "/data")] });
        await bench.ShellAsync(game, "echo world > /data/level && mkdir /data/region && echo r > /data/region/1");
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await File.WriteAllTextAsync(Path.Combine(device, "level"), "griefed", ServiceBench.Cancel);
        Directory.Delete(Path.Combine(device, "region"), recursive: true);

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
        (await bench.ShellAsync(game, "cat /data/level /data/region/1")).ShouldBe("world\nr\n");

        // The folder the engine shows for the volume is empty while nothing mounts it: nothing may have been put there.
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        var shown = (await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("bound"), ServiceBench.Cancel)).MountPoint;
        Directory.EnumerateFileSystemEntries(shown).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_VolumeThatBindsAFolder_IsRestoredWhileItRunsAndUndone()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        var device = Directory.CreateDirectory(Path.Combine(bench.Root, "device")).FullName;
        await MakeBoundAsync(bench, "bound", device);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("bound"), "/data")] });
        await bench.ShellAsync(game, "echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo two > /data/level");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("one\n");

        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("two\n");
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_VolumeOverVolumeAndFileInVolume_EachIsPutBackInItsOwnPlace(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var file = Path.Combine(bench.Root, "ops.json");
        await File.WriteAllTextAsync(file, "[\"anna\"]", ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts =
            [
                BlueprintMount.Volume(bench.Engine.Name("world"), "/data"),
                BlueprintMount.Volume(bench.Engine.Name("inner"), "/data/world"),
                BlueprintMount.Bind(file, "/data/ops.json"),
            ],
        });
        await bench.ShellAsync(game, "echo outer > /data/level && echo inner > /data/world/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo x > /data/level && echo y > /data/world/level && echo z > /data/world/more && echo '[]' > /data/ops.json");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await bench.ShellAsync(game, "cat /data/level /data/world/level /data/ops.json; ls /data/world")).ShouldBe("outer\ninner\n[\"anna\"]level\n");
        var outer = (await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("world"), ServiceBench.Cancel)).MountPoint;

        // What the inner volume and the file hide was not written to.
        Directory.EnumerateFileSystemEntries(Path.Combine(outer, "world")).ShouldBeEmpty();
        new FileInfo(Path.Combine(outer, "ops.json")).Length.ShouldBe(0);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_VolumeMountedOnlyInUse_IsHeldOverTheStop(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        await MakeAsync(bench, "memory", """{"type":"tmpfs","device":"tmpfs","o":"size=16m"}""");
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [.. one.Mounts, BlueprintMount.Volume(bench.Engine.Name("memory"), "/memory")] });
        await bench.ShellAsync(game, "echo old > /memory/level && echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /memory/level && echo new > /memory/more && echo new > /data/level");
        var shown = (await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("memory"), ServiceBench.Cancel)).MountPoint;

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /memory/level /data/level; ls /memory")).ShouldBe("old\nold\nlevel\n");

        // It was in memory all the while, and the way back has it too.
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /memory/level /data/level; ls /memory")).ShouldBe("new\nnew\nlevel\nmore\n");
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        Directory.EnumerateFileSystemEntries(shown).ShouldBeEmpty();
        (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Name.StartsWith("snapshotbot-pin-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_StandingServersVolumeIsMountedOnlyInUse_IsHeldAndReadAndPutBack()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await MakeAsync(bench, "backing", "{}");
        var backing = (await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("backing"), ServiceBench.Cancel)).MountPoint;
        foreach (var name in (string[])["lower", "upper", "work"])
            Directory.CreateDirectory(Path.Combine(backing, name));
        await MakeAsync(bench, "layered", $$$"""{"type":"overlay","device":"overlay","o":"lowerdir={{{backing}}}/lower,upperdir={{{backing}}}/upper,workdir={{{backing}}}/work"}""");
        await MakeAsync(bench, "memory", """{"type":"tmpfs","device":"tmpfs","o":"size=16m"}""");
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts = [BlueprintMount.Volume(bench.Engine.Name("layered"), "/data"), BlueprintMount.Volume(bench.Engine.Name("memory"), "/memory")],
        });
        await bench.ShellAsync(game, "mkdir /data/region && echo old > /data/level && echo old > /data/region/r && echo gone > /memory/gone");
        var server = await bench.AddServerAsync("Survival", game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        var shown = (await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("layered"), ServiceBench.Cancel)).MountPoint;
        Directory.EnumerateFileSystemEntries(shown).ShouldBeEmpty();

        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
        await bench.ShellAsync(game, "echo new > /data/level && rm /data/region/r && echo new > /data/later");
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        snapshot.Grade.ShouldBe(ConsistencyGrade.Stopped);
        (await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel)).Mounts.Single(mount => mount.Target == "/memory").LeftOut.ShouldBe("tmpfs");
        Directory.EnumerateFileSystemEntries(shown).ShouldBeEmpty("what is written there is hidden at the next start");
        (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Name.StartsWith("snapshotbot-", StringComparison.Ordinal));
        await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
        (await bench.ShellAsync(game, "cat /data/level /data/region/r; ls /data")).ShouldBe("old\nold\nlevel\nregion\n");
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
    }

    private static Task MakeBoundAsync(ServiceBench bench, string name, string device) =>
        MakeAsync(bench, name, $$$"""{"type":"none","o":"bind","device":"{{{device}}}"}""");

    private static async Task MakeAsync(ServiceBench bench, string name, string options) =>
        await bench.Engine.Engine.Volumes.CreateAsync(
            VolumeDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(
                $$$"""{"Name":"{{{bench.Engine.Name(name)}}}","Driver":"local","Labels":{},"Options":{{{options}}} }""")),
            ServiceBench.Cancel);
}
