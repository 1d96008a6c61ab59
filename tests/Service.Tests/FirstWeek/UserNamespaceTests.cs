using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>An engine whose containers' root is a user without rights on the host: files belong to mapped numbers, and stay theirs.</summary>
public sealed class UserNamespaceTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_EngineMapsUsers_OwnersAndDeletedFilesComeBack(string name)
    {
        await using var engine = await ThrowAwayEngine.StartRemappedAsync(name, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(name, engine.Endpoint));
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo old > /data/level; echo mine > /data/of-seven; chown 7:8 /data/of-seven; rm -r /game/mods; mkdir /game/mods; echo new > /game/mods/one; chmod 700 /data/of-seven");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game);
        await bench.ShellAsync(game, "rm -rf /data/*; echo bad > /data/level; rm -rf /game/mods; echo virus > /game/server.properties");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        snapshot.Warnings.ShouldBeEmpty();
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before);
        (await bench.ShellAsync(game, "stat -c %u:%g:%a /data/of-seven; cat /game/mods/one; ls /game/mods")).ShouldBe("7:8:700\nnew\none\n");
        OwnerOnTheHost(await bench.InspectAsync(game)).ShouldBe(ThrowAwayEngine.MappedRoot + 7);

        // And with the container gone: its layer is made anew for the same user.
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(1), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Remove, ServiceBench.Cancel);
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        var made = (await bench.Engine.Engine.Containers.FindAsync(bench.Engine.Name("game").Value, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container;
        (await bench.ShellAsync(made.Id, "cat /data/level /game/mods/one; ls /game/mods")).ShouldBe("old\nnew\none\n");
    }

    private static uint OwnerOnTheHost(ContainerDetails game)
    {
        using var world = DirectoryHandle.OpenRoot(game.Mounts.First(mount => mount.Target == "/data").Source);
        world.TryStat("of-seven"u8, out var status).ShouldBeTrue();
        return status.UserId;
    }
}
