using Shouldly;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class CaptureTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_RunningServer_HoldsMountsLayerAndImageAndRunsOn(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region && echo world > /data/region/r.0.0.mca && echo port=1 > /conf/server.properties && echo added > /game/new.txt && rm /game/mods/one.jar");
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id, "before the dragon");

        snapshot.Warnings.ShouldBeEmpty();
        snapshot.Grade.ShouldBe(ConsistencyGrade.Frozen);
        snapshot.Freeze.ShouldNotBeNull();
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
        (await ReadAsync(bench, snapshot.Id, "/data/region/r.0.0.mca")).ShouldBe("world\n");
        (await ReadAsync(bench, snapshot.Id, "/conf/server.properties")).ShouldBe("port=1\n");
        (await ReadAsync(bench, snapshot.Id, "/game/new.txt")).ShouldBe("added\n");
        var details = await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel);
        details.Containers.ShouldHaveSingleItem().HasImage.ShouldBeTrue();
        details.Containers[0].HasLayer.ShouldBeTrue();
        details.Mounts.Select(mount => mount.Target).Order().ShouldBe(["/conf", "/data"]);
    }

    [Fact]
    public async Task Create_AgainUnchanged_ReadsAndAddsNextToNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=4096");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);

        var second = await bench.SnapshotAsync(server.Id);

        first.BytesAdded.ShouldBeGreaterThan(4 << 20);
        second.BytesAdded.ShouldBeLessThan(64 << 10);
        second.Server.ShouldBe("Survival");
        (await bench.Snapshots.ListAsync(new SnapshotFilter { Server = server.Id }, ServiceBench.Cancel)).Snapshots.Select(one => one.Id).ShouldBe([second.Id, first.Id]);
    }

    [Fact]
    public async Task Create_StoppedServerIsStartedMeanwhile_IsNotCalledStopped()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1048576 count=64");
        var server = await bench.AddServerAsync("Survival", game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.Zero, ServiceBench.Cancel);
        var start = new FirstWeek.AtStep("read", () => bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel));

        var snapshot = (await bench.RunAsync(new CreateSnapshot { Server = server.Id }, start)).ShouldBeOfType<CreateSnapshotOutcome.Created>().Snapshot;

        snapshot.Grade.ShouldBe(ConsistencyGrade.Live);
        snapshot.Warnings.Select(one => one.Code).ShouldContain("not-frozen");
    }

    internal static async Task<string> ReadAsync(ServiceBench bench, SnapshotId snapshot, string path)
    {
        using var content = new MemoryStream();
        var got = await bench.Browser.GetAsync(snapshot, path, _ => content, ServiceBench.Cancel);
        got.ShouldBeOfType<SnapshotFileBytes.Written>();
        return System.Text.Encoding.UTF8.GetString(content.ToArray());
    }
}
