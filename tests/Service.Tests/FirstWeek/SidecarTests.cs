using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Containers outside the server that write its data while it is put back.</summary>
public sealed class SidecarTests
{
    [Theory]
    [InlineData("stage", false)]
    [InlineData("stop", false)]
    [InlineData("safety", true)]
    [InlineData("swap", false)]
    public async Task Restore_SidecarIsStartedMeanwhile_IsTakenBackAndTold(string step, bool undo)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");
        if (undo)
            (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        var before = await bench.ShellAsync(game, "cat /data/level");
        var since = (await bench.InspectAsync(game)).State.StartedAt;
        var at = new AtStep(step, () => StartSidecarAsync(bench));

        var outcome = undo
            ? await bench.RunAsync(new UndoRestore(server.Id), at)
            : await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, at);

        var refusal = outcome.ShouldBeOfType<RestoreOutcome.Refused>().Refusal;
        var (container, source) = refusal switch
        {
            Refusal.ForeignWriter it when step == "stage" => (it.Container, it.Source),
            Refusal.WriterStarted it when step != "stage" => (it.Container, it.Source),
            _ => throw new InvalidOperationException(refusal.ToString()),
        };
        (container, source).ShouldBe((bench.Engine.Name("sidecar").Value, bench.Engine.Name("world").Value));
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe(before);
        if (step == "stage")
            (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(since, "nobody is stopped for what can't be");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_SidecarGoesAlong_IsStoppedBeforeAndStartedAfter(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        const string script = "if test -f /conf/crash; then exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", script] });
        var sidecar = await StartSidecarAsync(bench);
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await AddAlongAsync(bench, game);
        var good = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "touch /conf/crash");
        var bad = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /conf/crash; echo new > /data/level");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = good.Id };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var steps = new List<string>();
        (await bench.RunAsync(request, new Heard(steps))).ShouldBeOfType<RestoreOutcome.Restored>();
        var stops = steps.Where(step => step.StartsWith("stop", StringComparison.Ordinal) || step.StartsWith("start", StringComparison.Ordinal)).Distinct().ToList();
        var restored = await bench.ShellAsync(game, "cat /data/level");
        await bench.ShellAsync(game, "echo newer > /data/level");
        var back = await bench.RunAsync(request with { Snapshot = bad.Id });

        good.Grade.ShouldBe(ConsistencyGrade.Frozen);
        var (gameName, sidecarName) = (bench.Engine.Name("game").Value, bench.Engine.Name("sidecar").Value);
        cost.StopsAlong.ShouldBe([sidecarName]);
        stops.ShouldBe(["stop " + sidecarName, "stop " + gameName, "start " + gameName, "start " + sidecarName]);
        restored.ShouldBe("old\n");

        // A world that makes the game end: the sidecar stands while it is swapped back, and runs again.
        back.ShouldBeOfType<RestoreOutcome.SwappedBack>();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("newer\n");
        await ShouldRunAsync(bench, sidecar);
    }

    [Fact]
    public async Task Restore_KilledWhileServerAndSidecarStand_HealingStartsBoth()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string script = "trap 'touch /conf/ending; sleep 1; exit 0' TERM; while true; do sleep 1000 & wait; done";
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", script] });
        var sidecar = await StartSidecarAsync(bench);
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await AddAlongAsync(bench, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");

        await KilledProgram.KillOnceAsync(
            bench, () => File.Exists(Path.Combine(bench.Root, "conf", "ending")), "snapshot", "restore", snapshot.Id.Value, "--yes", "--json");
        var killed = await bench.InspectAsync(sidecar);
        var healed = await bench.Operations.HealAsync(ServiceBench.Cancel);

        killed.State.IsRunning.ShouldBeFalse();
        killed.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.No, "an engine that restarts now must not start it on half a world");
        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.TakenBack);
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");
        await ShouldRunAsync(bench, sidecar);
    }

    [Fact]
    public async Task Restore_SidecarWouldRemoveItself_IsRefusedThoughItGoesAlong()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await AddAlongAsync(bench, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");
        var definition = (EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/backup")] }).ToDefinition();
        var json = System.Text.Json.Nodes.JsonNode.Parse(definition.Json.Span)!;
        json["HostConfig"]!["AutoRemove"] = true;
        var sidecar = await bench.Engine.Engine.Containers.CreateAsync(
            ContainerDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())), bench.Engine.Name("sidecar"), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.StartAsync(sidecar, ServiceBench.Cancel);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ForeignWriter>().Container.ShouldBe(bench.Engine.Name("sidecar").Value);
        (await bench.InspectAsync(sidecar)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");
    }

    private static async Task<ContainerId> StartSidecarAsync(ServiceBench bench) => await bench.Engine.StartAsync(
        EngineBench.Sleeper with
        {
            Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/backup")],
            RestartPolicy = new RestartPolicy(RestartPolicyKind.Always, 0),
        },
        "sidecar",
        ServiceBench.Cancel);

    private static Task<ServerInfo> AddAlongAsync(ServiceBench bench, ContainerId game) =>
        bench.AddServerAsync(new AddServer { Name = "Survival", Containers = [game.Value], ForeignWriters = ForeignWriters.FreezeAlong });

    private static async Task ShouldRunAsync(ServiceBench bench, ContainerId sidecar)
    {
        var now = await bench.InspectAsync(sidecar);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.Always);
    }

    /// <summary>Every step with what it is about.</summary>
    private sealed class Heard(List<string> steps) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            lock (steps)
                steps.Add($"{value.Step} {value.Detail}");
        }
    }
}
