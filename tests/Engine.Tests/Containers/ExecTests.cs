using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Containers;

public sealed class ExecTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_BothStreamsAndExitCode_AreToldApart(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var request = new ExecRequest
        {
            Command = ["/bin/sh", "-c", "echo out-$WORD; echo err >&2; id -u; exit 7"],
            Environment = ["WORD=säule"],
            User = "1000",
            Deadline = Long,
        };

        var result = await bench.Engine.Containers.ExecAsync(id, request, Token);

        result.ShouldBe(new ExecResult.Finished(7, "out-säule\n1000\n", "err\n"));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_MoreOutputThanTheLimit_KeepsTheBeginning(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var request = new ExecRequest { Command = ["/bin/sh", "-c", "head -c 5000000 /dev/zero"], Deadline = Long, OutputLimit = 1000 };

        var result = await bench.Engine.Containers.ExecAsync(id, request, Token);

        result.ShouldBeOfType<ExecResult.Finished>().ExitCode.ShouldBe(0);
        result.Output.Length.ShouldBe(1000);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_LongerThanItsDeadline_TimesOutWithWhatCame(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var request = new ExecRequest { Command = ["/bin/sh", "-c", "echo begun; sleep 100"], Deadline = TimeSpan.FromSeconds(2) };

        var result = await bench.Engine.Containers.ExecAsync(id, request, Token);

        result.ShouldBeOfType<ExecResult.TimedOut>().Output.ShouldBe("begun\n");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_CommandThatIsNotThere_FinishesWith127Or126(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);

        var result = await bench.Engine.Containers.ExecAsync(id, new ExecRequest { Command = ["/bin/nothing"], Deadline = Long }, Token);

        result.ShouldBeOfType<ExecResult.Finished>().ExitCode.ShouldBeOneOf(126, 127);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_StoppedOrPausedContainer_IsAConflict(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var request = new ExecRequest { Command = ["/bin/true"], Deadline = Long };

        await bench.Engine.Containers.PauseAsync(id, Token);
        await Should.ThrowAsync<EngineConflictException>(() => bench.Engine.Containers.ExecAsync(id, request, Token));
        await bench.Engine.Containers.UnpauseAsync(id, Token);
        await bench.Engine.Containers.StopAsync(id, TimeSpan.Zero, Token);
        await Should.ThrowAsync<EngineConflictException>(() => bench.Engine.Containers.ExecAsync(id, request, Token));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Exec_CallerCancels_EndsAtOnce(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var request = new ExecRequest { Command = ["/bin/sleep", "100"], Deadline = TimeSpan.FromSeconds(90) };

        cancelled.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => bench.Engine.Containers.ExecAsync(id, request, cancelled.Token));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadLogTail_BothStreams_LastLinesOnly(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(
            EngineBench.Sleeper with { Command = ["/bin/sh", "-c", "echo one; echo two; echo three >&2; echo four"] }, "one", Token);
        await bench.Engine.Containers.WaitAsync(id, Token);

        var all = await bench.Engine.Containers.ReadLogTailAsync(id, 100, Token);
        var tail = await bench.Engine.Containers.ReadLogTailAsync(id, 1, Token);

        all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().ShouldBe(["four", "one", "three", "two"]);
        tail.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }
}
