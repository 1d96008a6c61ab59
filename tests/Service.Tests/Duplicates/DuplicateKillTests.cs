using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

/// <summary>The real program, killed with SIGKILL at random moments of making or removing a duplicate: afterwards it is whole or not there at all.</summary>
public sealed class DuplicateKillTests
{
    [Fact]
    public async Task DuplicateAndRemove_KilledAtRandomMoments_IsWholeOrGoneAndTheRecordSaysWhich()
    {
        var kills = KilledProgram.Kills(2);
        var (makings, removings) = (new KillMoments(kills), new KillMoments(kills));
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region; for i in 1 2 3 4; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=1024; done; echo layer > /game/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var world = await WorldPrint.TakeAsync(bench, game);
        var name = bench.Engine.Name("copy").Value;
        string[] make = ["snapshot", "duplicate", snapshot.Id.Value, name, "--start", "--json"];
        string[] remove = ["server", "remove", name, "--with-data", "--yes", "--json"];
        for (var kill = 0; kill < kills; kill++)
        {
            var moment = makings.Next();
            var what = $"seed {makings.Seed}, kill {kill}, duplicate {moment}";
            var before = Newest(bench).Id;
            makings.Took(await KilledProgram.KillAsync(bench, moment, make));
            await RestoreKillTests.HealOnceAsync(bench, what);
            var says = Says(bench, before);
            what = $"{what}; the record says {Newest(bench).State} {Newest(bench).Failure?.Message}";
            var copy = await FindAsync(bench, name);
            (copy is not null).ShouldBe(says, what);
            if (copy is not null)
            {
                var container = Engine.ContainerId.Parse(copy.Containers[0].Id!);
                (await WorldPrint.TakeAsync(bench, container)).ShouldBe(world, what);
            }
            else
            {
                (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty(what);
                await KilledProgram.TimeAsync(bench, make);
            }

            moment = removings.Next();
            what = $"seed {removings.Seed}, kill {kill}, remove {moment}";
            before = Newest(bench).Id;
            removings.Took(await KilledProgram.KillAsync(bench, moment, remove));
            await RestoreKillTests.HealOnceAsync(bench, what);
            says = Says(bench, before);
            what = $"{what}; the record says {Newest(bench).State} {Newest(bench).Failure?.Message}";
            var still = await FindAsync(bench, name);
            (still is null).ShouldBe(says, what);
            if (still is not null)
            {
                still.State.ShouldBe(ServerState.Running, what);
                await KilledProgram.TimeAsync(bench, remove);
            }

            (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty(what);
            (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue(what);
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(world, what);
        }

        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
    }

    private static OperationInfo Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).ShouldHaveSingleItem();

    /// <summary>Whether there is a record since, and it says that it was done.</summary>
    private static bool Says(ServiceBench bench, OperationId before) => Newest(bench) is { State: OperationState.Ended } newest && newest.Id != before;

    private static async Task<ServerInfo?> FindAsync(ServiceBench bench, string name) =>
        await bench.Get<ServerReads>().FindAsync(name, ServiceBench.Cancel) is ServerFound.One one ? one.Server : null;
}
