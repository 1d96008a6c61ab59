using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class RestoreTests
{
    private const string MakeWorld =
        "mkdir -p /data/region && echo world > /data/region/r.0.0.mca && ln -s region /data/link && ln /data/region/r.0.0.mca /data/hard && mkfifo /data/fifo"
        + " && echo keep > /data/keep && chmod 640 /data/keep && chown 1000:1000 /data/keep && echo port=1 > /conf/server.properties"
        + " && echo added > /game/new.txt && echo changed > /game/server.properties && rm /game/mods/one.jar && rm -r /game/mods && mkdir /game/mods && echo three > /game/mods/three.jar";

    private const string Destroy =
        "rm -r /data/region /data/hard && echo griefed > /data/keep && chmod 777 /data/keep && echo bad > /data/bad && rm /conf/server.properties && mkdir /conf/junk"
        + " && rm /game/new.txt && echo broken > /game/server.properties && rm -r /game/mods && mkdir /game/mods && echo virus > /game/mods/virus.jar";

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_WorldAndLayerDiffer_IsIdenticalInTheSameContainer(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game);
        await bench.ShellAsync(game, Destroy);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before);
        var now = await bench.InspectAsync(game);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped);
        restored.Recreated.ShouldBeEmpty();
        restored.Downtime.ShouldBeGreaterThan(TimeSpan.Zero);
        restored.SafetySnapshot.ShouldNotBeNull();
        (await CaptureTests.ReadAsync(bench, restored.SafetySnapshot.Value, "/data/bad")).ShouldBe("bad\n");
        (await bench.ShellAsync(game, "cat /game/mods/three.jar; ls /game/mods")).ShouldBe("three\nthree.jar\n");
        Leftovers(bench).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_ContainerAndVolumeGone_MakesThemAnew(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Environment = ["MODE=hard"],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["who"] = "me" },
            MemoryBytes = 64 << 20,
        });
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game);
        var old = await bench.InspectAsync(game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Remove, ServiceBench.Cancel);
        await bench.Engine.Engine.Volumes.RemoveAsync(bench.Engine.Name("world"), ServiceBench.Cancel);
        Directory.Delete(Path.Combine(bench.Root, "conf"), recursive: true);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Recreated.ShouldBe([old.Name]);
        var found = (await bench.Engine.Engine.Containers.FindAsync(old.Name, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>();
        var now = await bench.InspectAsync(found.Container.Id);
        now.State.IsRunning.ShouldBeTrue();
        now.Definition.IsSameAs(old.Definition).ShouldBeTrue();
        (await WorldPrint.TakeAsync(bench, now.Id)).ShouldBe(before);
    }

    [Fact]
    public async Task Restore_StoppedServer_StaysStopped()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, Destroy);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Downtime.ShouldBe(TimeSpan.Zero);
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeFalse();
        await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
        (await bench.ShellAsync(game, "cat /data/keep /game/new.txt")).ShouldBe("keep\nadded\n");
    }

    [Fact]
    public async Task Restore_DefinitionDiffers_RecreatesUnderTheSameName()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Environment = ["MODE=hard"] });
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var old = await bench.InspectAsync(game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Remove, ServiceBench.Cancel);
        var other = await bench.StartGameAsync(change: one => one with { Environment = ["MODE=easy"] });
        await bench.ShellAsync(other, "echo mine > /data/later");

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Recreated.ShouldBe([old.Name]);
        var all = (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Name.StartsWith(old.Name, StringComparison.Ordinal)).ToList();
        var now = await bench.InspectAsync(all.ShouldHaveSingleItem().Id);
        now.Environment.ShouldContain("MODE=hard");
        now.Id.ShouldNotBe(other);
        (await bench.ShellAsync(now.Id, "cat /data/keep /game/new.txt; ls /data/later 2>/dev/null || echo gone")).ShouldBe("keep\nadded\ngone\n");
    }

    [Fact]
    public async Task Restore_NewContainerEndsAtOnce_SwapsBackAndStartsTheOld()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var script = Path.Combine(bench.Root, "conf", "start.sh");
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", "if test -f /conf/crash; then exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"] });
        await bench.ShellAsync(game, "echo old > /data/world && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world && rm /conf/crash");

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/world; ls /conf")).ShouldBe("new\n");
        File.Exists(script).ShouldBeFalse();
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_GameSavesByRenameAndThenEnds_BringsBackTheWorldOfBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string game = "if test -f /conf/crash; then echo mixed > /data/.new; mv /data/.new /data/world; echo again > /data/gone; rm -r /data/region; exit 3; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game] });
        await bench.ShellAsync(container, "mkdir /data/region && echo old > /data/world && echo old > /data/region/r && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && echo new > /data/region/r && echo new > /data/gone && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_NothingDiffers_SaysSoAndStopsNobody()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var since = (await bench.InspectAsync(game)).State.StartedAt;

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.NothingDiffers>();
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(since);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OwnFoldersLieInAMount_StayAsTheyAre()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Bind(bench.Root, "/srv")] });
        await bench.ShellAsync(game, "echo old > /srv/world");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /srv/world && echo since > /srv/since");

        var cost = (await bench.Get<RestorePreview>().CostAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, ServiceBench.Cancel))
            .ShouldBeOfType<RestoreCost.Cost>();
        (cost.FilesReplaced, cost.FilesRemoved).ShouldBe((1L, 1L));
        await RestoreAsync(bench, server, snapshot.Id);

        (await bench.ShellAsync(game, "cat /srv/world; ls /srv")).ShouldBe("old\nconf\nsb-data\nworld\n");
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/srv/world")).ShouldBe("old\n");
        (await bench.SnapshotAsync(server.Id)).Id.ShouldNotBe(snapshot.Id);
    }

    [Fact]
    public async Task Restore_TwoContainersShareAVolume_BothAreRestoredAsOne()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync("game");
        var map = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/srv/world")] }, "map", ServiceBench.Cancel);
        await bench.ShellAsync(game, "echo one > /data/level && echo tiles > /game/new.txt");
        await bench.ShellAsync(map, "echo map > /tmp/tiles");
        var server = await bench.AddServerAsync("Survival", game, map);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(map, "echo two > /srv/world/level && rm /tmp/tiles");

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("one\n");
        (await bench.ShellAsync(map, "cat /srv/world/level /tmp/tiles")).ShouldBe("one\nmap\n");
        restored.Recreated.ShouldBeEmpty();
        (await CaptureTests.ReadAsync(bench, snapshot.Id, (await bench.InspectAsync(map)).Name + ":/srv/world/level")).ShouldBe("one\n");
    }

    [Fact]
    public async Task Restore_OnlyAPath_LeavesTheRest()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, Destroy);

        await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/data/region"] });

        (await bench.ShellAsync(game, "cat /data/region/r.0.0.mca /data/keep /data/bad")).ShouldBe("world\ngriefed\nbad\n");
    }

    [Fact]
    public async Task Cost_OfChanges_CountsWhatTheRestoreThenDoesAndChangesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region && echo a > /data/a && echo b > /data/b && echo c > /data/c && echo e > /data/region/e && mkdir -p /data/lost/deep && echo g > /data/lost/deep/g");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm -r /data/a /data/lost && echo changed > /data/b && echo d > /data/d && touch /data/region/f && rm /data/region/f && touch /data/region/e");

        var cost = await bench.Get<RestorePreview>().CostAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, ServiceBench.Cancel);

        var counts = cost.ShouldBeOfType<RestoreCost.Cost>();
        counts.FilesAdded.ShouldBe(4, "a file, and a folder with what was in it");
        counts.FilesRemoved.ShouldBe(1);
        counts.FilesReplaced.ShouldBe(3, "a file, and the times of a file and of its folder");
        counts.Recreate.ShouldBeEmpty();
        counts.Stops.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/b /data/d")).ShouldBe("changed\nd\n");
        var done = await RestoreAsync(bench, server, snapshot.Id);
        (done.FilesAdded, done.FilesReplaced, done.FilesRemoved).ShouldBe((counts.FilesAdded, counts.FilesReplaced, counts.FilesRemoved));
    }

    private static async Task<RestoreOutcome.Restored> RestoreAsync(ServiceBench bench, ServerInfo server, Snapshots.SnapshotId snapshot) =>
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot })).ShouldBeOfType<RestoreOutcome.Restored>();

    private static IEnumerable<string> Leftovers(ServiceBench bench) =>
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories);
}
