using Shouldly;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Parts that people know, put back while all else goes on as it is.</summary>
public sealed class PartTests
{
    [Fact]
    public async Task Restore_OnePlayer_LeavesEverybodyElseAndTheWorld()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, TestGame.PlayOn);

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Parts = ["player anna"] })).ShouldBeOfType<RestoreOutcome.Restored>();

        var (old, changed) = await TestGame.LookAsync(bench, game);
        old.ShouldBe([$"/data/world/playerdata/{TestGame.Anna}.dat", $"/data/world/stats/{TestGame.Anna}.json"]);
        changed.ShouldContain($"/data/world/playerdata/{TestGame.Ben}.dat");
        changed.ShouldContain("/data/world/region/r.5.5.mca");
    }

    [Fact]
    public async Task Restore_OneArea_PutsItsSquaresBackAndTakesAwayThoseMadeSince()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, TestGame.PlayOn);
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Parts = ["area world 0 -300 100 100", "area world 2700 2700"] };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>().FilesRemoved.ShouldBe(2);

        cost.Removed.Order(StringComparer.Ordinal).ShouldBe(["/data/world/entities/r.5.5.mca", "/data/world/region/r.5.5.mca"]);
        cost.FilesReplaced.ShouldBe(4);
        var (old, changed) = await TestGame.LookAsync(bench, game);
        old.ShouldBe(
            ["/data/world/entities/r.0.-1.mca", "/data/world/entities/r.0.0.mca", "/data/world/region/r.0.-1.mca", "/data/world/region/r.0.0.mca"], ignoreOrder: true);
        changed.ShouldContain("/data/world/region/r.1.0.mca");
        changed.ShouldNotContain("/data/world/region/r.5.5.mca");
    }

    [Fact]
    public async Task Restore_Configuration_LeavesTheWorld()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, TestGame.PlayOn);

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Parts = ["config"] })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await TestGame.LookAsync(bench, game)).Old.ShouldBe(["/conf/server.properties", "/data/bukkit.yml"]);
    }

    [Fact]
    public async Task Restore_PartNobodyKnows_IsRefusedWithWhatThereIs()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (_, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);

        (await RefusalAsync("player Carla")).ShouldBeOfType<Refusal.PartUnknown>().Known.ShouldBe(["Anna", "Ben"]);
        (await RefusalAsync("castle")).ShouldBeOfType<Refusal.PartRefused>().Usages.ShouldContain("player NAME");
        (await RefusalAsync("player ../../etc")).ShouldBeOfType<Refusal.PartUnknown>();

        async Task<Refusal> RefusalAsync(string part) =>
            (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Parts = [part] })).ShouldBeOfType<RestoreOutcome.Refused>().Refusal;
    }

    [Fact]
    public async Task Restore_OneFolder_IsExactlyAsItWas()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir -p /data/world/deep && echo a > /data/world/a && echo b > /data/world/deep/b && ln -s a /data/world/link && chmod 750 /data/world && echo x > /data/other");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        const string print = "cd /data && find world -exec stat -c '%n %F %a %u %g %h %Y %N' {} + && cat world/a world/deep/b";
        var before = await bench.ShellAsync(game, print);
        await bench.ShellAsync(game, "rm -r /data/world/deep /data/world/link && echo new > /data/world/a && mkdir /data/world/since && echo s > /data/world/since/s && chmod 777 /data/world && echo y > /data/other");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/data/world"] };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        await bench.RunAsync(request);

        cost.Removed.ShouldBe(["/data/world/since/s"]);
        (await bench.ShellAsync(game, print)).ShouldBe(before);
        (await bench.ShellAsync(game, "cat /data/other; ls /data")).ShouldBe("y\nother\nworld\n");
    }
}
