using Shouldly;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>What a profile makes of a snapshot: the game's own flush and hold, and what is left out.</summary>
public sealed class QuiesceTests
{
    [Fact]
    public async Task Create_GameHolds_IsQuiescedAndReleased()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        Profile(bench, """ "quiesce": { "hold": [ { "exec": ["/bin/sh", "-c", "touch /data/held; echo saved"], "expect": "saved", "deadlineSeconds": 60 } ], "release": [ { "exec": ["/bin/rm", "/data/held"], "deadlineSeconds": 60 } ] } """);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Quiesced);
        snapshot.Warnings.ShouldBeEmpty();
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/data/held")).ShouldBeEmpty();
        (await bench.ShellAsync(game, "ls /data")).ShouldNotContain("held");
    }

    [Fact]
    public async Task Create_GameNeverAnswers_IsFrozenReleasedAndSaysSo()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        Profile(bench, """ "quiesce": { "hold": [ { "exec": ["/bin/sh", "-c", "touch /data/held; sleep 1000"], "expect": "saved", "deadlineSeconds": 2 } ], "release": [ { "exec": ["/bin/rm", "-f", "/data/held"], "deadlineSeconds": 60 } ] } """);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Frozen);
        snapshot.Warnings.Select(one => one.Code).ShouldBe(["quiesce-failed"]);
        (await bench.ShellAsync(game, "ls /data")).ShouldNotContain("held");
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_GameIsReleasedOnlyWhenAskedAgain_IsAskedAgain()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        Profile(bench, Holding("if test -e /data/asked; then rm /data/held; else touch /data/asked; exit 1; fi"));
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        (snapshot.Grade, snapshot.Warnings.Count).ShouldBe((ConsistencyGrade.Quiesced, 0));
        (await bench.ShellAsync(game, "ls /data")).ShouldBe("asked\n");
    }

    [Fact]
    public async Task Create_GameIsNotReleased_SaysSoBlocksNothingAndHealingReleases()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        Profile(bench, Holding("test -e /data/enough && rm /data/held"));
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);
        var meanwhile = await bench.RunAsync(new Servers.RunServer(server.Id, Servers.RunAction.Start));
        await bench.ShellAsync(game, "test -e /data/held && touch /data/enough");
        await bench.Operations.HealAsync(ServiceBench.Cancel);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Quiesced);
        snapshot.Warnings.Select(one => one.Code).ShouldBe(["release-failed"]);
        meanwhile.ShouldBeOfType<Servers.RunServerOutcome.Unchanged>();
        (await bench.ShellAsync(game, "ls /data")).ShouldBe("enough\n");
        Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Heal_GameThatWasNotReleasedWasRestarted_HoldsNothingAnyMore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        Profile(bench, Holding("exit 1"));
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        (await bench.SnapshotAsync(server.Id)).Warnings.ShouldHaveSingleItem();

        (await bench.RunAsync(new Servers.RunServer(server.Id, Servers.RunAction.Restart))).ShouldBeOfType<Servers.RunServerOutcome.Done>();
        await bench.Operations.HealAsync(ServiceBench.Cancel);

        Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
    }

    private static string Holding(string release) => $$"""
        "quiesce": {
          "hold": [ { "exec": ["/bin/sh", "-c", "touch /data/held; echo saved"], "expect": "saved", "deadlineSeconds": 60 } ],
          "release": [ { "exec": ["/bin/sh", "-c", "{{release}}"], "deadlineSeconds": 60 } ]
        }
        """;

    [Fact]
    public async Task Restore_WhatTheProfileLeavesOut_IsInNoSnapshotAndStaysAsItIs()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        Profile(bench, """ "leaveOut": ["/data/cache"] """);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/cache && echo old > /data/cache/tiles && echo old > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/cache/tiles && echo new > /data/level");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await bench.ShellAsync(game, "cat /data/level /data/cache/tiles")).ShouldBe("old\nnew\n");
        ((SnapshotListing.Entries)await bench.Browser.ListAsync(snapshot.Id, "/data", ServiceBench.Cancel)).Items.Select(one => one.Name).ShouldBe(["level"]);
    }

    /// <summary>Gives the games of tests a profile with this part.</summary>
    internal static void Profile(ServiceBench bench, string part)
    {
        var folder = Path.Combine(bench.Root, "sb-data", "profiles");
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "test.json"),
            $$"""{ "schema": 1, "name": "test", "title": "Test", "match": { "images": ["snapshotbot-test"] }, {{part}} }""");
    }
}
