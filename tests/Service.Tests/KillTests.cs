using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
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
        var rounds = KilledProgram.Kills(3);
        var moments = new KillMoments(rounds);
        var worlds = new List<(SnapshotId Snapshot, string Print)>();
        for (var round = 0; round < rounds; round++)
        {
            await bench.ShellAsync(game, $"dd if=/dev/urandom of=/data/more bs=1024 count=10240; echo {round} > /game/version");
            var before = await WorldPrint.TakeAsync(bench, game);
            var known = (await ListAsync(bench)).Select(one => one.Id).ToHashSet();
            var last = Newest(bench).Id;
            var moment = moments.Next();
            var what = $"seed {moments.Seed}, round {round}, {moment}";

            moments.Took(await KilledProgram.KillAsync(bench, moment, "snapshot", "create", "Survival", "--json"));
            await RestoreKillTests.HealOnceAsync(bench, what);

            var now = await bench.InspectAsync(game);
            (now.State.IsRunning, ServiceBench.StandsStill(now)).ShouldBe((true, false), what);
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before, what);
            Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty(what);

            // The record says whether there is a snapshot, or nothing was written down at all.
            var made = (await ListAsync(bench)).Select(one => one.Id).Where(id => !known.Contains(id)).ToList();
            var record = Newest(bench);
            var says = record.Id != last && record.State == OperationState.Ended;
            made.Count.ShouldBe(says ? 1 : 0, $"{what}; the record says {record.State} {record.Failure?.Message}");
            if (says)
                worlds.Add((made[0], before));
        }

        TestContext.Current.SendDiagnosticMessage($"{rounds} rounds, {worlds.Count} made their snapshot");

        // A killed process leaves its lock; restic takes away only those of processes that are no more.
        await MountTests.ResticAsync(bench, "unlock");
        await MountTests.ResticAsync(bench, "check");
        (await bench.RunAsync(new VerifySnapshot(first.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        foreach (var snapshot in await ListAsync(bench))
            (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        foreach (var (snapshot, print) in worlds)
        {
            await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot });
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(print);
        }
    }

    private static OperationInfo Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).ShouldHaveSingleItem();

    private static async Task<IReadOnlyList<SnapshotInfo>> ListAsync(ServiceBench bench) =>
        (await bench.Snapshots.ListAsync(new SnapshotFilter { Limit = 1000 }, ServiceBench.Cancel)).Snapshots;

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
        (now.State.IsRunning, ServiceBench.StandsStill(now)).ShouldBe((true, false));
        var made = (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots.ShouldHaveSingleItem();
        (await bench.RunAsync(new VerifySnapshot(made.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
    }
}
