using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
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
        (await bench.InspectAsync(game)).State.IsPaused.ShouldBeFalse();

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

    private static async Task<string> LookAsync(ServiceBench bench)
    {
        var now = (await bench.Engine.Engine.Containers.FindAsync(bench.Engine.Name("game").Value, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container;
        return await bench.ShellAsync(now.Id, "cat /data/level /game/version; cat /game/mods/one.jar 2>/dev/null || echo none");
    }
}
