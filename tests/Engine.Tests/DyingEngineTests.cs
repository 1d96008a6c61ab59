using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests;

public sealed class DyingEngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Calls_EngineKilledUnderThem_EndSoonWithATypedError(string name)
    {
        await using var own = await ThrowAwayEngine.StartAsync(name, Token);
        using var engine = await ConnectAsync(own);
        await TestImage.ImportAsync(engine, Token);
        var id = await engine.Containers.CreateAsync(EngineBench.Sleeper.ToDefinition(), EngineName.Parse("game"), Token);
        await engine.Containers.StartAsync(id, Token);
        var request = new ExecRequest { Command = ["/bin/sleep", "2000"], Deadline = TimeSpan.FromMinutes(10) };
        var waiting = engine.Containers.WaitAsync(id, Token);
        var running = engine.Containers.ExecAsync(id, request, Token);
        await UntilAsync(() => IsSleepingAsync(engine, id));

        await own.KillDaemonAsync(Token);

        (await Should.ThrowAsync<EngineUnavailableException>(waiting)).MayHaveHappened.ShouldBeTrue();
        await Should.ThrowAsync<EngineUnavailableException>(running);
        var after = await Should.ThrowAsync<EngineUnavailableException>(() => engine.Containers.PauseAsync(id, Token));
        after.Reason.ShouldBe(EngineUnavailableReason.NobodyListening);
        after.IsTransient.ShouldBeTrue();
        (await Should.ThrowAsync<EngineUnavailableException>(() => ConnectAsync(own))).Reason.ShouldBe(EngineUnavailableReason.NobodyListening);
    }

    private static async Task<bool> IsSleepingAsync(DockerEngine engine, ContainerId id)
    {
        var request = new ExecRequest { Command = ["/bin/sh", "-c", "cat /proc/[0-9]*/cmdline"], Deadline = TimeSpan.FromSeconds(20) };
        return (await engine.Containers.ExecAsync(id, request, Token)).Output.Contains("/bin/sleep\0" + "2000", StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Yield();
        }
    }

    private static Task<DockerEngine> ConnectAsync(ThrowAwayEngine own) =>
        DockerEngine.ConnectAsync(new EngineOptions { Endpoint = own.Endpoint }, NullLogger.Instance, Token);
}
