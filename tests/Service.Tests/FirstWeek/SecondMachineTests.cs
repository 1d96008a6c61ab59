using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>The host is gone: a fresh data folder on another machine, the repository and its password are all there is.</summary>
public sealed class SecondMachineTests
{
    [Theory]
    [InlineData(TestEngine.Old, TestEngine.New)]
    [InlineData(TestEngine.New, TestEngine.Old)]
    public async Task Restore_OnAnotherEngineFromTheRepositoryAlone_TheServerRunsThere(string first, string second)
    {
        await using var bench = await ServiceBench.OpenAsync(first);
        await using var other = await EngineBench.OpenAsync(second, ServiceBench.Cancel);
        await bench.Engine.Engine.Networks.CreateAsync(
            NetworkDefinition.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"Name":"{{bench.Engine.Name("net")}}","Driver":"bridge"}""")), ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Environment = ["MODE=hard"],
            Ports = [new PublishedPort(25565, "tcp", "127.0.0.1", 25565)],
            Network = bench.Engine.Name("net").Value,
            RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0),
        });
        await bench.ShellAsync(game, "echo world > /data/level && chown 1000:1000 /data/level && echo port=1 > /conf/server.properties && echo mod > /game/new.txt && rm /game/mods/one.jar");
        var server = await bench.AddServerAsync(new AddServer { Name = "Survival", Containers = [game.Value], ForeignWriters = ForeignWriters.FreezeAlong });
        var snapshot = await bench.SnapshotAsync(server.Id, "last one");
        var before = await WorldPrint.TakeAsync(bench, game);
        var was = await bench.InspectAsync(game);
        var root = TestFolder.Make();
        try
        {
            var passwordFile = Path.Combine(bench.Root, "sb-data", "repository-password");
            var password = (await File.ReadAllTextAsync(passwordFile, ServiceBench.Cancel)).Trim();
            var moved = Path.Combine(root, "elsewhere");
            await using var services = ServiceBench.Build(root, other.Test.Endpoint.Text, options => options with
            {
                Repository = Path.Combine(bench.Root, "sb-data", "repository"),
                Password = new RepositoryPassword(password, passwordFile, PasswordSource.Given),
            });
            var client = services.GetRequiredService<OperationClient>();
            var rebuilt = await RunAsync(client, new RebuildCatalog());
            rebuilt.Servers.ShouldBe(1);
            var found = (await services.GetRequiredService<SnapshotReads>().FindAsync("Survival/last one", ServiceBench.Cancel)).ShouldBeOfType<SnapshotFound.One>();

            var restored = (await RunAsync(client, new RestoreSnapshot
            {
                Server = server.Id,
                Snapshot = found.Snapshot.Id,
                Maps = [new PathMap(Path.Combine(bench.Root, "conf"), moved)],
            })).ShouldBeOfType<RestoreOutcome.Restored>();

            restored.Recreated.ShouldBe([was.Name]);
            var there = (await other.Engine.Containers.FindAsync(was.Name, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>().Container;
            var now = await other.Engine.Containers.InspectAsync(there.Id, ServiceBench.Cancel);
            now.State.IsRunning.ShouldBeTrue();
            now.Ports.ShouldBe(was.Ports);
            now.Environment.ShouldContain("MODE=hard");
            now.RestartPolicy.ShouldBe(was.RestartPolicy);
            now.Networks.ShouldHaveSingleItem().Name.ShouldBe(bench.Engine.Name("net").Value);
            (await WorldPrint.TakeAsync(other, there.Id)).ShouldBe(before);
            (await File.ReadAllTextAsync(Path.Combine(moved, "server.properties"), ServiceBench.Cancel)).ShouldBe("port=1\n");
            var known = (await services.GetRequiredService<ServerReads>().FindAsync("Survival", ServiceBench.Cancel)).ShouldBeOfType<ServerFound.One>().Server;
            known.State.ShouldBe(ServerState.Running);
            known.ForeignWriters.ShouldBe(ForeignWriters.FreezeAlong, "what was asked for it holds on");
        }
        finally
        {
            await CleanUpAsync(other, was.Name, bench.Engine.Name("world"), bench.Engine.Name("net").Value);
            TestFolder.Remove(root);
        }
    }

    private static async Task<TOutcome> RunAsync<TOutcome>(OperationClient client, OperationRequest<TOutcome> request)
        where TOutcome : class =>
        await client.RunAsync(request, new Requester("terminal:test"), null, ServiceBench.Cancel) switch
        {
            OperationResult<TOutcome>.Ended ended => ended.Outcome,
            OperationResult<TOutcome>.Failed failed => throw new InvalidOperationException($"{failed.Failure.Code}: {failed.Failure.Message}"),
            _ => throw new InvalidOperationException("cancelled"),
        };

    /// <summary>The restored server has the first machine's names, which the second one's bench does not take for its own.</summary>
    private static async Task CleanUpAsync(EngineBench other, string container, EngineName volume, string network)
    {
        var engine = other.Engine;
        if ((await engine.Containers.ListAsync(CancellationToken.None)).FirstOrDefault(one => one.Name == container) is { } made)
        {
            await engine.Containers.StopAsync(made.Id, TimeSpan.Zero, CancellationToken.None);
            await engine.Containers.RemoveAsync(made.Id, AnonymousVolumes.Remove, CancellationToken.None);
        }

        if ((await engine.Volumes.ListAsync(CancellationToken.None)).Any(one => one.Name == volume))
            await engine.Volumes.RemoveAsync(volume, CancellationToken.None);
        if (await engine.Networks.FindAsync(network, CancellationToken.None) is { } net)
            await engine.Networks.RemoveAsync(net.Id, CancellationToken.None);
    }
}
