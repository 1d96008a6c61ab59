using Shouldly;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Players are told before their server stops, and a restore called off leaves everything as it is.</summary>
public sealed class CountdownTests
{
    [Fact]
    public async Task Restore_PlayersAreOnline_TellsThemTwiceAndWaits()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await bench.Get<SettingChanges>().SetAsync("countdown", "11s", null, ServiceBench.Cancel);
        await bench.Get<SettingChanges>().SetAsync("undo-time", "2h", null, ServiceBench.Cancel);
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo played > /data/world/level.dat; printf 'Anna\\nBen\\n' > /tmp/players");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var restored = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Restored>();

        var known = cost.Players.ShouldBeOfType<PlayersNow.Known>();
        known.Names.ShouldBe(["Anna", "Ben"]);
        known.Warning.ShouldBe(PlayerWarning.Possible);
        restored.Players.ShouldBe(new PlayersWarned.Told(2));
        foreach (var until in (DateTimeOffset?[])[cost.UndoUntil, restored.UndoUntil])
            until!.Value.ShouldBe(DateTimeOffset.UtcNow.AddHours(2), TimeSpan.FromMinutes(2));

        // The world of then was kept as it was when the server stopped, with what it had been told.
        var said = (await CaptureTests.ReadAsync(bench, restored.SafetySnapshot!.Value, "/tmp/said")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        said.Length.ShouldBe(2);
        said[0].ShouldContain("in 11 seconds");
        said[1].ShouldContain("in 10 seconds");
    }

    [Fact]
    public async Task Restore_NobodyIsOnline_SaysNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { Countdown = TimeSpan.FromHours(1) });
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo played > /data/world/level.dat; touch /tmp/players");

        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        restored.Players.ShouldBe(new PlayersWarned.Nobody());
        (await bench.ShellAsync(game, "cat /data/world/level.dat")).ShouldBe("old\n");
    }

    [Fact]
    public async Task Restore_CalledOffWhileCounting_LeavesEverythingRunningAndTellsThem()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { Countdown = TimeSpan.FromHours(1) });
        var (game, server) = await TestGame.StartAsync(bench);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo played > /data/world/level.dat; echo Anna > /tmp/players");
        var before = await bench.InspectAsync(game);

        var result = await CancelAtAsync(bench, new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, "warn");

        result.ShouldBeOfType<OperationResult<RestoreOutcome>.Cancelled>();
        var now = await bench.InspectAsync(game);
        now.State.StartedAt.ShouldBe(before.State.StartedAt);
        now.RestartPolicy.ShouldBe(before.RestartPolicy);
        (await bench.ShellAsync(game, "cat /data/world/level.dat")).ShouldBe("played\n");
        (await bench.ShellAsync(game, "tail -n 1 /tmp/said")).ShouldContain("Called off");
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>Asks as <c>operation cancel</c> does, at the first moment of a step.</summary>
    private static async Task<OperationResult<RestoreOutcome>> CancelAtAsync(ServiceBench bench, RestoreSnapshot request, string step)
    {
        var at = new AtStep(step, async () =>
        {
            var reads = bench.Get<OperationReads>();
            var running = reads.List(OperationFilter.Unfinished, 1).ShouldHaveSingleItem();
            (await reads.CancelAsync(running.Id, CancellationToken.None)).ShouldBeNull();
        });
        var result = await bench.Operations.RunAsync(request, new Requester("terminal:test"), at, ServiceBench.Cancel);
        at.Happened.ShouldBeTrue();
        return result;
    }
}
