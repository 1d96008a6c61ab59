using System.Diagnostics;
using Shouldly;
using SnapshotBot.Engine.Tests.Support;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Containers;

public sealed class LifecycleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task PauseAndUnpause_RunningContainer_StateFollows(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var containers = bench.Engine.Containers;

        await containers.PauseAsync(id, Token);
        var paused = (await containers.InspectAsync(id, Token)).State;
        await Should.ThrowAsync<EngineConflictException>(() => containers.PauseAsync(id, Token));
        await containers.UnpauseAsync(id, Token);
        var running = (await containers.InspectAsync(id, Token)).State;

        paused.IsPaused.ShouldBeTrue();
        paused.Status.ShouldBe(ContainerStatus.Paused);
        running.IsPaused.ShouldBeFalse();
        running.IsRunning.ShouldBeTrue();
        running.ProcessId.ShouldBeGreaterThan(1);
        running.StartedAt.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadMemoryUsed_RunningThenStopped_IsWhatItTakesThenUnknown(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var containers = bench.Engine.Containers;

        var running = await containers.ReadMemoryUsedAsync(id, Token);
        await containers.StopAsync(id, TimeSpan.FromSeconds(5), Token);
        var stopped = await containers.ReadMemoryUsedAsync(id, Token);

        running.ShouldNotBeNull().ShouldBeInRange(1, 1L << 30);
        stopped.ShouldBeNull();
        await Should.ThrowAsync<EngineNotFoundException>(() => containers.ReadMemoryUsedAsync(ContainerId.Parse(new string('0', 64)), Token));
    }

    [Theory]
    [InlineData("""{"memory_stats":{"usage":1000,"stats":{"cache":600,"inactive_file":1,"total_inactive_file":300}}}""", 700)]
    [InlineData("""{"memory_stats":{"usage":1000,"stats":{"inactive_file":400}}}""", 600)]
    [InlineData("""{"memory_stats":{"usage":1000,"stats":{"inactive_file":2000}}}""", 1000)]
    [InlineData("""{"memory_stats":{}}""", null)]
    [InlineData("""{}""", null)]
    public async Task ReadMemoryUsed_FiguresOfEitherKindOfGroups_LeaveOutWhatIsOnlyCached(string answer, int? used)
    {
        await using var fake = new FakeEngine(line => FakeEngine.Answer(200, line.Contains("stats", StringComparison.Ordinal) ? answer : "OK"));
        using var engine = await fake.ConnectAsync();

        (await engine.Containers.ReadMemoryUsedAsync(ContainerId.Parse(new string('0', 64)), Token)).ShouldBe(used);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Stop_GraceWithoutEnd_EndsWithTheContainer(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper with { StopTimeout = TimeSpan.FromSeconds(-1) }, "one", Token);
        var grace = (await bench.Engine.Containers.InspectAsync(id, Token)).StopTimeout.ShouldNotBeNull();

        (await bench.Engine.Containers.StopAsync(id, grace, Token)).ShouldBe(new StopResult(true, 0));

        grace.ShouldBe(ContainerDetails.LongestGrace);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(77, 77)]
    [InlineData(int.MaxValue, 49 * 24 * 3600)]
    [InlineData(-1, 49 * 24 * 3600)]
    public void StopTimeout_AsMade_IsWhatATimerCanWait(int seconds, int grace) =>
        EngineBench.Describe(EngineBench.Sleeper with { StopTimeout = TimeSpan.FromSeconds(seconds) }).StopTimeout.ShouldBe(TimeSpan.FromSeconds(grace));

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Unpause_NotPaused_IsAConflict(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);

        var error = await Should.ThrowAsync<EngineException>(() => bench.Engine.Containers.UnpauseAsync(id, Token));

        error.IsTransient.ShouldBeFalse();
        error.ShouldBeOfType<EngineConflictException>().EngineMessage.ShouldContain("not paused");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Stop_ObedientAndDeafContainer_ExitCodeTellsThemApart(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var containers = bench.Engine.Containers;
        var obedient = await bench.StartAsync(EngineBench.Sleeper, "obedient", Token);
        var deaf = await bench.StartAsync(EngineBench.Sleeper with { Command = ["/bin/sleep", "1000"] }, "deaf", Token);

        var first = await containers.StopAsync(obedient, TimeSpan.FromSeconds(20), Token);
        var again = await containers.StopAsync(obedient, TimeSpan.FromSeconds(20), Token);
        var killed = await containers.StopAsync(deaf, TimeSpan.FromSeconds(1), Token);

        // No time at all is not the engine's own ten seconds.
        await containers.StartAsync(deaf, Token);
        var since = Stopwatch.GetTimestamp();
        await containers.StopAsync(deaf, TimeSpan.Zero, Token);
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(9));

        first.ShouldBe(new StopResult(true, 0));
        again.ShouldBe(new StopResult(false, 0));
        killed.ShouldBe(new StopResult(true, 137));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Start_RunningContainer_SaysItWasRunning(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);

        var startedAgain = await bench.Engine.Containers.StartAsync(id, Token);
        await bench.Engine.Containers.RestartAsync(id, TimeSpan.FromSeconds(5), Token);
        await bench.Engine.Containers.KillAsync(id, "SIGKILL", Token);
        var exitCode = await bench.Engine.Containers.WaitAsync(id, Token);
        var startedNow = await bench.Engine.Containers.StartAsync(id, Token);

        startedAgain.ShouldBeFalse();
        exitCode.ShouldBe(137);
        startedNow.ShouldBeTrue();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Start_CommandThatIsNotThere_IsRefusedWithTheEnginesWords(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var blueprint = EngineBench.Sleeper with { Command = ["/bin/no-such-game"] };

        var error = await Should.ThrowAsync<EngineException>(() => bench.StartAsync(blueprint, "one", Token));

        error.Message.ShouldContain("no-such-game");
        error.Message.ShouldContain("start container");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task SetRestartPolicy_EveryKind_IsWhatInspectSays(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        RestartPolicy[] policies =
        [
            new(RestartPolicyKind.Always, 0), new(RestartPolicyKind.UnlessStopped, 0), new(RestartPolicyKind.OnFailure, 3), RestartPolicy.None,
        ];

        foreach (var policy in policies)
        {
            await bench.Engine.Containers.SetRestartPolicyAsync(id, policy, Token);
            (await bench.Engine.Containers.InspectAsync(id, Token)).RestartPolicy.ShouldBe(policy);
        }
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task SetRestartPolicy_ContainerWithLimits_LeavesThemAlone(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper with { MemoryBytes = 64 << 20 }, "one", Token);

        await bench.Engine.Containers.SetRestartPolicyAsync(id, new RestartPolicy(RestartPolicyKind.Always, 0), Token);

        (await bench.Engine.Containers.InspectAsync(id, Token)).Limits.MemoryBytes.ShouldBe(64 << 20);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task RenameAndRemove_StoppedContainer_OldNameIsFree(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var containers = bench.Engine.Containers;
        var id = await bench.StartAsync(EngineBench.Sleeper, "old", Token);
        var other = await bench.StartAsync(EngineBench.Sleeper, "taken", Token);

        await containers.RenameAsync(id, bench.Name("new"), Token);
        var renamed = await containers.FindAsync(bench.Name("new").Value, Token);
        var gone = await containers.FindAsync(bench.Name("old").Value, Token);
        await Should.ThrowAsync<EngineConflictException>(() => containers.RenameAsync(id, bench.Name("taken"), Token));
        await Should.ThrowAsync<EngineConflictException>(() => containers.RemoveAsync(other, AnonymousVolumes.Keep, Token));
        await containers.StopAsync(id, TimeSpan.Zero, Token);
        await containers.RemoveAsync(id, AnonymousVolumes.Keep, Token);
        var error = await Should.ThrowAsync<EngineNotFoundException>(() => containers.InspectAsync(id, Token));

        renamed.ShouldBeOfType<ContainerLookup.Found>().Container.Id.ShouldBe(id);
        gone.ShouldBeOfType<ContainerLookup.NotFound>();
        error.Noun.ShouldBe(EngineNoun.Container);
        error.IsTransient.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Stop_ContainerThatRemovesItself_HasNoExitCode(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var definition = EngineBench.Sleeper.ToDefinition();
        var text = System.Text.Encoding.UTF8.GetString(definition.Json.Span).Replace("\"NetworkMode\"", "\"AutoRemove\":true,\"NetworkMode\"", StringComparison.Ordinal);
        var id = await bench.Engine.Containers.CreateAsync(
            ContainerDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(text)), bench.Name("rm"), Token);
        await bench.Engine.Containers.StartAsync(id, Token);
        (await bench.Engine.Containers.InspectAsync(id, Token)).IsRemovedOnStop.ShouldBeTrue();

        var stopped = await bench.Engine.Containers.StopAsync(id, TimeSpan.FromSeconds(5), Token);

        stopped.WasRunning.ShouldBeTrue();
        (stopped.ExitCode is null or 0).ShouldBeTrue();
    }
}
