using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

/// <summary>Clones of snapshots on real engines: a good one earns its badge, a damaged world does not, and nothing of either is left.</summary>
public sealed class BootTests
{
    private static readonly int Kills = KilledProgram.Kills(3);

    /// <summary>A game that runs whatever its world is like, and answers only when the world is whole.</summary>
    private const string Game =
        "trap 'exit 0' TERM; if [ \"$(cat /data/level)\" = good ] && [ -f /game/mod ]; then echo ready > /tmp/answer; fi; while true; do sleep 1000 & wait; done";

    private const string Profile = """
        {
          "schema": 1,
          "name": "tested",
          "title": "Tested game",
          "tried": { "image": "busybox", "version": "any" },
          "stop": { "graceSeconds": 10 },
          "ready": { "step": { "exec": ["cat", "/tmp/answer"], "expect": "ready" } }
        }
        """;

    [Theory]
    [InlineData(TestEngine.Old)]
    [InlineData(TestEngine.New)]
    public async Task Prove_GoodSnapshot_EarnsTheBadgeAndNothingIsLeft(string engine)
    {
        await using var bench = await OpenAsync(engine);
        var (server, snapshot) = await GameAsync(bench, "good");
        var before = await PrintAsync(bench);

        var outcome = await ProveAsync(bench, snapshot.Id, TimeSpan.FromSeconds(60));

        var proven = outcome.ShouldBeOfType<ProveBootOutcome.Proven>(Why(outcome));
        proven.Snapshot.BootProvenAt.ShouldNotBeNull();
        proven.Snapshot.BootTook.ShouldNotBeNull();
        (await PrintAsync(bench)).ShouldBe(before);
        bench.Get<Incidents>().OpenOf(server).ShouldBeEmpty();
    }

