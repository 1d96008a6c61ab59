using System.Globalization;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>
/// Restores and undos cut off at random moments: afterwards the server runs as before, its data is wholly the old world or wholly the new, and
/// the operation's record says which.
/// </summary>
public sealed class RestoreKillTests
{
    [Fact]
    public async Task RestoreAndUndo_KilledAtRandomMoments_AreAllOrNothingAndTheRecordSaysWhich()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await DisturbManyAsync(bench, KilledProgram.Kills(4), (after, command) => KilledProgram.KillAsync(bench, after, command));
    }

    [Fact]
    public async Task RestoreAndUndo_EngineRestartedAtRandomMoments_AreAllOrNothingAndTheRecordSaysWhich()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        await DisturbManyAsync(bench, Math.Max(2, KilledProgram.Kills(4) / 4), (after, command) => KilledProgram.DisturbAsync(
            bench,
            after,
            async () =>
            {
                await engine.KillDaemonAsync(CancellationToken.None);
                await engine.StartAgainAsync(CancellationToken.None);
            },
            command), () => engine.RestartWholeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Restore_EngineStartsTheContainerNoMore_SaysWhatHelpsAndIsTakenBackAfterIt()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", Game], RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, "until test -e /dev/shm/wrote; do sleep 0.05; done; mkdir /data/region; echo old > /game/version; echo old > /conf/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await PlayOnAsync(bench, game);
        var played = await World.TakeAsync(bench, game);

        // What an engine leaves that was killed while it started a container: https://github.com/moby/moby/issues/50040.
        var left = Path.Combine(engine.Folder, "containerd/state/io.containerd.runtime.v2.task/moby", game.Value);
        Directory.Exists(left).ShouldBeTrue("it is there while the container runs");
        var at = new FirstWeek.AtStep("start", async () =>
        {
            // The engine answers a stop a moment before it has cleared away.
            while (Directory.Exists(left))
                await Task.Delay(10, ServiceBench.Cancel);
            Directory.CreateDirectory(left);
        });

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, new Requester("terminal:test"), at, ServiceBench.Cancel);

        result.ShouldBeOfType<OperationResult<RestoreOutcome>.Failed>();
        var error = (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldHaveSingleItem().Error.ShouldNotBeNull();
        error.Contains("systemctl restart containerd docker", StringComparison.Ordinal).ShouldBeTrue(error);
        await HealAsync(bench, "a bundle is left", () => engine.RestartWholeAsync(CancellationToken.None));
        await RunsAsBeforeAsync(bench, game, "after the engine was restarted");
        (await World.TakeAsync(bench, game)).ShouldBeRunOf(played, "taken back");
    }

    private static async Task DisturbManyAsync(ServiceBench bench, int rounds, Func<TimeSpan, string[], Task> disturb, Func<Task>? restart = null)
    {
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", Game], RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, "until test -e /dev/shm/wrote; do sleep 0.05; done; mkdir /data/region; for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=256; done; echo old > /game/version; echo old > /conf/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var kept = await World.TakeAsync(bench, game);
        string[] restore = ["snapshot", "restore", snapshot.Id.Value, "--yes", "--json"];
        string[] undo = ["snapshot", "undo", "Survival", "--yes", "--json"];
        await PlayOnAsync(bench, game);
        var back = await World.TakeAsync(bench, game);
        var whole = await KilledProgram.TimeAsync(bench, restore);
        var moments = new Random(20261125);
        var done = 0;
        for (var round = 0; round < rounds; round++)
        {
            await PlayOnAsync(bench, game);
            var played = await World.TakeAsync(bench, game);
            var undoes = moments.Next(2) == 0;
            var after = whole * moments.NextDouble();
            var before = Newest(bench)?.Id;
            var what = string.Create(CultureInfo.InvariantCulture, $"round {round}: {(undoes ? "undo" : "restore")} cut off after {after.TotalMilliseconds:0} ms");

            await disturb(after, undoes ? undo : restore);

            // Healing may be cut off as well, by any command; another goes on with it.
            if (round % 2 == 1)
                await KilledProgram.KillAsync(bench, whole * moments.NextDouble() / 2, "operation", "list");
            await HealAsync(bench, what, restart);

            await RunsAsBeforeAsync(bench, game, what);
            // One that was cut off before it was written down has no record: the newest is an earlier one then, and nothing was changed.
            var record = Newest(bench) is { } newest && newest.Id != before ? newest : null;
            record?.Kind.ShouldBe(undoes ? UndoRestore.KindText : RestoreSnapshot.KindText, what);
            var says = record is { State: OperationState.Ended } && record.Outcome?.GetProperty("is").GetString() == "restored";
            (await World.TakeAsync(bench, game)).ShouldBeRunOf(says ? undoes ? back : kept : played, $"{what}; the record says {record?.State}");
            if (says)
            {
                back = played;
                done++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{rounds} cut off, {done} of them were done, {rounds - done} taken back");

        // A killed process leaves its lock; restic takes away only those of processes that are no more.
        await MountTests.ResticAsync(bench, "unlock");
        await MountTests.ResticAsync(bench, "check");
        (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
        (await World.TakeAsync(bench, game)).ShouldBeRunOf(back, "undone at the end");
    }

    private static OperationInfo? Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).SingleOrDefault();

    private static async Task HealAsync(ServiceBench bench, string what, Func<Task>? restart)
    {
        // An engine that has just come up refuses a start now and then; then the next command heals, as its user is told.
        var healed = await bench.Operations.HealAsync(ServiceBench.Cancel);
        for (var commands = 1; commands < 4 && healed.FirstOrDefault(one => one.Ending == HealEnding.NotYet) is { } notYet; commands++)
        {
            TestContext.Current.SendDiagnosticMessage($"{what}: not healed by the first command: {notYet.Error}");

            // An engine killed while it started a container may never start it again; its user is told what helps, and does it.
            if (restart is not null && notYet.Error?.Contains("systemctl restart containerd docker", StringComparison.Ordinal) == true)
                await restart();
            healed = await bench.Operations.HealAsync(ServiceBench.Cancel);
        }

        healed.ShouldAllBe(one => one.Ending != HealEnding.NotYet, what);
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty(what);
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*").ShouldBeEmpty(what);
    }

    private static async Task RunsAsBeforeAsync(ServiceBench bench, ContainerId game, string what)
    {
        var now = await bench.InspectAsync(game);
        now.State.IsRunning.ShouldBeTrue(what);
        now.State.IsPaused.ShouldBeFalse(what);
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped, what);
    }

    /// <summary>Writes at every start, in the name of the world it finds: into a file that no swap touches, and under a name nothing has yet.</summary>
    private const string Game = "mkdir -p /data/made; world=$(cat /data/later 2>/dev/null || echo kept); echo $world >> /data/starts; touch /data/made/$(date +%s%N)-$world; touch /dev/shm/wrote;"
        + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";

    /// <summary>A world, and what was written into it by a game that ran on it.</summary>
    private sealed record World(string Id, string Print, IReadOnlyList<string> Starts, IReadOnlyList<string> Made)
    {
        public static async Task<World> TakeAsync(ServiceBench bench, ContainerId game) => new(
            (await bench.ShellAsync(game, "until test -e /dev/shm/wrote; do sleep 0.05; done; cat /data/later 2>/dev/null || echo kept")).Trim(),
            string.Join('\n', (await WorldPrint.TakeAsync(bench, game)).Split('\n').Where(line => !line.Contains("/data/starts", StringComparison.Ordinal) && !line.Contains("/data/made", StringComparison.Ordinal))),
            Lines(await bench.ShellAsync(game, "cat /data/starts")),
            Lines(await bench.ShellAsync(game, "ls /data/made")));

        /// <summary>Whether this is that world after nothing but its own game's starts.</summary>
        public void ShouldBeRunOf(World world, string what)
        {
            Print.ShouldBe(world.Print, what);
            Starts.Take(world.Starts.Count).ShouldBe(world.Starts, what);
            Starts.Skip(world.Starts.Count).ShouldAllBe(start => start == world.Id, what);
            world.Made.ShouldBeSubsetOf(Made, what);
            Made.Except(world.Made).ShouldAllBe(made => made.EndsWith("-" + world.Id, StringComparison.Ordinal), what);
        }

        private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Task PlayOnAsync(ServiceBench bench, ContainerId game) =>
        bench.ShellAsync(game, "rm -f /data/region/1; for i in 2 3 4; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=256; done; date +%s%N > /data/later; echo new > /game/version; rm -f /conf/version");
}
