using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

/// <summary>The real program, killed with SIGKILL at any moment of making or removing a duplicate: afterwards it is whole or not there at all.</summary>
public sealed class DuplicateKillTests
{
    [Fact]
    public async Task DuplicateAndRemove_KilledAtAnyMoment_IsWholeOrGone()
    {
        var kills = KilledProgram.Kills(3);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region; for i in 1 2 3 4; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=1024; done; echo layer > /game/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var world = await WorldPrint.TakeAsync(bench, game);
        var name = bench.Engine.Name("copy").Value;
        string[] make = ["snapshot", "duplicate", snapshot.Id.Value, name, "--start", "--json"];
        string[] remove = ["server", "remove", name, "--with-data", "--yes", "--json"];
        var making = await KilledProgram.TimeAsync(bench, make);
        var removing = await KilledProgram.TimeAsync(bench, remove);
        (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty();

        for (var kill = 0; kill < kills; kill++)
        {
            var part = (kill + 1.0) / (kills + 1);
            await KilledProgram.KillAsync(bench, making * part, make);
            await HealAsync(bench);
            if (await FindAsync(bench, name) is { } copy)
            {
                var container = Engine.ContainerId.Parse(copy.Containers[0].Id!);
                (await WorldPrint.TakeAsync(bench, container)).ShouldBe(world, $"made whole, kill {kill}");
            }
            else
            {
                (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty($"taken back, kill {kill}");
                await KilledProgram.TimeAsync(bench, make);
            }

            await KilledProgram.KillAsync(bench, removing * part, remove);
            await HealAsync(bench);
            if (await FindAsync(bench, name) is { } still)
            {
                still.State.ShouldBe(ServerState.Running, $"not begun, kill {kill}");
                await KilledProgram.TimeAsync(bench, remove);
            }

            (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty($"removed, kill {kill}");
            (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(world);
        }

        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
    }

    private static async Task HealAsync(ServiceBench bench) =>
        (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldAllBe(healed => healed.Ending != HealEnding.NotYet);

    private static async Task<ServerInfo?> FindAsync(ServiceBench bench, string name) =>
        await bench.Get<ServerReads>().FindAsync(name, ServiceBench.Cancel) is ServerFound.One one ? one.Server : null;
}
