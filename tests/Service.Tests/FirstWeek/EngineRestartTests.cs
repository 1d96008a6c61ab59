using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>The engine is killed in the middle of a restore and started again.</summary>
public sealed class EngineRestartTests
{
    [Theory]
    [InlineData(TestEngine.Old, "swap", 2, RestartPolicyKind.Always)]
    [InlineData(TestEngine.New, "swap", 2, RestartPolicyKind.Always)]
    [InlineData(TestEngine.Old, "safety", 0, RestartPolicyKind.UnlessStopped)]
    public async Task Restore_EngineRestartedInTheMiddle_StartsNothingHalfwayAndIsAllOrNothing(string name, string step, long done, RestartPolicyKind policy)
    {
        await using var engine = await ThrowAwayEngine.StartAsync(name, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(name, engine.Endpoint));
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(policy, 0) });
        await bench.ShellAsync(game, "mkdir /data/region; for i in 1 2 3; do echo old > /data/region/$i; done; echo old > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var kept = await WorldPrint.TakeAsync(bench, game);
        await bench.ShellAsync(game, "echo new > /data/region/1; rm /data/region/2; echo new > /data/region/4; echo new > /game/new.txt");
        var played = await WorldPrint.TakeAsync(bench, game);
        var ranHalfway = true;
        var at = new AtStep(step, async () =>
        {
            await engine.KillDaemonAsync(CancellationToken.None);
            await engine.StartAgainAsync(CancellationToken.None);
            ranHalfway = (await bench.Engine.Engine.Containers.InspectAsync(game, CancellationToken.None)).State.IsRunning;
        }, done);

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, new Requester("terminal:test"), at, ServiceBench.Cancel);
        await bench.Operations.HealAsync(ServiceBench.Cancel);

        at.Happened.ShouldBeTrue();
        ranHalfway.ShouldBeFalse();
        var now = await bench.InspectAsync(game);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(policy);
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(
            result is OperationResult<RestoreOutcome>.Ended { Outcome: RestoreOutcome.Restored } ? kept : played);
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task PolicyHeld_EngineRestartedBeforeAnybodyAskedForAStop_RunsAgainWhenTakenBack()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var policy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0);
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = policy });
        var fact = RestartPolicyHeld.Of(await bench.InspectAsync(game));
        await bench.Engine.Engine.Containers.SetRestartPolicyAsync(game, RestartPolicy.None, ServiceBench.Cancel);

        await engine.KillDaemonAsync(CancellationToken.None);
        await engine.StartAgainAsync(CancellationToken.None);

        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeFalse("its policy is held");
        var context = new FactContext(new OperationId("0"), bench.Root, bench.Services, null);
        await fact.FinishAsync(context, ServiceBench.Cancel);
        var finished = await bench.InspectAsync(game);
        (finished.State.IsRunning, finished.RestartPolicy).ShouldBe((false, policy), "an operation that has ended says itself what runs");
        await fact.UndoAsync(context, ServiceBench.Cancel);
        var undone = await bench.InspectAsync(game);
        (undone.State.IsRunning, undone.RestartPolicy).ShouldBe((true, policy));
    }

    [Fact]
    public async Task Restore_EngineKilledAndStaysAway_HealsWhenItIsBack()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint), options => options with { EngineAwayTime = TimeSpan.FromSeconds(1) });
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, "echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level");
        var at = new AtStep("start", () => engine.KillDaemonAsync(CancellationToken.None));

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, new Requester("terminal:test"), at, ServiceBench.Cancel);
        await engine.StartAgainAsync(ServiceBench.Cancel);
        (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldAllBe(healed => healed.Ending != HealEnding.NotYet);

        result.ShouldBeOfType<OperationResult<RestoreOutcome>.Failed>();
        var now = await bench.InspectAsync(game);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped);
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("new\n");
    }
}
