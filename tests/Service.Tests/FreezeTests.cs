using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>Who holds a container still.</summary>
public enum FreezeWay
{
    Kernel,
    Engine,
}

/// <summary>Whatever happens inside the freeze, the server runs again.</summary>
public sealed class FreezeTests
{
    public static TheoryData<string, FreezeWay> Ways { get; } = new(
        from engine in new[] { TestEngine.Old, TestEngine.New } from way in new[] { FreezeWay.Kernel, FreezeWay.Engine } select (engine, way));

    [Theory, MemberData(nameof(Ways))]
    public async Task Create_KilledInsideTheFreeze_RunsAgainWithNoFurtherCommand(string engine, FreezeWay way)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await StartBusyGameAsync(bench);
        await bench.AddServerAsync("Survival", game);

        await KillFrozenAsync(bench, game, way, null);

        await ServiceBench.UntilAsync(async () => !ServiceBench.StandsStill(await bench.InspectAsync(game)), TimeSpan.FromSeconds(10));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Create_KilledInsideTheFreezeTogetherWithTheEngine_IsThawedThroughItsGroup(string engine, FreezeWay way)
    {
        await using var own = await ThrowAwayEngine.StartAsync(engine, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(engine, own.Endpoint));
        var game = await StartBusyGameAsync(bench);
        await bench.AddServerAsync("Survival", game);

        var freezer = await KillFrozenAsync(bench, game, way, own);

        await ServiceBench.UntilAsync(() => Task.FromResult(!IsFrozen(freezer)), TimeSpan.FromSeconds(10));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task ReadAsync_ReadingTakesLongerThanItsShare_IsGivenUpAndThawed(string engine, FreezeWay way)
    {
        await using var bench = await OpenAsync(engine, way);
        var game = await bench.StartGameAsync();
        var containers = await ListedAsync(bench, game);
        var context = bench.NewOperation();
        await using var journal = context.Journal;
        var (stoodStill, wasPaused) = (false, false);

        var frozen = await bench.Get<FreezeWindow>().ReadAsync(
            containers,
            context,
            TimeSpan.FromSeconds(3),
            async token =>
            {
                var now = await bench.InspectAsync(game);
                (stoodStill, wasPaused) = (ControlGroup.Of(now.State.ProcessId, "").IsHeld, now.State.IsPaused);
                await Task.Delay(TimeSpan.FromSeconds(30), token);
            },
            ServiceBench.Cancel);

        (stoodStill, wasPaused).ShouldBe((true, way == FreezeWay.Engine));
        frozen.ShouldBeOfType<Frozen.Not>().Reason.Code.ShouldBe("freeze-budget");
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
        journal.Open.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task ReadAsync_CancelledInside_Thaws(string engine, FreezeWay way)
    {
        await using var bench = await OpenAsync(engine, way);
        var game = await bench.StartGameAsync();
        var containers = await ListedAsync(bench, game);
        var context = bench.NewOperation();
        await using var journal = context.Journal;
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => bench.Get<FreezeWindow>().ReadAsync(
            containers,
            context,
            TimeSpan.FromSeconds(30),
            async token =>
            {
                await cancel.CancelAsync();
                await Task.Delay(TimeSpan.FromSeconds(30), token);
            },
            cancel.Token));

        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
        journal.Open.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadAsync_ContainerIsPausedOrEndsJustBefore_SaysSo(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        var containers = await ListedAsync(bench, game);
        var read = false;
        Task<Frozen> ReadAsync()
        {
            var context = bench.NewOperation();
            return bench.Get<FreezeWindow>().ReadAsync(
                containers, context, TimeSpan.FromSeconds(3), _ => { read = true; return Task.CompletedTask; }, ServiceBench.Cancel);
        }

        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);
        await Should.ThrowAsync<RunStateChangedException>(ReadAsync);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.Zero, ServiceBench.Cancel);
        await Should.ThrowAsync<RunStateChangedException>(ReadAsync);

        read.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Heal_KernelHoldsWhatADeadProgramFroze_RunsAgain(string engine)
    {
        // Program and thawer killed together, as a service manager or the kernel for want of memory may do.
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        var context = bench.NewOperation();
        await using (context.Journal)
            await context.Journal.WriteAsync(new ContainerPaused(game.Value, "game"), ServiceBench.Cancel);
        var group = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "");
        group.TryFreeze().ShouldBeTrue();

        await bench.Operations.HealAsync(ServiceBench.Cancel);

        group.IsFrozen.ShouldBeFalse();
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task IsOwnOf_GroupsOfAContainerAndOfThisProcess_TellsWhatMayBeHeld(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        var group = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "");

        group.IsOwnOf(game.Value).ShouldBeTrue();
        group.IsOwnOf(new string('0', 64)).ShouldBeFalse();
        ControlGroup.Of(Environment.ProcessId, "").IsOwnOf(game.Value).ShouldBeFalse();
        ControlGroup.None.IsOwnOf(game.Value).ShouldBeFalse();
        (group.IsFrozen, group.IsHeld).ShouldBe((false, false));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task ThawerProcess_KernelHoldsItAndTheEngineCallsItRunningOrIsAway_Thaws(bool away)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var group = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "");
        var socket = away ? Path.Combine(bench.Root, "nobody.sock") : bench.Engine.Test.Endpoint.SocketPath;
        await using var thawer = await ThawerProcess.StartAsync(socket, TimeSpan.FromMilliseconds(500), [(game, group.FreezerFile)], ServiceBench.Cancel);
        group.TryFreeze().ShouldBeTrue();

