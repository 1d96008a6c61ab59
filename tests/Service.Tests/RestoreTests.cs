using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Testing;
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
    public async Task Restore_GameWritesBesideTheSwappedFilesAndThenEnds_BringsBackTheWorldOfBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string game = "if test -f /conf/crash; then echo mixed >> /data/same; rm /data/kept; chmod 777 /data/region; echo new > /data/new; mkdir -p /data/region/made/deep;"
            + " echo new > /data/region/made/deep/file; echo mixed >> /conf/same; echo mixed >> /game/server.properties; echo new > /game/new.txt; exit 3; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game] });
        await bench.ShellAsync(container, "mkdir /data/region && echo old > /data/world && echo same > /data/same && echo same > /data/kept && echo same > /conf/same && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var whole = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });
        var printed = await WorldPrint.TakeAsync(bench, container);
        var part = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/conf"] });

        whole.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        printed.ShouldBe(before);
        part.ShouldBeOfType<RestoreOutcome.SwappedBack>();
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before, "also what no part of the restore had to do with");
        (await bench.InspectAsync(container)).State.IsRunning.ShouldBeTrue();
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_GameCrashesWithItsDatabasesOpen_BringsTheDatabasesOfBeforeBackAlone()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { HealthTime = TimeSpan.FromSeconds(60) });
        const string writer = "/dotnet/dotnet /writer/snapshotbot-writer.dll";
        var container = await bench.StartGameAsync(change: one => BuiltProgram.WithWriter(one) with
        {
            Command =
            [
                "/bin/sh", "-c",
                $"if test -f /conf/crash; then {writer} count /data/numbers & until test -s /data/numbers/wal.db-wal && test $(wc -l < /data/numbers/numbers.log) -gt 60; do sleep 0.1; done;"
                + " kill -9 $!; exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done",
            ],
        });
        await bench.ShellAsync(container, $"{writer} write /data/numbers 40 && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, $"rm -r /data/numbers && {writer} write /data/numbers 50 && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        before.ShouldNotContain("wal.db-wal");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        (await bench.ShellAsync(container, $"{writer} check /data/numbers")).ShouldBe("of one moment: 50\n");
    }

    [Fact]
    public async Task Restore_KilledWhileTheRestoredGameWrites_HealingBringsBackTheWorldOfBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string game = "if test -f /conf/writes; then echo mixed >> /data/same; echo new > /data/new; echo new > /game/new.txt; touch /conf/written; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game], RestartPolicy = new RestartPolicy(RestartPolicyKind.Always, 0) });
        await bench.ShellAsync(container, "echo old > /data/world && echo same > /data/same && touch /conf/writes");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && rm /conf/writes");
        var before = await WorldPrint.TakeAsync(bench, container);

        await KilledProgram.KillOnceAsync(
            bench, () => File.Exists(Path.Combine(bench.Root, "conf", "written")), "snapshot", "restore", snapshot.Id.Value, "--yes", "--json");
        var mixed = await WorldPrint.TakeAsync(bench, container);
        (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.TakenBack);

        mixed.ShouldContain("/data/new ");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        var now = await bench.InspectAsync(container);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.Always);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OneContainerCanNotBeStartedAgain_HealingLeavesTheOthersRunning()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string script = "if test -f /conf/crash; then exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var port = new PublishedPort(25565, "tcp", "127.0.0.1", 28812);
        var database = await bench.StartGameAsync("database");
        var game = await bench.StartGameAsync("game", one => one with { Command = ["/bin/sh", "-c", script], Ports = [port] });
        await bench.ShellAsync(game, "echo old > /data/world && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", database, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world && rm /conf/crash");
        ContainerId? blocker = null;
        var at = new FirstWeek.AtStep("health", async () =>
        {
            await bench.Engine.Engine.Containers.WaitAsync(game, CancellationToken.None);
            blocker = await bench.Engine.StartAsync(EngineBench.Sleeper with { Ports = [port] }, "blocker", CancellationToken.None);
        });

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, new Operations.Requester("terminal:test"), at, ServiceBench.Cancel);
        var started = (await bench.InspectAsync(database)).State.StartedAt;
        var again = await bench.Operations.HealAsync(ServiceBench.Cancel);
        var since = (await bench.InspectAsync(database)).State.StartedAt;
        await bench.Engine.Engine.Containers.StopAsync(blocker.ShouldNotBeNull(), TimeSpan.Zero, ServiceBench.Cancel);
        var healed = await bench.Operations.HealAsync(ServiceBench.Cancel);

        result.ShouldBeOfType<Operations.OperationResult<RestoreOutcome>.Failed>();
        again.ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.NotYet);
        since.ShouldBe(started);
        (await bench.InspectAsync(database)).State.ShouldSatisfyAllConditions(state => state.IsRunning.ShouldBeTrue(), state => state.StartedAt.ShouldBe(started));
        healed.ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.TakenBack);
        (await bench.ShellAsync(game, "cat /data/world; ls /conf")).ShouldBe("new\n");
    }

    [Fact]
    public async Task Restore_ContainerEndsWhileAnotherIsWatched_SwapsBack()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var database = await bench.StartGameAsync("database");
        var game = await bench.StartGameAsync("game");
        await bench.ShellAsync(game, "echo old > /data/world");
        var server = await bench.AddServerAsync("Survival", database, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world");
        var name = (await bench.InspectAsync(database)).Name;
        var at = new FirstWeek.AtStep(
            "health", () => bench.Engine.Engine.Containers.KillAsync(database, "KILL", CancellationToken.None), detail: (await bench.InspectAsync(game)).Name);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, at);

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().ShouldSatisfyAllConditions(
            back => back.Container.ShouldBe(name), back => back.Reason.ShouldBe("it ended with exit code 137"));
        (await bench.InspectAsync(database)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/world")).ShouldBe("new\n");
    }

    [Fact]
    public async Task Restore_SnapshotCouldNotReadFiles_LeavesThemAndSaysSoBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region /data/players && echo old > /data/world");
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);
        var snapshot = await CommitWithoutAsync(bench, server, ["/mounts/01-data/region/r.0.0.mca", "/mounts/01-data/players/locked", "/containers/elsewhere/layer/x"]);
        await bench.ShellAsync(game, "echo new > /data/world && echo now > /data/region/r.0.0.mca && echo now > /data/region/r.0.1.mca && mkdir /data/players/locked && echo now > /data/players/locked/anna");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var restored = await RestoreAsync(bench, server, snapshot);

        cost.Unread.Order(StringComparer.Ordinal).ShouldBe(["/data/players/locked", "/data/region/r.0.0.mca"]);
        cost.Removed.ShouldBe(["/data/region/r.0.1.mca"]);
        restored.FilesRemoved.ShouldBe(cost.FilesRemoved);
        (await bench.ShellAsync(game, "cat /data/world /data/players/locked/anna; ls /data/region")).ShouldBe("old\nnow\nr.0.0.mca\n");
    }

    [Fact]
    public async Task Restore_TwoMountsTogetherDoNotFit_IsRefusedWithWhatBothNeedAndStopsNobody()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(bench.Root, "disk"), 64);
        string[] folders = ["a", "b"];
        foreach (var folder in folders)
            Directory.CreateDirectory(Path.Combine(disk.Folder, folder));
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [.. folders.Select(folder => BlueprintMount.Bind(Path.Combine(disk.Folder, folder), "/" + folder))] });
        await bench.ShellAsync(game, "for i in a b; do dd if=/dev/urandom of=/$i/world bs=1048576 count=11; done");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "for i in a b; do echo small > /$i/world; done; dd if=/dev/zero of=/a/since bs=1048576 count=33");
        var since = (await bench.InspectAsync(game)).State.StartedAt;

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        var room = outcome.ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.NoSpace>();
        room.Needed.ShouldBe(22 << 20);
        (room.Free - (11 << 20)).ShouldBeGreaterThan(room.Reserve, "each alone would have fitted");
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(since);
        (await bench.ShellAsync(game, "cat /a/world /b/world")).ShouldBe("small\nsmall\n");
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

    private static async Task<RestoreOutcome.Restored> RestoreAsync(ServiceBench bench, ServerInfo server, SnapshotId snapshot) =>
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot })).ShouldBeOfType<RestoreOutcome.Restored>();

    /// <summary>Commits the newest snapshot once more, as if these paths of it had been there and could not be read.</summary>
    private static async Task<SnapshotId> CommitWithoutAsync(ServiceBench bench, ServerInfo server, IReadOnlyList<string> paths)
    {
        await using var session = await bench.Get<RepositoryAccess>().WriteAsync(ServiceBench.Cancel);
        var root = bench.Get<SnapshotStore>().Tree(bench.Get<SnapshotStore>().Newest(server.Id).ShouldNotBeNull().Id);
        var document = await SnapshotDocuments.ReadAsync(session, root, ServiceBench.Cancel) with { Warnings = [.. paths.Select(path => new SnapshotWarning("unreadable", path, "the disk failed"))] };
        var folders = (await (await session.TreesAsync(ServiceBench.Cancel)).LoadAsync(root, ServiceBench.Cancel)).Nodes.Where(node => node.Subtree is not null);
        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(ServiceBench.Cancel), AccountNames.Read());
        await archive.PassAsync([.. folders.Select(node => new ArchiveItem.Kept(node.Name, node.Subtree!.Value))], new PassOptions(), ServiceBench.Cancel);
        var tags = new SnapshotTags { Id = new SnapshotId("0123456789abcdef"), Name = "unread", Reason = "manual" };
        var draft = new SnapshotFile { Time = DateTimeOffset.UtcNow, Tree = "", Paths = ["/"], Hostname = server.Id.Value, Tags = tags.Write() };
        await archive.CommitAsync(draft, [new ArchiveItem.Content("server.json"u8.ToArray(), SnapshotLayout.Write(document), UnixTime.From(DateTimeOffset.UtcNow))], ServiceBench.Cancel);
        await bench.Get<SnapshotView>().SyncAsync(session, ServiceBench.Cancel);
        return tags.Id;
    }

    private static IEnumerable<string> Leftovers(ServiceBench bench) =>
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories);
}
