using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>Whatever happens inside the freeze, the server runs again.</summary>
public sealed class FreezeTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_KilledInsideTheFreeze_RunsAgainWithNoFurtherCommand(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await StartBusyGameAsync(bench);
        await bench.AddServerAsync("Survival", game);

        await KillFrozenAsync(bench, game, null);

        await ServiceBench.UntilAsync(async () => !(await bench.InspectAsync(game)).State.IsPaused, TimeSpan.FromSeconds(10));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_KilledInsideTheFreezeTogetherWithTheEngine_IsThawedThroughItsGroup(string engine)
    {
        await using var own = await ThrowAwayEngine.StartAsync(engine, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(engine, own.Endpoint));
        var game = await StartBusyGameAsync(bench);
        await bench.AddServerAsync("Survival", game);

        var freezer = await KillFrozenAsync(bench, game, own);

        await ServiceBench.UntilAsync(() => Task.FromResult(!IsFrozen(freezer)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ThawerProcess_BudgetEndsWhileTheProgramHangs_Thaws()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await using var thawer = await ThawerProcess.StartAsync(bench.Engine.Test.Endpoint.SocketPath, TimeSpan.FromMilliseconds(500), [(game, null)], ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);

        await ServiceBench.UntilAsync(async () => !(await bench.InspectAsync(game)).State.IsPaused, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ThawerProcess_Dismissed_ThawsNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);
        await using (var thawer = await ThawerProcess.StartAsync(bench.Engine.Test.Endpoint.SocketPath, TimeSpan.FromMinutes(5), [(game, null)], ServiceBench.Cancel))
            await thawer.DismissAsync();

        (await bench.InspectAsync(game)).State.IsPaused.ShouldBeTrue();
    }

    [Fact]
    public async Task Create_ReadingWouldTakeLongerThanTheBudget_IsLiveAndNeverPaused()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { FreezeBudget = TimeSpan.FromTicks(1) });
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo world > /data/level");
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Live);
        snapshot.Freeze.ShouldBeNull();
        snapshot.Warnings.Select(one => one.Code).ShouldBe(["freeze-budget"]);

        // The setting comes before what the program holds to otherwise.
        await bench.Get<SettingChanges>().SetAsync("freeze-budget", "20s", null, ServiceBench.Cancel);
        (await bench.SnapshotAsync(server.Id)).Grade.ShouldBe(ConsistencyGrade.Frozen);
    }

    [Fact]
    public async Task ReadAsync_ReadingTakesLongerThanItsShare_IsGivenUpAndThawed()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var containers = (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Id == game).ToList();
        var context = bench.NewOperation();
        await using var journal = context.Journal;
        var wasPaused = false;

        var frozen = await bench.Get<FreezeWindow>().ReadAsync(
            containers,
            context,
            TimeSpan.FromSeconds(3),
            async token =>
            {
                wasPaused = (await bench.InspectAsync(game)).State.IsPaused;
                await Task.Delay(TimeSpan.FromSeconds(30), token);
            },
            ServiceBench.Cancel);

        wasPaused.ShouldBeTrue();
        frozen.ShouldBeOfType<Frozen.Not>().Reason.Code.ShouldBe("freeze-budget");
        (await bench.InspectAsync(game)).State.IsPaused.ShouldBeFalse();
        journal.Open.ShouldBeEmpty();
    }

    [Theory, InlineData(7, true), InlineData(9, false)]
    public void HasTimeFor_Estimate_LeavesTimeForThawing(int seconds, bool expected) =>
        FreezeWindow.HasTimeFor(new DifferenceEstimate(1, 1, 0, 0, 0, TimeSpan.FromSeconds(seconds)), TimeSpan.FromSeconds(10)).ShouldBe(expected);

    [Theory]
    [InlineData("read", ConsistencyGrade.Frozen)]
    [InlineData("freeze", ConsistencyGrade.Live)]
    public async Task Create_StoppedContainerOfTheServerIsStartedMeanwhile_IsFrozenTooOrTold(string step, ConsistencyGrade grade)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var map = await bench.Engine.StartAsync(EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/map")] }, "map", ServiceBench.Cancel);
        var server = await bench.AddServerAsync("Survival", game, map);
        await bench.Engine.Engine.Containers.StopAsync(map, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        var start = new FirstWeek.AtStep(step, () => bench.Engine.Engine.Containers.StartAsync(map, ServiceBench.Cancel));

        var snapshot = (await bench.RunAsync(new CreateSnapshot { Server = server.Id }, start)).ShouldBeOfType<CreateSnapshotOutcome.Created>().Snapshot;

        snapshot.Grade.ShouldBe(grade);
        snapshot.Warnings.Select(one => (one.Code, one.Subject)).ShouldBe(
            grade == ConsistencyGrade.Live ? [("not-frozen", bench.Engine.Name("map").Value)] : []);
        (await bench.InspectAsync(map)).State.IsPaused.ShouldBeFalse();
    }

    [Theory]
    [InlineData(TestEngine.Old, "read", ForeignWriters.LowerTheGrade, "foreign-writer")]
    [InlineData(TestEngine.Old, "read", ForeignWriters.FreezeAlong, null)]
    [InlineData(TestEngine.New, "read", ForeignWriters.FreezeAlong, null)]
    [InlineData(TestEngine.New, "freeze", ForeignWriters.FreezeAlong, "not-frozen")]
    public async Task Create_SidecarIsStartedMeanwhile_IsFrozenAlongOrTold(string engine, string step, ForeignWriters policy, string? warning)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        var server = (await bench.Get<ServerChanges>().AddAsync(
            new AddServer { Name = "Survival", Containers = [game.Value], ForeignWriters = policy }, ServiceBench.Cancel)).ShouldBeOfType<ServerOutcome.Added>().Server;
        var start = new FirstWeek.AtStep(step, () => bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/sftp")] }, "sftp", ServiceBench.Cancel));

        var snapshot = (await bench.RunAsync(new CreateSnapshot { Server = server.Id }, start)).ShouldBeOfType<CreateSnapshotOutcome.Created>().Snapshot;

        snapshot.Grade.ShouldBe(warning is null ? ConsistencyGrade.Frozen : ConsistencyGrade.Live);
        snapshot.Warnings.Select(one => one.Code).ShouldBe(warning is null ? [] : [warning]);
    }

    [Fact]
    public async Task Create_WhatDiffersCanNotBePutAside_IsLiveAndSaysSo()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo world > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var at = new FirstWeek.AtStep("freeze", async () =>
        {
            await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/huge bs=1048576 count=40");
            foreach (var spill in Directory.GetDirectories(Path.Combine(bench.Root, "sb-data", "operations"), "difference", SearchOption.AllDirectories))
                Directory.Delete(spill);
        });

        var created = (await bench.RunAsync(new CreateSnapshot { Server = server.Id }, at)).ShouldBeOfType<CreateSnapshotOutcome.Created>();

        created.Snapshot.Grade.ShouldBe(ConsistencyGrade.Live);
        created.Snapshot.Freeze.ShouldBeNull();
        created.Snapshot.Warnings.Select(one => one.Code).ShouldBe(["spill-full"]);
        (await bench.InspectAsync(game)).State.IsPaused.ShouldBeFalse();
        (await CaptureTests.ReadAsync(bench, created.Snapshot.Id, "/data/level")).ShouldBe("world\n");
    }

    [Fact]
    public async Task Create_NothingChangedSinceTheLast_FreezesShortly()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/many && for i in $(seq 1 300); do echo $i > /data/many/$i; done");
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);

        var snapshot = await bench.SnapshotAsync(server.Id);

        // Not a figure to boast of (bench/freeze prints those): only that nothing slow is in the window.
        snapshot.Freeze.ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromSeconds(5));
        snapshot.Grade.ShouldBe(ConsistencyGrade.Frozen);
    }

    private static async Task<ContainerId> StartBusyGameAsync(ServiceBench bench)
    {
        var game = await bench.StartGameAsync(change: one => one with
        {
            Command = ["/bin/sh", "-c", "trap 'exit 0' TERM; dd if=/dev/urandom of=/data/big bs=1048576 count=160; while true; do echo x >> /data/big; usleep 5000; done"],
        });
        await WaitBusyAsync(bench, game);
        return game;
    }

    private static Task WaitBusyAsync(ServiceBench bench, ContainerId game) => ServiceBench.UntilAsync(
        async () => (await bench.ShellAsync(game, "stat -c %s /data/big || true")).Trim() is { Length: > 0 } size
            && long.Parse(size, System.Globalization.CultureInfo.InvariantCulture) > 160 << 20,
        TimeSpan.FromSeconds(60));

    /// <summary>Kills the program, and its engine when there is one of the test's own, at the moment its container is seen frozen; tries again
    /// when it was quicker.</summary>
    /// <returns>The file that tells whether the container is frozen.</returns>
    private static async Task<string> KillFrozenAsync(ServiceBench bench, ContainerId game, ThrowAwayEngine? own)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var freezer = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "").FreezerFile.ShouldNotBeNull();
            using var process = BuiltProgram.Start(bench, "snapshot", "create", "Survival", "--json");
            while (!process.HasExited && !IsFrozen(freezer))
                Thread.Yield();

            // The engine first: while it lives the thawer goes through it.
            if (own is not null)
                await own.KillDaemonAsync(ServiceBench.Cancel);
            process.Kill();
            var frozen = IsFrozen(freezer);
            await process.WaitForExitAsync(ServiceBench.Cancel);
            if (frozen)
                return freezer;

            if (own is not null)
            {
                await own.StartAgainAsync(ServiceBench.Cancel);
                await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
                await WaitBusyAsync(bench, game);
            }
        }

        throw new InvalidOperationException("The program was never caught inside the freeze.");
    }

    private static bool IsFrozen(string freezer)
    {
        try
        {
            var text = File.ReadAllText(freezer).Trim();
            return text is "FROZEN" or "FREEZING" or "1";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
