using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>What happens to containers between a snapshot and its restore, and what else has a hand on them.</summary>
public sealed class ChangedContainerTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_ComposeUpMadeItAnewWithANewerImage_BringsTheOldBackAndNamesTheFile(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["com.docker.compose.project"] = "mc",
            ["com.docker.compose.service"] = "game",
            ["com.docker.compose.project.config_files"] = "/srv/mc/compose.yaml",
        };
        var game = await bench.StartGameAsync(change: one => one with { Labels = labels, Environment = ["VERSION=1.21.1"] });
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var newer = await bench.Engine.Engine.Images.CommitAsync(game, ImageTag.Parse(bench.Engine.Name("newer").Value + ":2"), "newer", ServiceBench.Cancel);
        await StopAndRemoveAsync(bench, game);
        var other = await bench.StartGameAsync(change: one => one with { Image = newer.Reference, Labels = labels, Environment = ["VERSION=1.21.4"] });
        await bench.ShellAsync(other, "echo new > /data/level");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var steps = new Steps();
        var restored = (await bench.RunAsync(request, steps)).ShouldBeOfType<RestoreOutcome.Restored>();

        steps.Seen.ShouldContain("image", "the newer image is in no snapshot yet");
        steps.Seen.LastIndexOf("image").ShouldBeLessThan(steps.Seen.IndexOf("stop"), "while players play on");
        cost.Recreate.ShouldHaveSingleItem().Reason.ShouldBe("image");
        var note = cost.Notes.ShouldHaveSingleItem();
        note.Manager.ShouldBe(ContainerManager.Compose);
        note.File.ShouldBe("/srv/mc/compose.yaml");
        restored.Notes.ShouldBe(cost.Notes);
        var now = await FindAsync(bench, bench.Engine.Name("game").Value);
        now.Environment.ShouldContain("VERSION=1.21.1");
        (await bench.ShellAsync(now.Id, "cat /data/level /game/new.txt")).ShouldBe("old\nold\n");

        // The undo brings the newer one back.
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        var undone = await FindAsync(bench, bench.Engine.Name("game").Value);
        undone.Environment.ShouldContain("VERSION=1.21.4");
        undone.ImageId.ShouldBe(newer);
        (await bench.ShellAsync(undone.Id, "cat /data/level")).ShouldBe("new\n");
        await StopAndRemoveAsync(bench, undone.Id);
        await bench.Engine.Engine.Images.RemoveAsync(newer, ServiceBench.Cancel);
    }

    /// <summary>The steps of an operation, in order, each time it tells of one.</summary>
    private sealed class Steps : IProgress<OperationProgress>
    {
        public List<string> Seen { get; } = [];

        public void Report(OperationProgress value)
        {
            lock (Seen)
                Seen.Add(value.Step);
        }
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_GameAnswersAndItsContainerIsMadeAnew_IsUpAndStaysTheServers(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine, options => options with { GameReadyTime = TimeSpan.FromSeconds(20) });
        var (server, snapshot, _) = await MakeAnewAsync(bench, "echo ready > /data/ready");
        var asking = new AtStep("answer", () => AskWhoPlaysAsync(bench));

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, asking)).ShouldBeOfType<RestoreOutcome.Restored>();

        asking.Happened.ShouldBeTrue();
        var now = await FindAsync(bench, bench.Engine.Name("game").Value);
        now.Environment.ShouldNotContain("MODE=easy");
        (await LocateAsync(bench)).ShouldBe((now.Name, now.Id.Value, ServerState.Running));
    }

    [Fact]
    public async Task Restore_GameMadeAnewNeverAnswers_TheOldOneIsTheServersAgain()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { GameReadyTime = TimeSpan.FromSeconds(1) });
        var (server, snapshot, other) = await MakeAnewAsync(bench, "rm -f /data/ready");
        await bench.ShellAsync(other, "echo ready > /data/ready");
        var asking = new AtStep("answer", () => AskWhoPlaysAsync(bench));

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, asking)).ShouldBeOfType<RestoreOutcome.SwappedBack>();

        asking.Happened.ShouldBeTrue();
        (await LocateAsync(bench)).ShouldBe((bench.Engine.Name("game").Value, other.Value, ServerState.Running));
    }

    /// <summary>A game with a snapshot, since made anew with another definition.</summary>
    private static async Task<(ServerInfo Server, SnapshotInfo Snapshot, ContainerId Other)> MakeAnewAsync(ServiceBench bench, string line)
    {
        var (game, server) = await TestGame.StartAsync(bench);
        await bench.ShellAsync(game, line);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await StopAndRemoveAsync(bench, game);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["test-game"] = "yes" };
        var other = await bench.StartGameAsync(change: one => one with { Labels = labels, Environment = ["MODE=easy"] });
        await AskWhoPlaysAsync(bench);
        (await LocateAsync(bench)).Id.ShouldBe(other.Value);
        return (server, snapshot, other);
    }

    /// <summary>What is done every minute, whatever runs.</summary>
    private static Task AskWhoPlaysAsync(ServiceBench bench) =>
        bench.Get<IPlayerQueries>().AskAsync(bench.Get<ServerStore>().All().Single(), ServiceBench.Cancel);

    private static async Task<(string Name, string? Id, ServerState State)> LocateAsync(ServiceBench bench)
    {
        await AskWhoPlaysAsync(bench);
        var kept = bench.Get<ServerStore>().All().Single();
        var located = (await bench.Get<ContainerLocator>().LocateAsync(kept, ServiceBench.Cancel)).ShouldHaveSingleItem();
        located.Reference.ShouldBe(kept.Containers.ShouldHaveSingleItem());
        return (located.Reference.Name, located.Reference.Id, located.State);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_RenamedSince_GetsItsNameBack(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.Engine.Engine.Containers.RenameAsync(game, bench.Engine.Name("renamed"), ServiceBench.Cancel);
        await bench.ShellAsync(game, "echo new > /data/level");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        var now = await FindAsync(bench, bench.Engine.Name("game").Value);
        (await bench.ShellAsync(now.Id, "cat /data/level /game/new.txt")).ShouldBe("old\nold\n");
        (await bench.Engine.Engine.Containers.FindAsync(bench.Engine.Name("renamed").Value, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.NotFound>();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_SidecarWritesTheSameVolume_IsRefusedAndNothingIsTouched(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");
        var sidecar = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/backup")] }, "sidecar", ServiceBench.Cancel);
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };

        var refused = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Refused>();

        refused.Refusal.ShouldBeOfType<Refusal.ForeignWriter>().Container.ShouldBe(bench.Engine.Name("sidecar").Value);
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");
        await bench.Engine.Engine.Containers.StopAsync(sidecar, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("old\n");
    }

    [Fact]
    public async Task Restore_ContainerIsGoneAndItsWorldPlayedOn_ThatWorldIsKeptFirst()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level; echo built > /data/castle; sync");
        await StopAndRemoveAsync(bench, game);
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };
        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();

        var restored = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>();

        cost.UndoUntil.ShouldNotBeNull();
        restored.UndoUntil.ShouldNotBeNull();
        var again = (await FindAsync(bench, bench.Engine.Name("game").Value)).Id;
        (await bench.ShellAsync(again, "cat /data/level; ls /data/castle || true")).ShouldBe("old\n");
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(again, "cat /data/level /data/castle")).ShouldBe("new\nbuilt\n");
    }

    [Fact]
    public async Task Restore_AnotherContainerRunsOnTheWorldOfOneThatIsGone_IsRefused()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await StopAndRemoveAsync(bench, game);
        var other = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/data")] }, "other", ServiceBench.Cancel);
        await bench.ShellAsync(other, "echo theirs > /data/level");

        var refused = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Refused>();

        refused.Refusal.ShouldBeOfType<Refusal.ForeignWriter>().Container.ShouldBe(bench.Engine.Name("other").Value);
        (await bench.ShellAsync(other, "cat /data/level")).ShouldBe("theirs\n");
    }

    [Fact]
    public async Task Restore_SomethingStartsItBetweenStopAndSwap_IsTakenBackAndTold()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");
        var panel = new AtStep("safety", () => bench.Engine.Engine.Containers.StartAsync(game, CancellationToken.None));

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, panel);

        outcome.ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.RunStateChanged>().Container.ShouldBe(bench.Engine.Name("game").Value);
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");
    }

    [Fact]
    public async Task Restore_GameDoesNotEndInItsGrace_IsDoneAndSaysThatItDidNotSave()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { StopGrace = TimeSpan.FromSeconds(1) });
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", "trap '' TERM; while true; do sleep 1; done"] });
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");

        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        restored.Killed.ShouldBe([bench.Engine.Name("game").Value]);
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("old\n");
    }

    [Fact]
    public async Task Restore_ManagedByWings_OnlyStoppedAndOnlyItsFiles()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["Service"] = "Pterodactyl" };
        var game = await bench.StartGameAsync(change: one => one with { Labels = labels, Environment = ["BUILD=1"] });
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };
        (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ManagedElsewhere>().Manager.ShouldBe("Wings");

        // As the panel does: another container of the same name, stopped.
        await StopAndRemoveAsync(bench, game);
        var other = await bench.StartGameAsync(change: one => one with { Labels = labels, Environment = ["BUILD=2"] });
        await bench.ShellAsync(other, "echo new > /data/level && echo new > /game/new.txt");
        await bench.Engine.Engine.Containers.StopAsync(other, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        var restored = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>();

        restored.Recreated.ShouldBeEmpty();
        restored.Notes.ShouldHaveSingleItem().Effect.ShouldBe(ManagerEffect.DataOnly);
        (await bench.InspectAsync(other)).State.IsRunning.ShouldBeFalse();
        await bench.Engine.Engine.Containers.StartAsync(other, ServiceBench.Cancel);
        (await bench.ShellAsync(other, "cat /data/level /game/new.txt")).ShouldBe("old\nnew\n");
    }

    [Fact]
    public async Task Restore_GameUpdatedItself_SnapshotsAndCostTellItsVersions()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (game, server) = await TestGame.StartAsync(bench);
        var silent = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo 1.21.1 > /tmp/version");
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo 1.21.4 > /tmp/version; echo played > /data/world/level.dat");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var restored = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>();

        (cost.GameVersionNow, cost.GameVersionThen).ShouldBe(("1.21.4", "1.21.1"));
        (await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel)).GameVersion.ShouldBe("1.21.1");
        (await bench.Snapshots.InfoAsync(silent, ServiceBench.Cancel)).GameVersion.ShouldBeNull();

        // The world of now was kept when the game had stopped and could say nothing any more: it was asked before.
        await using var session = await bench.Get<RepositoryAccess>().ReadAsync(ServiceBench.Cancel);
        var safety = await SnapshotDocuments.ReadAsync(session, bench.Get<SnapshotStore>().Tree(restored.SafetySnapshot!.Value), ServiceBench.Cancel);
        safety.GameVersion.ShouldBe("1.21.4");
        safety.Containers[0].MemoryUsed.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Restore_WatchtowerRunsThatNobodyLabelledAnythingFor_IsNamed()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Environment = ["BUILD=1"] });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await StopAndRemoveAsync(bench, game);
        await bench.StartGameAsync(change: one => one with { Environment = ["BUILD=2"] });
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };
        (await NotesAsync()).ShouldBeEmpty();

        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["com.centurylinklabs.watchtower"] = "true" };
        var watchtower = await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = labels }, "watchtower", ServiceBench.Cancel);

        (await NotesAsync()).ShouldBe([new ManagerNote(ContainerManager.Watchtower, bench.Engine.Name("game").Value, null, ManagerEffect.BringsNewerBack)]);
        await bench.Engine.Engine.Containers.StopAsync(watchtower, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        (await NotesAsync()).ShouldBeEmpty("it does not run");

        async Task<IReadOnlyList<ManagerNote>> NotesAsync() =>
            (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>().Notes;
    }

    [Fact]
    public async Task Restore_OfASwarmService_IsRefused()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["com.docker.swarm.service.id"] = "x" } });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }))
            .ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ManagedElsewhere>().Manager.ShouldBe("swarm");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_GameAndDatabase_AreStoppedInOrderAndShowOneMoment(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        const string run = "trap 'echo $(date +%s.%N) > /tmp/ended; exit 0' TERM; while true; do sleep 1000 & wait; done";
        var database = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Command = ["/bin/sh", "-c", run], Mounts = [BlueprintMount.Volume(bench.Engine.Name("db"), "/var/lib/db")] }, "db", ServiceBench.Cancel);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(database, "echo 1 > /var/lib/db/rows");
        await bench.ShellAsync(game, "echo 1 > /data/level");
        var server = await bench.AddServerAsync("Survival", database, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(database, "echo 2 > /var/lib/db/rows");
        await bench.ShellAsync(game, "echo 2 > /data/level");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await bench.ShellAsync(database, "cat /var/lib/db/rows")).ShouldBe("1\n");
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("1\n");
        var (db, mc) = (await bench.InspectAsync(database), await bench.InspectAsync(game));
        db.State.StartedAt!.Value.ShouldBeLessThan(mc.State.StartedAt!.Value);
        mc.State.FinishedAt!.Value.ShouldBeLessThan(db.State.FinishedAt!.Value);
    }

    private static async Task<ContainerDetails> FindAsync(ServiceBench bench, string name) => await bench.InspectAsync(
        (await bench.Engine.Engine.Containers.FindAsync(name, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container.Id);

    private static async Task StopAndRemoveAsync(ServiceBench bench, ContainerId id)
    {
        await bench.Engine.Engine.Containers.StopAsync(id, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(id, AnonymousVolumes.Keep, ServiceBench.Cancel);
    }
}
