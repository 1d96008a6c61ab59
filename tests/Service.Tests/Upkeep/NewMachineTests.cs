using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

/// <summary>One machine is lost with its container, its volume and its data folder: nothing is left but the second copy and the password.</summary>
public sealed class NewMachineTests
{
    [Fact]
    public async Task Restore_FromTheCopyAlone_MakesTheServerAnew()
    {
        await using var lost = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await lost.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Volume(lost.Engine.Name("world"), "/data")] });
        await lost.ShellAsync(game, "mkdir -p /data/region /conf /game; for i in 1 2 3; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=200; done; echo mod > /game/mod");
        var server = await lost.AddServerAsync("Survival", game);
        var snapshot = await lost.SnapshotAsync(server.Id, "last one");
        var world = await WorldAsync(lost, game);
        var copy = Path.Combine(lost.Root, "copy");
        (await lost.RunAsync(new CopyRepository(copy, null))).ShouldBeOfType<CopyRepositoryOutcome.Copied>();
        var name = (await lost.InspectAsync(game)).Name;
        var password = await File.ReadAllBytesAsync(Path.Combine(lost.Root, "sb-data", "repository-password"), ServiceBench.Cancel);

        await RemoveAsync(lost.Engine.Engine, name, lost.Engine.Name("world"));

        await using var fresh = await ServiceBench.OpenAsync(TestEngine.Old);
        var data = Directory.CreateDirectory(Path.Combine(fresh.Root, "sb-data")).FullName;
        Directory.Move(copy, Path.Combine(data, "repository"));
        await File.WriteAllBytesAsync(Path.Combine(data, "repository-password"), password, ServiceBench.Cancel);
        try
        {
            (await fresh.RunAsync(new RebuildCatalog())).Servers.ShouldBe(1);
            (await fresh.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

            var made = (await fresh.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Single(one => one.Name == name);
            made.Status.ShouldBe(ContainerStatus.Running);
            (await WorldAsync(fresh, made.Id)).ShouldBe(world);
        }
        finally
        {
            await RemoveAsync(fresh.Engine.Engine, name, lost.Engine.Name("world"));
        }
    }

    private static async Task<string> WorldAsync(ServiceBench bench, ContainerId id) => string.Join('\n', (await bench.ShellAsync(
        id, "for top in /data /game; do find $top -exec stat -c '%n %F %a %u %g %s %Y' {} + ; find $top -type f -exec sha256sum {} + ; done")).Split('\n').Order(StringComparer.Ordinal));

    private static async Task RemoveAsync(DockerEngine engine, string name, EngineName volume)
    {
        foreach (var container in (await engine.Containers.ListAsync(CancellationToken.None)).Where(one => one.Name.StartsWith(name, StringComparison.Ordinal)))
        {
            await engine.Containers.StopAsync(container.Id, TimeSpan.FromSeconds(2), CancellationToken.None);
            await engine.Containers.RemoveAsync(container.Id, AnonymousVolumes.Remove, CancellationToken.None);
        }

        if ((await engine.Volumes.ListAsync(CancellationToken.None)).Any(one => one.Name == volume))
            await engine.Volumes.RemoveAsync(volume, CancellationToken.None);
    }
}
