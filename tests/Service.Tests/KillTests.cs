using System.Diagnostics;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>The real program, killed with SIGKILL at random moments. Whatever it was doing, the next command heals.</summary>
public sealed class KillTests
{
    private const int Rounds = 8;

    [Fact]
    public async Task Create_KilledAtRandomMoments_ContainerRunsOnAndNothingCommittedIsLost()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=20480; echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);
        var whole = await TimeAsync(bench, "snapshot", "create", "Survival", "--json");

        for (var round = 0; round < Rounds; round++)
        {
            await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/more bs=1024 count=10240");
            await KillAsync(bench, whole * round / Rounds, "snapshot", "create", "Survival", "--json");
            await bench.Operations.HealAsync(ServiceBench.Cancel);

            (await bench.InspectAsync(game)).State.IsPaused.ShouldBeFalse($"after round {round}");
            (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue($"after round {round}");
        }

        (await bench.RunAsync(new VerifySnapshot(first.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        foreach (var snapshot in (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots)
            (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_KilledAtRandomMoments_IsTheOldWorldOrTheNewAndRuns()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, "mkdir /data/region; for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=512; done; echo old > /game/version; echo old > /conf/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var kept = await WorldPrint.TakeAsync(bench, game);
        await PlayOnAsync(bench, game);
        var whole = await TimeAsync(bench, "snapshot", "restore", snapshot.Id.Value, "--yes", "--json");
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(kept);

        for (var round = 0; round < Rounds; round++)
        {
            await PlayOnAsync(bench, game);
            var played = await WorldPrint.TakeAsync(bench, game);
            await KillAsync(bench, whole * (round + 1) / (Rounds + 1), "snapshot", "restore", snapshot.Id.Value, "--yes", "--json");
            (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldAllBe(healed => healed.Ending != HealEnding.NotYet);

            var now = await bench.InspectAsync(game);
            now.State.IsRunning.ShouldBeTrue($"after round {round}");
            now.State.IsPaused.ShouldBeFalse();
            now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped);
            (await WorldPrint.TakeAsync(bench, game)).ShouldBeOneOf(played, kept);
            Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*").ShouldBeEmpty();
        }

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldNotBeOfType<RestoreOutcome.Refused>();
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(kept);
    }

    [Fact]
    public async Task Serve_KilledMidOperation_TheTerminalThatWaitsTakesOver()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=40960");
        await bench.AddServerAsync("Survival", game);
        using var serve = Start(bench, ["serve", "--no-discord"]);
        (await serve.StandardOutput.ReadLineAsync(ServiceBench.Cancel)).ShouldBe("Ready.");

        using var terminal = Start(bench, ["snapshot", "create", "Survival", "--json"]);
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

    private static Task PlayOnAsync(ServiceBench bench, ContainerId game) =>
        bench.ShellAsync(game, "rm -f /data/region/1; for i in 2 3 4; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=512; done; date > /data/later; echo new > /game/version; rm -f /conf/version");

    private static async Task<TimeSpan> TimeAsync(ServiceBench bench, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(bench, arguments);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, await process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel));
        return watch.Elapsed;
    }

    private static async Task KillAsync(ServiceBench bench, TimeSpan after, params string[] arguments)
    {
        using var process = Start(bench, arguments);
        using var limit = new CancellationTokenSource(after);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(ServiceBench.Cancel);
        }
    }

    private static Process Start(ServiceBench bench, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Root };
        foreach (var argument in (string[])[Program(), .. arguments, "--data", Path.Combine(bench.Root, "sb-data"), "--progress", "none"])
            start.ArgumentList.Add(argument);
        start.Environment["DOCKER_HOST"] = bench.Engine.Test.Endpoint.Text;
        var process = Process.Start(start)!;

        // Pipes that nobody empties would stop the program.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The program as it was built beside these tests.</summary>
    private static string Program()
    {
        var folder = AppContext.BaseDirectory.TrimEnd('/');
        var tests = folder[..folder.LastIndexOf("/tests/", StringComparison.Ordinal)];
        var built = folder[(folder.IndexOf("/bin/", StringComparison.Ordinal) + 5)..];
        return Path.Combine(tests, "bot", "Bot", "bin", built, "snapshotbot.dll");
    }
}
