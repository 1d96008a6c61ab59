using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>An engine that keeps no layers on the disk: what is left out, and the engine's own commit as the last resort.</summary>
public sealed class LayerCommitTests
{
    [Fact]
    public async Task Create_LayerCanNotBeRead_IsLeftOutOrCommittedAndComesBackWithTheUndoToo()
    {
        await using var engine = await ThrowAwayEngine.StartWithDriverAsync(TestEngine.Old, "vfs", ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ServerLabels.Offer] = "true" };
        var game = await bench.StartGameAsync(change: one => one with { Labels = labels });
        await bench.ShellAsync(game, "echo old > /data/level; echo old > /game/version; rm /game/mods/one.jar");
        var server = await bench.AddServerAsync("Survival", game);

        var without = await bench.SnapshotAsync(server.Id);
        var with = (await bench.RunAsync(new CreateSnapshot { Server = server.Id, UnreadableLayers = UnreadableLayers.Commit }))
            .ShouldBeOfType<CreateSnapshotOutcome.Created>().Snapshot;
        await bench.ShellAsync(game, "echo new > /data/level; echo new > /game/version; echo back > /game/mods/one.jar");

        (without.Grade, without.Warnings.ShouldHaveSingleItem().Code).ShouldBe((ConsistencyGrade.Frozen, "layer-left-out"));
        (with.Grade, with.Warnings.ShouldHaveSingleItem().Code).ShouldBe((ConsistencyGrade.Live, "layer-committed"));
        (await bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).ShouldNotContain(image => image.Tags.Any(tag => tag.Contains("snapshotbot-commit")));
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();

        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = with.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await LookAsync(bench)).ShouldBe("old\nold\nnone\n");
        restored.SafetySnapshot.ShouldNotBeNull();

        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await LookAsync(bench)).ShouldBe("new\nnew\nback\n");

        var tag = bench.Engine.Name("published").Value + ":1";
        (await bench.RunAsync(new PublishImage { Server = server.Id, Snapshot = with.Id, Tag = tag })).ShouldBeOfType<PublishImageOutcome.Published>();
        var published = await bench.Engine.Engine.Containers.CreateAsync((EngineBench.Sleeper with { Image = tag }).ToDefinition(), bench.Engine.Name("again"), ServiceBench.Cancel);
        (await bench.InspectAsync(published)).Labels[ServerLabels.Offer].ShouldBeEmpty();
        await bench.Engine.Engine.Containers.StartAsync(published, ServiceBench.Cancel);
        (await bench.ShellAsync(published, "cat /game/version; ls /game/mods")).ShouldBe("old\ntwo.jar\n");
    }

    [Fact]
    public async Task Create_KilledWhileTheEngineMayCommit_LeavesNoImageAndNoPause()
    {
        var kills = KilledProgram.Kills(1);
        var moments = new KillMoments(kills);
        await using var engine = await ThrowAwayEngine.StartWithDriverAsync(TestEngine.Old, "vfs", ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/game/big bs=1024 count=16384; echo world > /data/level");
        await bench.AddServerAsync("Survival", game);
        var world = await WorldPrint.TakeAsync(bench, game);
        var images = await IdsAsync(bench);
        for (var kill = 0; kill < kills; kill++)
        {
            var moment = moments.Next();
            var what = $"seed {moments.Seed}, kill {kill}, {moment}";
            var known = (await bench.Snapshots.ListAsync(new SnapshotFilter { Limit = 1000 }, ServiceBench.Cancel)).Snapshots.Count;
            var last = Newest(bench)?.Id;

            moments.Took(await KilledProgram.KillAsync(bench, moment, "snapshot", "create", "Survival", "--commit", "--json"));
            await RestoreKillTests.HealOnceAsync(bench, what);

            var now = await bench.InspectAsync(game);
            (now.State.IsRunning, ServiceBench.StandsStill(now)).ShouldBe((true, false), what);
            (await WorldPrint.TakeAsync(bench, game)).ShouldBe(world, what);
            (await IdsAsync(bench)).ShouldBe(images, what);
            var says = Newest(bench) is { State: OperationState.Ended } newest && newest.Id != last;
            (await bench.Snapshots.ListAsync(new SnapshotFilter { Limit = 1000 }, ServiceBench.Cancel)).Snapshots.Count.ShouldBe(
                known + (says ? 1 : 0), $"{what}; the record says {Newest(bench)?.State}");
        }
    }

    private static OperationInfo? Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).SingleOrDefault();

    /// <summary>Named or not: nobody else uses this engine.</summary>
    private static async Task<IReadOnlyList<string>> IdsAsync(ServiceBench bench) =>
        [.. (await bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).Select(one => one.Id.Value).Order(StringComparer.Ordinal)];

    private static async Task<string> LookAsync(ServiceBench bench)
    {
        var now = (await bench.Engine.Engine.Containers.FindAsync(bench.Engine.Name("game").Value, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container;
        return await bench.ShellAsync(now.Id, "cat /data/level /game/version; cat /game/mods/one.jar 2>/dev/null || echo none");
    }
}
