using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task Restore_ContainerRenamed_IsTheSameServerUnderItsOldName()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var name = (await bench.InspectAsync(game)).Name;
        await bench.Engine.Engine.Containers.RenameAsync(game, bench.Engine.Name("renamed"), ServiceBench.Cancel);
        await bench.ShellAsync(game, "echo two > /data/level");

        var found = (await bench.Get<ServerReads>().FindAsync("Survival", ServiceBench.Cancel)).ShouldBeOfType<ServerFound.One>().Server;
        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        found.Containers.ShouldHaveSingleItem().Name.ShouldBe(bench.Engine.Name("renamed").Value);
        restored.Recreated.ShouldBe([name]);
        var all = (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Mounts.Any(mount => mount.VolumeName == bench.Engine.Name("world").Value));
        var now = all.ShouldHaveSingleItem();
        now.Name.ShouldBe(name);
        (await bench.ShellAsync(now.Id, "cat /data/level")).ShouldBe("one\n");
    }

    [Fact]
    public async Task Create_ContainerGoneOrMadeAnew_IsRefusedOrFoundByName()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Keep, ServiceBench.Cancel);

        var gone = await bench.RunAsync(new CreateSnapshot { Server = server.Id });
        await bench.StartGameAsync();
        var anew = await bench.RunAsync(new CreateSnapshot { Server = server.Id });

        gone.ShouldBeOfType<CreateSnapshotOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ContainerUnknown>().Class.ShouldBe(EndingClass.NotFound);
        anew.ShouldBeOfType<CreateSnapshotOutcome.Created>();
    }

    [Fact]
    public async Task Run_StopStartRestart_DoesWhatItSays()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var stopped = (await bench.RunAsync(new RunServer(server.Id, RunAction.Stop))).ShouldBeOfType<RunServerOutcome.Done>();
        var again = await bench.RunAsync(new RunServer(server.Id, RunAction.Stop));
        var started = (await bench.RunAsync(new RunServer(server.Id, RunAction.Start))).ShouldBeOfType<RunServerOutcome.Done>();
        var restarted = await bench.RunAsync(new RunServer(server.Id, RunAction.Restart));

        stopped.Server.State.ShouldBe(ServerState.Stopped);
        stopped.Killed.ShouldBeEmpty();
        again.ShouldBeOfType<RunServerOutcome.Unchanged>();
        started.Server.State.ShouldBe(ServerState.Running);
        restarted.ShouldBeOfType<RunServerOutcome.Done>();
    }

    [Fact]
    public async Task Restart_EngineCanNotStartIt_IsTakenBackAndRuns()
    {
        await using var proxy = RefusingProxy.Start(TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!, "/start", refusals: 1);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var result = await bench.Operations.RunAsync(new RunServer(server.Id, RunAction.Restart), new Requester("terminal:test"), null, ServiceBench.Cancel);

        result.ShouldBeOfType<OperationResult<RunServerOutcome>.Failed>();
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
    }

    [Fact]
    public async Task Restart_KilledWhileTheGameSaves_RunsAgainAfterTheNextCommand()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Command = ["/bin/sh", "-c", "trap 'touch /data/saving; until test -e /data/enough; do sleep 0.1; done; exit 0' TERM; while true; do sleep 1000 & wait; done"],
            RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0),
        });
        await bench.AddServerAsync("Survival", game);
        var before = await bench.InspectAsync(game);
        var world = before.Mounts.Single(one => one.Target == "/data").Source;
        await KilledProgram.KillOnceAsync(bench, () => File.Exists(Path.Combine(world, "saving")), "server", "restart", "Survival", "--json");

        // The engine goes on with the stop, and healing comes in the middle of it.
        var healing = bench.Operations.HealAsync(ServiceBench.Cancel);
        await File.WriteAllTextAsync(Path.Combine(world, "enough"), "", ServiceBench.Cancel);
        var healed = (await healing).ShouldHaveSingleItem();

        healed.Ending.ShouldBe(HealEnding.TakenBack);
        var now = await bench.InspectAsync(game);
        (now.State.IsRunning, now.State.StartedAt == before.State.StartedAt, now.RestartPolicy.Kind).ShouldBe((true, false, RestartPolicyKind.UnlessStopped));
    }

    [Fact]
    public async Task Stop_ProfileHasASignal_EndsByItAndItsPolicyStays()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        QuiesceTests.Profile(bench, """ "stop": { "signal": "SIGUSR1", "graceSeconds": 30 } """);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Command = ["/bin/sh", "-c", "trap 'echo by-its-signal > /data/ended; exit 0' USR1; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"],
            RestartPolicy = new RestartPolicy(RestartPolicyKind.Always, 0),
        });
        var server = await bench.AddServerAsync("Survival", game);
        var world = (await bench.InspectAsync(game)).Mounts.Single(one => one.Target == "/data").Source;

        (await bench.RunAsync(new RunServer(server.Id, RunAction.Stop))).ShouldBeOfType<RunServerOutcome.Done>().Killed.ShouldBeEmpty();

        (await File.ReadAllTextAsync(Path.Combine(world, "ended"), ServiceBench.Cancel)).ShouldBe("by-its-signal\n");
        var now = await bench.InspectAsync(game);
        (now.State.IsRunning, now.RestartPolicy.Kind).ShouldBe((false, RestartPolicyKind.Always));
    }

    [Fact]
    public async Task Add_TakenUnknownOrBadNames_AreRefusedClearly()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var other = await bench.Engine.StartAsync(EngineBench.Sleeper, "other", ServiceBench.Cancel);
        await bench.AddServerAsync("🐉 @everyone", game);
        var changes = bench.Get<ServerChanges>();

        await RefusedAsync<Refusal.NameRefused>(new AddServer { Name = "a/b", Containers = [other.Value] });
        await RefusedAsync<Refusal.ServerNameTaken>(new AddServer { Name = "🐉 @everyone", Containers = [other.Value] });
        await RefusedAsync<Refusal.ContainerTaken>(new AddServer { Name = "x", Containers = [game.Value] });
        await RefusedAsync<Refusal.ContainerUnknown>(new AddServer { Name = "x", Containers = ["../../containers/json"] });
        await RefusedAsync<Refusal.ContainerUnknown>(new AddServer { Name = "x", ComposeProject = "none" });
        await RefusedAsync<Refusal.NoContainers>(new AddServer { Name = "x" });

        async Task RefusedAsync<T>(AddServer request)
            where T : Refusal =>
            (await changes.AddAsync(request, ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Refused>().Refusal.ShouldBeOfType<T>();
    }

    [Fact]
    public async Task Discover_LabelledContainers_BecomeServersOnce()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var name = bench.Engine.Name("labelled").Value;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ServerLabels.Server] = name };
        await bench.StartGameAsync(change: one => one with { Labels = labels });
        await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ServerLabels.Offer] = "true" } }, "offered", ServiceBench.Cancel);
        var changes = bench.Get<ServerChanges>();

        var first = await changes.DiscoverAsync(ServiceBench.Cancel);
        var second = await changes.DiscoverAsync(ServiceBench.Cancel);

        first.ShouldContain(name);
        second.ShouldBeEmpty();
        (await bench.Get<ServerReads>().OffersAsync(ServiceBench.Cancel)).ShouldContain(bench.Engine.Name("offered").Value);
    }

    [Fact]
    public async Task Discover_LabelNamesAServerMadeByCommand_DoesNotJoinIt()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var name = bench.Engine.Name("castle").Value;
        var game = await bench.StartGameAsync();
        await bench.AddServerAsync(name, game);
        await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = Labels(name) }, "stranger", ServiceBench.Cancel);

        await bench.Get<ServerChanges>().DiscoverAsync(ServiceBench.Cancel);

        bench.Get<ServerStore>().All().Single(one => one.Name == name).Containers.ShouldHaveSingleItem().Id.ShouldBe(game.Value);
    }

    [Fact]
    public async Task Discover_ContainersThatDoNotLast_AreLeftOut()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var name = bench.Engine.Name("labelled").Value;
        var oneOff = new Dictionary<string, string>(Labels(name), StringComparer.Ordinal)
        {
            ["com.docker.compose.project"] = name,
            ["com.docker.compose.service"] = "game",
            ["com.docker.compose.oneoff"] = "True",
        };
        var service = new Dictionary<string, string>(oneOff, StringComparer.Ordinal) { ["com.docker.compose.oneoff"] = "False" };
        var game = await bench.StartGameAsync(change: one => one with { Labels = service });
        await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = oneOff }, "run-0123", ServiceBench.Cancel);
        var operation = OperationId.New(TimeProvider.System);
        await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = service }, PassingNames.New("game", operation), ServiceBench.Cancel);
        await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = service }, PassingNames.Old("game", operation), ServiceBench.Cancel);
        await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = service }, PassingNames.New("game", operation, 0), ServiceBench.Cancel);
        var changes = bench.Get<ServerChanges>();

        await changes.DiscoverAsync(ServiceBench.Cancel);
        var byLabel = bench.Get<ServerStore>().All().Single(one => one.Name == name);
        await changes.RemoveAsync(byLabel.Id, ServiceBench.Cancel);
        var byProject = (await changes.AddAsync(new AddServer { Name = name, ComposeProject = name }, ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Added>().Server;

        byLabel.Containers.ShouldHaveSingleItem().Id.ShouldBe(game.Value);
        byProject.Containers.ShouldHaveSingleItem().Id.ShouldBe(game.Value);
    }

    [Theory]
    [InlineData("game-snapshotbot-old-0123abcd", true)]
    [InlineData("game-snapshotbot-0123abcd", true)]
    [InlineData("game-snapshotbot-in-0123abcd-2", true)]
    [InlineData("project-snapshotbot-1", false)]
    [InlineData("snapshotbot", false)]
    [InlineData("game-snapshotbot-old-0123abcd-backup", false)]
    public void PassingNames_Is_OnlyWhatAnOperationGives(string name, bool passing) => PassingNames.Is(name).ShouldBe(passing);

    private static Dictionary<string, string> Labels(string server) => new(StringComparer.Ordinal) { [ServerLabels.Server] = server };

    [Fact]
    public async Task NoEngine_ListsStillWorkAndChangesSaySo()
    {
        await using var bench = new DataBench();
        var server = new GameServer { Id = bench.Server, Name = "Survival", Containers = [new ContainerReference("game", null, null)] };
        await bench.Get<ServerStore>().AddAsync(server, ServerOrigin.Command, DataBench.Cancel);

        var listed = await bench.Get<ServerReads>().ListAsync(DataBench.Cancel);
        var result = await bench.Operations.RunAsync(new CreateSnapshot { Server = server.Id }, new Requester("terminal:test"), null, DataBench.Cancel);

        listed.ShouldHaveSingleItem().State.ShouldBe(ServerState.Unknown);
        result.ShouldBeOfType<OperationResult<CreateSnapshotOutcome>.Failed>().Failure.Code.ShouldBe("engine-unavailable");
    }
}
