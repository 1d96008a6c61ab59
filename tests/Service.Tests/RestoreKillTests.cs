using Shouldly;
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
    public static IEnumerable<TheoryDataRow<string, string>> Scenes =>
        from scene in KillScene.All.Keys from engine in (string[])[TestEngine.Old, TestEngine.New] select new TheoryDataRow<string, string>(scene, engine);

    [Theory, MemberData(nameof(Scenes))]
    public async Task RestoreAndUndo_KilledAtRandomMoments_AreAllOrNothingAndTheRecordSaysWhich(string scene, string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        await DisturbManyAsync(bench, scene, KilledProgram.Kills(1), KilledProgram.KillAsync, HealOnceAsync);
    }

    [Fact]
    public async Task RestoreAndUndo_EngineRestartedAtRandomMoments_AreAllOrNothingAndTheRecordSaysWhich()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        await DisturbManyAsync(
            bench,
            "files",
            Math.Max(2, KilledProgram.Kills(4) / 4),
            (at, moment, command) => KilledProgram.DisturbAsync(
                at,
                moment,
                async () =>
                {
                    await engine.KillDaemonAsync(CancellationToken.None);
                    await engine.StartAgainAsync(CancellationToken.None);
                },
                command),
            (at, what) => HealAfterRestartAsync(at, what, () => engine.RestartWholeAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Restore_EngineStartsTheContainerNoMore_SaysWhatHelpsAndIsTakenBackAfterIt()
    {
        await using var engine = await ThrowAwayEngine.StartAsync(TestEngine.Old, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var scene = new KillScene(bench);
        await scene.StartAsync();
        await scene.PlayOnAsync(0);
        var played = await scene.LookAsync("played");

        // What an engine leaves that was killed while it started a container: https://github.com/moby/moby/issues/50040.
        var left = Path.Combine(engine.Folder, "containerd/state/io.containerd.runtime.v2.task/moby", scene.Server.Containers[0].Id!);
        Directory.Exists(left).ShouldBeTrue("it is there while the container runs");
        var at = new FirstWeek.AtStep("start", async () =>
        {
            // The engine answers a stop a moment before it has cleared away.
            while (Directory.Exists(left))
                await Task.Delay(10, ServiceBench.Cancel);
            Directory.CreateDirectory(left);
        });

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = scene.Server.Id, Snapshot = scene.Snapshot.Id }, new Requester("terminal:test"), at, ServiceBench.Cancel);

        result.ShouldBeOfType<OperationResult<RestoreOutcome>.Failed>();
        var error = (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldHaveSingleItem().Error.ShouldNotBeNull();
        error.Contains("systemctl restart containerd docker", StringComparison.Ordinal).ShouldBeTrue(error);
        await engine.RestartWholeAsync(CancellationToken.None);
        await HealAfterRestartAsync(bench, "a bundle is left", () => engine.RestartWholeAsync(CancellationToken.None));
        (await scene.LookAsync("after the engine was restarted")).ShouldBeRunOf(played, "taken back");
    }

    private static async Task DisturbManyAsync(
        ServiceBench bench, string name, int rounds, Func<ServiceBench, KillMoment, string[], Task<TimeSpan?>> disturb, Func<ServiceBench, string, Task> heal)
    {
        var scene = KillScene.All[name](bench);
        await scene.StartAsync();
        string[] undo = ["snapshot", "undo", "Survival", "--yes", "--json"];
        SceneWorld? back = null;
        var moments = new KillMoments(rounds);
        var (done, cut) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            await scene.PlayOnAsync(round);
            var played = await scene.LookAsync("played");
            var undoes = moments.Toss() && scene.HasUndo && back is not null;
            var moment = moments.Next();
            var before = Newest(bench)?.Id;
            var what = $"{name}, seed {moments.Seed}, round {round}: {(undoes ? "undo" : "restore")} {moment}";

            var took = await disturb(bench, moment, undoes ? undo : ["snapshot", "restore", scene.Snapshot.Id.Value, "--yes", "--json"]);
            moments.Took(took);
            cut += took is null ? 1 : 0;

            // Healing may be cut off as well, by any command; another goes on with it.
            if (round % 2 == 1)
                await KilledProgram.KillAsync(bench, TimeSpan.FromMilliseconds(moments.Below(3000)), "operation", "list");
            await heal(bench, what);

            var now = await scene.LookAsync(what);

            // One that was cut off before it was written down has no record: the newest is an earlier one then, and nothing was changed.
            var record = Newest(bench) is { } newest && newest.Id != before ? newest : null;
            record?.Kind.ShouldBe(undoes ? UndoRestore.KindText : RestoreSnapshot.KindText, what);
            var says = record is { State: OperationState.Ended } && record.Outcome?.GetProperty("is").GetString() == "restored";
            what = $"{what}; the record says {record?.State} {record?.Outcome} {record?.Failure?.Message}";
            if (record is not null && !says)
                (record.State == OperationState.Cancelled || record.Failure is not null).ShouldBeTrue(what);
            now.ShouldBeRunOf(says ? undoes ? back! : scene.Kept : played, what);
            if (record is not null)
                await NothingIsLeftAsync(bench, record.Id, what);
            if (says)
            {
                back = played;
                done++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{name}: {rounds} rounds, {cut} cut off; {done} were done, {rounds - done} taken back");

        // A killed process leaves its lock; restic takes away only those of processes that are no more.
        await MountTests.ResticAsync(bench, "unlock");
        await MountTests.ResticAsync(bench, "check");
        (await bench.RunAsync(new VerifySnapshot(scene.Snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        if (back is not null && scene.HasUndo)
        {
            (await bench.RunAsync(new UndoRestore(scene.Server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();
            (await scene.LookAsync("at the end")).ShouldBeRunOf(back, "undone at the end");
        }

        await scene.ClearAsync();
    }

    private static OperationInfo? Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).SingleOrDefault();

    /// <summary>What an operation makes for itself has its id in its name.</summary>
    private static async Task NothingIsLeftAsync(ServiceBench bench, OperationId operation, string what)
    {
        var own = operation.Value[8..];
        (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Name.Contains(own, StringComparison.Ordinal), what);
        (await bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Tags.Any(tag => tag.Contains(own, StringComparison.Ordinal)), what);
    }

    /// <summary>The first command heals all.</summary>
    internal static async Task HealOnceAsync(ServiceBench bench, string what)
    {
        (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldAllBe(one => one.Ending != HealEnding.NotYet, what);
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty(what);
    }

    /// <summary>An engine that has just come up refuses a start now and then, whoever asks; then the next command heals, as its user is told.</summary>
    private static async Task HealAfterRestartAsync(ServiceBench bench, string what, Func<Task> restart)
    {
        var healed = await bench.Operations.HealAsync(ServiceBench.Cancel);
        for (var commands = 1; commands < 4 && healed.FirstOrDefault(one => one.Ending == HealEnding.NotYet) is { } notYet; commands++)
        {
            TestContext.Current.SendDiagnosticMessage($"{what}: not healed by the first command: {notYet.Error}");

            // An engine killed while it started a container may never start it again; its user is told what helps, and does it.
            if (notYet.Error?.Contains("systemctl restart containerd docker", StringComparison.Ordinal) == true)
                await restart();
            healed = await bench.Operations.HealAsync(ServiceBench.Cancel);
        }

        healed.ShouldAllBe(one => one.Ending != HealEnding.NotYet, what);
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty(what);
    }
}