    [Fact]
    public async Task Prove_DamagedWorld_EarnsNoneHoldsTheServerAndTheCloneWasCutOff()
    {
        await using var bench = await OpenAsync(TestEngine.Old);
        var (server, snapshot) = await GameAsync(bench, "damaged");
        var before = await PrintAsync(bench);

        var proving = ProveAsync(bench, snapshot.Id, TimeSpan.FromSeconds(8));
        ContainerDetails? clone = null;
        while (clone is null && !proving.IsCompleted)
            clone = await CloneAsync(bench);

        // One that is made meanwhile does not make up for it, and is not the last good one.
        await using (var beside = new DataBench(root: bench.Root))
            await beside.CommitAsync("00000000000000aa", "newer", server);
        var outcome = await proving;

        var failed = outcome.ShouldBeOfType<ProveBootOutcome.NotProven>();
        failed.Snapshot.BootProvenAt.ShouldBeNull();
        clone.ShouldNotBeNull();
        clone.NetworkMode.ShouldBe("none");
        clone.Ports.ShouldBeEmpty();
        clone.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.No);
        clone.Limits.MemoryBytes.ShouldBeGreaterThan(0);
        clone.Mounts.ShouldAllBe(mount => mount.VolumeName!.StartsWith("snapshotbot-boot-", StringComparison.Ordinal));
        (await PrintAsync(bench)).ShouldBe(before);
        var incident = bench.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem();
        incident.Cause.ShouldBeOfType<IncidentCause.DoesNotBoot>();
        incident.LastGood.ShouldBeNull();
    }

    [Fact]
    public async Task Prove_GameNobodyCanAsk_EarnsNoneAndStartsNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        (await bench.RunAsync(new ProveBoot(snapshot.Id))).ShouldBeOfType<ProveBootOutcome.NoCheck>().Profile.ShouldBe("generic");
    }

    [Fact]
    public async Task Prove_KilledAtRandomMoments_IsHealedAndNothingIsLeft()
    {
        await using var bench = await OpenAsync(TestEngine.Old);
        var (_, snapshot) = await GameAsync(bench, "good");
        var before = await PrintAsync(bench);
        var watch = Stopwatch.StartNew();
        using (var whole = BuiltProgram.Start(bench, "snapshot", "verify", snapshot.Id.Value, "--boot", "--json"))
        {
            await whole.WaitForExitAsync(ServiceBench.Cancel);
            whole.ExitCode.ShouldBe(0, await whole.StandardOutput.ReadToEndAsync(ServiceBench.Cancel));
        }

        var length = watch.Elapsed;
        for (var round = 0; round < Kills; round++)
        {
            using var process = BuiltProgram.Start(bench, "snapshot", "verify", snapshot.Id.Value, "--boot", "--json");
            await Task.WhenAny(process.WaitForExitAsync(ServiceBench.Cancel), Task.Delay(length * (round + 1) / (Kills + 1), ServiceBench.Cancel));
            process.Kill();
            await process.WaitForExitAsync(ServiceBench.Cancel);
            (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldAllBe(healed => healed.Ending != HealEnding.NotYet);
            (await PrintAsync(bench)).ShouldBe(before, $"after round {round}");
        }
    }

    private static async Task<ServiceBench> OpenAsync(string engine)
    {
        var bench = await ServiceBench.OpenAsync(engine);
        var profiles = Directory.CreateDirectory(Path.Combine(bench.Root, "sb-data", "profiles")).FullName;
        await File.WriteAllTextAsync(Path.Combine(profiles, "tested.json"), Profile, ServiceBench.Cancel);
        return bench;
    }

    private static async Task<(ServerId Server, SnapshotInfo Snapshot)> GameAsync(ServiceBench bench, string level)
    {
        var game = await bench.StartGameAsync(change: one => one with
        {
            Command = ["/bin/sh", "-c", Game],
            RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.offer"] = "true" },
        });
        await bench.ShellAsync(game, $"mkdir -p /game; echo {level} > /data/level; echo mod > /game/mod");
        var server = await bench.AddServerAsync(new AddServer { Name = "Survival", Containers = [game.Value], Profile = "tested" });
        return (server.Id, await bench.SnapshotAsync(server.Id));
    }

    /// <summary>By a service of its own, which is more patient or less.</summary>
    private static async Task<ProveBootOutcome> ProveAsync(ServiceBench bench, SnapshotId snapshot, TimeSpan patience)
    {
        await using var services = ServiceBench.Build(bench.Root, bench.Engine.Test.Endpoint.Text, options => options with { BootTime = patience });
        var client = services.GetRequiredService<OperationClient>();
        return await client.RunAsync(new ProveBoot(snapshot), new Requester("terminal:test"), null, ServiceBench.Cancel) switch
        {
            OperationResult<ProveBootOutcome>.Ended ended => ended.Outcome,
            OperationResult<ProveBootOutcome>.Failed failed => throw new InvalidOperationException($"{failed.Failure.Code}: {failed.Failure.Message}"),
            _ => throw new InvalidOperationException("cancelled"),
        };
    }

    private static async Task<ContainerDetails?> CloneAsync(ServiceBench bench)
    {
        var engine = bench.Engine.Engine;
        var running = (await engine.Containers.ListAsync(ServiceBench.Cancel))
            .FirstOrDefault(one => one.Status == ContainerStatus.Running && one.Labels.ContainsKey(BootClone.Label));
        try
        {
            return running is null ? null : await engine.Containers.InspectAsync(running.Id, ServiceBench.Cancel);
        }
        catch (EngineNotFoundException)
        {
            return null;
        }
    }

    /// <summary>All that a clone could leave behind, by name.</summary>
    private static async Task<string> PrintAsync(ServiceBench bench)
    {
        var engine = bench.Engine.Engine;
        var containers = (await engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Labels.ContainsKey(BootClone.Label)).Select(one => one.Name);
        var volumes = (await engine.Volumes.ListAsync(ServiceBench.Cancel)).Where(one => one.Name.Value.StartsWith("snapshotbot-boot", StringComparison.Ordinal)).Select(one => one.Name.Value);
        var networks = (await engine.Networks.ListAsync(ServiceBench.Cancel)).Where(one => one.Name.StartsWith("snapshotbot-boot", StringComparison.Ordinal)).Select(one => one.Name);
        return string.Join('\n', containers.Concat(volumes).Concat(networks).Order(StringComparer.Ordinal));
    }

    private static string Why(ProveBootOutcome outcome) => outcome is ProveBootOutcome.NotProven failed ? failed.Reason + failed.Log : outcome.ToString();
}
