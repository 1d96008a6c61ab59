using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>Where the engine pauses: engines and runtimes that refuse, forget or are late with it. The server runs again all the same.</summary>
public sealed class PauseTests
{
    private static ServiceOptions ThroughEngine(ServiceOptions options) => options with { PausesThroughEngine = true };

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_EngineRefusesToPause_IsLiveAndSaysSo(string engine)
    {
        var real = TestEngine.Require(engine).Endpoint.SocketPath!;
        await using var proxy = RefusingProxy.Start(real, "/pause");
        await using var bench = await ServiceBench.OpenAsync(engine, ThroughEngine, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo world > /data/level");
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Live);
        snapshot.Warnings.Select(one => one.Code).ShouldBe(["pause-refused"]);
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/data/level")).ShouldBe("world\n");
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_RuntimeFailsToPauseTwice_IsFrozenAllTheSame()
    {
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        await using var proxy = RefusingProxy.Start(real, "/pause", refusals: 2);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, ThroughEngine, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Frozen);
        snapshot.Warnings.ShouldBeEmpty();
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_PauseIsTakenBackAndTheEngineFailsToUnpause_IsThawedByTheThawerAndUnpausedLater()
    {
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        ContainerId? other = null;
        var fails = true;
        await using var proxy = RefusingProxy.Start(
            real, path => path.EndsWith($"/{other?.Value}/pause", StringComparison.Ordinal)
                || (Volatile.Read(ref fails) && path.EndsWith("/unpause", StringComparison.Ordinal)));
        await using var bench = await ServiceBench.OpenAsync(
            TestEngine.Old, options => ThroughEngine(options) with { EngineAwayTime = TimeSpan.FromSeconds(1) }, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        other = await bench.Engine.StartAsync(EngineBench.Sleeper, "other", ServiceBench.Cancel);
        var server = await bench.AddServerAsync("Survival", game, other.Value);
        var group = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "");

        var failed = (await bench.Operations.RunAsync(new CreateSnapshot { Server = server.Id }, new Requester("terminal:test"), null, ServiceBench.Cancel))
            .ShouldBeOfType<OperationResult<CreateSnapshotOutcome>.Failed>();

        failed.Failure.Message.ShouldContain($"could not unpause {bench.Engine.Name("game").Value}, {bench.Engine.Name("other").Value}");
        await ServiceBench.UntilAsync(() => Task.FromResult(!group.IsFrozen), TimeSpan.FromSeconds(10));
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeTrue("the engine could not be told");
        Volatile.Write(ref fails, false);
        await bench.Operations.HealAsync(ServiceBench.Cancel);
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
        group.IsFrozen.ShouldBeFalse();
    }

    [Fact]
    public async Task Create_RuntimeFailsToUnpauseOnce_IsUnpausedAllTheSame()
    {
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        await using var proxy = RefusingProxy.Start(real, "/unpause", refusals: 1);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, ThroughEngine, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        (await bench.SnapshotAsync(server.Id)).Grade.ShouldBe(ConsistencyGrade.Frozen);

        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Fact]
    public async Task Restart_EngineTakesForPausedWhatTheKernelThawed_RunsForBoth()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var group = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "");
        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);
        group.TryThaw().ShouldBeTrue();
        await Should.ThrowAsync<EngineRefusedException>(() => bench.Engine.Engine.Containers.UnpauseAsync(game, ServiceBench.Cancel));

        await bench.RunAsync(new RunServer(server.Id, RunAction.Restart));

        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
        group.IsFrozen.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(FreezeTests.Ways), MemberType = typeof(FreezeTests))]
    public async Task Create_CommandsAreStartedInsideAllTheTime_IsNeverStuckFrozen(string engine, FreezeWay way)
    {
        // A command that is being started in the moment of the engine's pause hangs the engine: health checks are such commands.
        await using var bench = await ServiceBench.OpenAsync(engine, options => options with { PausesThroughEngine = way == FreezeWay.Engine });
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo world > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ServiceBench.Cancel);
        var checks = Enumerable.Range(0, 2).Select(_ => CheckOnAndOnAsync(bench, game, enough.Token)).ToArray();

        var snapshots = new List<SnapshotInfo>();
        for (var i = 0; i < 5; i++)
        {
            await bench.ShellAsync(game, $"echo {i} > /data/level");
            snapshots.Add(await bench.SnapshotAsync(server.Id));
        }

        await enough.CancelAsync();
        await Task.WhenAll(checks);
        snapshots.ShouldAllBe(one => one.Freeze == null || one.Freeze < TimeSpan.FromSeconds(way == FreezeWay.Engine ? 9 : 3));
        snapshots.Count(one => one.Grade == ConsistencyGrade.Frozen).ShouldBeGreaterThan(2);
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    private static async Task CheckOnAndOnAsync(ServiceBench bench, ContainerId game, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = ["/bin/sh", "-c", "cat /data/level"], Deadline = TimeSpan.FromSeconds(60) };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await bench.Engine.Engine.Containers.ExecAsync(game, request, CancellationToken.None);
            }
            catch (EngineException)
            {
                // It is paused just now.
            }
        }
    }

    [Fact]
    public async Task Create_PauseIsNotAnsweredAndComesLater_RunsAgain()
    {
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        // Later than the thawer looks: it can't know of a pause that is still to come.
        await using var proxy = RefusingProxy.StartLate(real, "/pause", TimeSpan.FromSeconds(4));
        await using var bench = await ServiceBench.OpenAsync(
            TestEngine.Old, options => ThroughEngine(options) with { LatePauseTime = TimeSpan.FromSeconds(7) }, address: "unix://" + proxy.Path);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var taking = bench.Operations.RunAsync(new CreateSnapshot { Server = server.Id }, new Requester("terminal:test"), null, ServiceBench.Cancel);

        await proxy.LateDone.WaitAsync(TimeSpan.FromSeconds(60), ServiceBench.Cancel);

        (await taking).ShouldNotBeOfType<OperationResult<CreateSnapshotOutcome>.Ended>();
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }
}
