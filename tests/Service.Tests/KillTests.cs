using System.Globalization;
using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>The real program, killed with SIGKILL at random moments. Whatever it was doing, the next command heals.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Create_KilledAtRandomMoments_ContainerRunsOnAndNothingCommittedIsLost()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=20480; echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);
        var whole = await KilledProgram.TimeAsync(bench, "snapshot", "create", "Survival", "--json");

        // A seed that found something is worth a second look.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var moments = new Random(seed);
        var rounds = KilledProgram.Kills(5);
        for (var round = 0; round < rounds; round++)
        {
            await bench.ShellAsync(game, $"dd if=/dev/urandom of=/data/more bs=1024 count=10240; echo {round} > /game/version");
            var before = await WorldPrint.TakeAsync(bench, game);
            var after = whole * moments.NextDouble();
            var what = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, round {round}, killed after {after.TotalMilliseconds:0} ms");
            TestContext.Current.SendDiagnosticMessage(what);

            await KilledProgram.KillAsync(bench, after, "snapshot", "create", "Survival", "--json");
            await bench.Operations.HealAsync(ServiceBench.Cancel);

            var now = await bench.InspectAsync(game);
            (now.State.IsRunning, now.State.IsPaused).ShouldBe((true, false), what);
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before, what);
            Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty(what);
        }

        (await bench.RunAsync(new VerifySnapshot(first.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        foreach (var snapshot in (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots)
            (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task Serve_KilledMidOperation_TheTerminalThatWaitsTakesOver()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=40960");
        await bench.AddServerAsync("Survival", game);
        using var serve = BuiltProgram.Start(bench, "serve", "--no-discord");
        (await serve.StandardOutput.ReadLineAsync(ServiceBench.Cancel)).ShouldBe("Ready.");

        using var terminal = BuiltProgram.Start(bench, "snapshot", "create", "Survival", "--json");
        while (!bench.Get<OperationReads>().List(OperationFilter.Unfinished, 1).Any(one => one is { State: OperationState.Running, Progress: not null }))
            terminal.HasExited.ShouldBeFalse();
        serve.Kill();
        await serve.WaitForExitAsync(ServiceBench.Cancel);
        await terminal.WaitForExitAsync(ServiceBench.Cancel);

        terminal.ExitCode.ShouldBe(0, await terminal.StandardOutput.ReadToEndAsync(ServiceBench.Cancel));
        var now = await bench.InspectAsync(game);
        (now.State.IsRunning, now.State.IsPaused).ShouldBe((true, false));
        var made = (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots.ShouldHaveSingleItem();
        (await bench.RunAsync(new VerifySnapshot(made.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
    }
}