        await ServiceBench.UntilAsync(() => Task.FromResult(!group.IsFrozen), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ThawerProcess_BudgetEndsWhileTheProgramHangs_Thaws()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await using var thawer = await ThawerProcess.StartAsync(bench.Engine.Test.Endpoint.SocketPath, TimeSpan.FromMilliseconds(500), [(game, null)], ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);

        await ServiceBench.UntilAsync(async () => !ServiceBench.StandsStill(await bench.InspectAsync(game)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ThawerProcess_Dismissed_ThawsNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.Engine.Engine.Containers.PauseAsync(game, ServiceBench.Cancel);
        await using (var thawer = await ThawerProcess.StartAsync(bench.Engine.Test.Endpoint.SocketPath, TimeSpan.FromMinutes(5), [(game, null)], ServiceBench.Cancel))
            await thawer.DismissAsync();

        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeTrue();
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
        ServiceBench.StandsStill(await bench.InspectAsync(map)).ShouldBeFalse();
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
        var server = await bench.AddServerAsync(new AddServer { Name = "Survival", Containers = [game.Value], ForeignWriters = policy });
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
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
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

    private static async Task<IReadOnlyList<ContainerSummary>> ListedAsync(ServiceBench bench, ContainerId game) =>
        [.. (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Id == game)];

    private static Task<ServiceBench> OpenAsync(string engine, FreezeWay way) =>
        ServiceBench.OpenAsync(engine, options => options with { PausesThroughEngine = way == FreezeWay.Engine });

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
    private static async Task<string> KillFrozenAsync(ServiceBench bench, ContainerId game, FreezeWay way, ThrowAwayEngine? own)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var freezer = ControlGroup.Of((await bench.InspectAsync(game)).State.ProcessId, "").FreezerFile.ShouldNotBeNull();

            // In a container, which is told by where the host's files are, it goes through the engine.
            using var process = BuiltProgram.Start(
                bench, way == FreezeWay.Engine ? ["env", "SNAPSHOTBOT_HOST_ROOT=/"] : [], ["snapshot", "create", "Survival", "--json"]);
            while (!process.HasExited && !IsFrozen(freezer))
                Thread.Yield();
            Signals.Send(process.Id, Signals.Hold);

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
