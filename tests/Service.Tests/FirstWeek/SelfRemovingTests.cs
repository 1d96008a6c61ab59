using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Servers started with <c>--rm</c>: the stop takes container, layer and unnamed volumes with it.</summary>
public sealed class SelfRemovingTests
{
    private const string Run = "if test -f /data/crash; then exit 3; fi; trap 'echo saved >> /game/saved; echo saved >> /data/saved; exit 0' TERM; while true; do sleep 1000 & wait; done";

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_RemovesItselfOnStop_NothingOfItIsLostAndTheUndoIsExact(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var (server, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /game/new.txt");
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo played > /data/level && echo played > /game/new.txt && rm /game/mods/one.jar");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        var now = await IdAsync(bench, name);
        now.ShouldNotBe(game);
        (await bench.InspectAsync(now)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(now, "cat /data/level /game/new.txt /game/mods/one.jar")).ShouldBe("old\nold\none\n");

        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();

        // What the game saved while it was stopping is in the way back, in the unnamed volume and in the layer.
        var back = await IdAsync(bench, name);
        (await bench.ShellAsync(back, "cat /data/level /game/new.txt /data/saved /game/saved; ls /game/mods")).ShouldBe("played\nplayed\nsaved\nsaved\ntwo.jar\n");
    }

    [Fact]
    public async Task Restore_RemovesItselfAndTheSnapshotDoesNotRun_TheServerOfNowRunsAgain()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (server, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        await bench.ShellAsync(game, "touch /data/crash");
        var broken = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /data/crash && echo now > /data/level && echo now > /game/new.txt");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = broken.Id })).ShouldBeOfType<RestoreOutcome.SwappedBack>();

        var now = await IdAsync(bench, name);
        (await bench.InspectAsync(now)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(now, "cat /data/level /game/new.txt; ls /data/crash 2>/dev/null || echo none")).ShouldBe("now\nnow\nnone\n");
        (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Count(one => one.Name.StartsWith(name, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_OnlyAPathOfOneThatRemovesItself_TheRestIsAsBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (server, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /data/other");
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo played > /data/level && echo played > /data/other && echo played > /game/new.txt");

        await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/data/level"] });

        (await bench.ShellAsync(await IdAsync(bench, name), "cat /data/level /data/other /game/new.txt")).ShouldBe("old\nplayed\nplayed\n");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restart_RemovesItselfOnStop_IsTheSameContainerWithAllItsFiles(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var (server, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        await bench.ShellAsync(game, "echo played > /data/level && echo played > /game/new.txt");
        var before = (await bench.InspectAsync(game)).State.StartedAt;

        var restarted = (await bench.RunAsync(new RunServer(server.Id, RunAction.Restart))).ShouldBeOfType<RunServerOutcome.Done>();

        restarted.Killed.ShouldBeEmpty();
        (await IdAsync(bench, name)).ShouldBe(game);
        var now = await bench.InspectAsync(game);
        (now.State.IsRunning, now.State.StartedAt == before, now.IsRemovedOnStop).ShouldBe((true, false, true));
        (await bench.ShellAsync(game, "cat /data/level /game/new.txt /data/saved /game/saved")).ShouldBe("played\nplayed\nsaved\nsaved\n");
    }

    [Fact]
    public async Task Stop_RemovesItselfOnStop_IsRefusedAndRunsOn()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (server, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        var before = (await bench.InspectAsync(game)).State.StartedAt;

        var stopped = await bench.RunAsync(new RunServer(server.Id, RunAction.Stop));

        stopped.ShouldBeOfType<RunServerOutcome.Refused>().Refusal.ShouldBe(new Refusal.RemovesItself(name));
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(before);
    }

    [Fact]
    public async Task Restart_OneOfSeveralRemovesItself_IsRefusedAndAllRunOn()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (alone, name) = await StartAsync(bench);
        var game = await IdAsync(bench, name);
        var database = await bench.Engine.StartAsync(EngineBench.Sleeper, "database", ServiceBench.Cancel);
        await bench.Get<ServerChanges>().RemoveAsync(alone.Id, ServiceBench.Cancel);
        var server = await bench.AddServerAsync("Both", database, game);
        var before = (await bench.InspectAsync(database)).State.StartedAt;

        var restarted = await bench.RunAsync(new RunServer(server.Id, RunAction.Restart));

        restarted.ShouldBeOfType<RunServerOutcome.Refused>().Refusal.ShouldBe(new Refusal.RemovesItself(name));
        (await bench.InspectAsync(database)).State.StartedAt.ShouldBe(before);
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
    }

    private static async Task<(ServerInfo Server, string Name)> StartAsync(ServiceBench bench)
    {
        var blueprint = EngineBench.Sleeper with
        {
            Command = ["/bin/sh", "-c", Run],
            Mounts = [new BlueprintMount(MountKind.Volume, "", "/data", MountAccess.ReadWrite)],
        };
        var definition = JsonNode.Parse(blueprint.ToDefinition().Json.Span)!;
        definition["HostConfig"]!["AutoRemove"] = true;
        var name = bench.Engine.Name("game");
        var id = await bench.Engine.Engine.Containers.CreateAsync(
            ContainerDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString())), name, ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.StartAsync(id, ServiceBench.Cancel);
        return (await bench.AddServerAsync("Survival", id), name.Value);
    }

    private static async Task<ContainerId> IdAsync(ServiceBench bench, string name) =>
        (await bench.Engine.Engine.Containers.FindAsync(name, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container.Id;
}
