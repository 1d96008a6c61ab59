using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

public sealed class GuardTests
{
    /// <summary>Hours of a broken world; 720 make the month of a full run.</summary>
    private static readonly int Hours = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_BROKEN_HOURS") ?? "120", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Expire_WorldShrankByNineTenths_LocksTheLastGoodAndStopsUntilResumed()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=2");
        var old = await bench.CommitAsync(40, 40_000);
        var good = await bench.CommitAsync(40, 40_000, seed: 2);
        var broken = await bench.CommitAsync(4, 40_000, seed: 3);

        var held = await bench.RunAsync(new ExpireSnapshots(bench.Server));

        var cause = held.ShouldBeOfType<ExpireSnapshotsOutcome.Held>().Cause.ShouldBeOfType<IncidentCause.WorldShrank>();
        cause.ShouldBe(new IncidentCause.WorldShrank(broken.Id, broken.Name, "mounts/01-data", 1_600_000, 160_000, 40, 4));
        (await bench.Data.FindAsync(good.Id.Value)).Locked.ShouldBeTrue();
        (await bench.ListAsync()).Select(one => one.Id).ShouldContain(old.Id);
        var incident = bench.Incidents.OpenOf(bench.Server).ShouldHaveSingleItem();
        incident.LastGood.ShouldBe(good.Id);
        incident.Server.ShouldBe("Survival");

        var resumed = (await bench.RunAsync(new ResumeServer(bench.Server))).ShouldBeOfType<ResumeServerOutcome.Resumed>();
        resumed.Unlocked.ShouldNotBeNull().Id.ShouldBe(good.Id);
        bench.Incidents.OpenOf(bench.Server).ShouldBeEmpty();
        (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Expired>()
            .Snapshots.ShouldHaveSingleItem().Id.ShouldBe(old.Id);
        (await bench.RunAsync(new ResumeServer(bench.Server))).ShouldBeOfType<ResumeServerOutcome.NotHeld>();
    }

    [Fact]
    public async Task Expire_MuchIsLeftOutFromNowOn_IsNoShrinking()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync(40, 400_000);
        string[] ignored = ["/data/backups"];
        await bench.CommitAsync([("", 10, 400_000)], seed: 2, ignored: ignored);
        (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Expired>();

        // What is left is measured as before.
        await bench.CommitAsync([("", 10, 40_000)], seed: 3, ignored: ignored);
        (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Held>().Cause.ShouldBeOfType<IncidentCause.WorldShrank>();
    }

    [Fact]
    public async Task Month_OfHourlySnapshotsOfABrokenWorld_LosesNothingGood()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "hourly=24,daily=3");
        var start = bench.Clock.GetUtcNow().AddDays(-40);
        var good = new List<SnapshotId>();
        for (var hour = 0; hour < 30; hour++)
            good.Add((await bench.CommitAsync(3, 500_000, "schedule:a", start.AddHours(hour), seed: hour)).Id);
        (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Expired>();
        var before = (await bench.ListAsync()).Select(one => one.Id).ToList();

        // Upkeep looks every day, as it would every minute.
        for (var hour = 30; hour < 30 + Hours; hour++)
        {
            await bench.CommitAsync(1, 20_000, "schedule:a", start.AddHours(hour), seed: hour % 5);
            if (hour % 24 == 0)
                (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Held>();
        }

        var after = (await bench.ListAsync()).ToDictionary(one => one.Id);
        before.ShouldAllBe(id => after.ContainsKey(id));
        after[good[^1]].Locked.ShouldBeTrue();
        after.Count.ShouldBe(before.Count + Hours);
        bench.Incidents.List(IncidentFilter.All, 10).ShouldHaveSingleItem().Times.ShouldBeGreaterThan(Hours / 24);
    }

    [Fact]
    public async Task Expire_NewestDamaged_KeepsAllAndHolds()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        var first = await bench.CommitAsync(2, 3_000_000);
        var packs = bench.Packs().ToHashSet();
        var second = await bench.CommitAsync(2, 3_000_000, seed: 9);
        var hit = bench.Packs().Where(pack => !packs.Contains(pack)).MaxBy(pack => new FileInfo(pack).Length)!;
        await UpkeepBench.DamageAsync(hit);

        var outcome = await bench.RunAsync(new ExpireSnapshots(bench.Server));

        outcome.ShouldBeOfType<ExpireSnapshotsOutcome.NotVerified>().Newest.Id.ShouldBe(second.Id);
        (await bench.ListAsync()).Count.ShouldBe(2);
        (await bench.Data.FindAsync(first.Id.Value)).Locked.ShouldBeTrue();
        bench.Incidents.OpenOf(bench.Server).ShouldHaveSingleItem().Cause.ShouldBeOfType<IncidentCause.Damaged>().Snapshot.ShouldBe(second.Id);
    }

    [Fact]
    public async Task Expire_NewestNotReadBackYet_IsReadBackFirst()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        var first = await bench.CommitAsync(1, 1000);
        var second = await bench.CommitAsync(1, 1000, seed: 2);

        var outcome = (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Expired>();

        outcome.Snapshots.ShouldHaveSingleItem().Id.ShouldBe(first.Id);
        (await bench.Data.FindAsync(second.Id.Value)).VerifiedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Guard_OrdinaryGrowthAndSmallPlaces_IsNoAlarm()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync(2, 1000);
        await bench.CommitAsync(1, 10);
        await bench.CommitAsync(60, 40_000);
        await bench.CommitAsync(40, 40_000);

        (await bench.Data.Get<LastGoodGuard>().ExamineAsync(bench.Server, UpkeepBench.Cancel)).ShouldBeNull();

        bench.Incidents.List(IncidentFilter.All, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task Expire_SnapshotAnOperationWaitsFor_Stays()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        var first = await bench.CommitAsync(1, 1000);
        await bench.CommitAsync(1, 1000, seed: 2);
        await bench.Data.Operations.EnqueueAsync(new VerifySnapshot(first.Id), new Requester("test"), "waiting", UpkeepBench.Cancel);

        var forecast = await bench.Data.Get<RetentionReads>().OfAsync(bench.Server, UpkeepBench.Cancel);

        forecast.Forgotten.ShouldBeEmpty();
        forecast.Kept.Single(one => one.Snapshot.Id == first.Id).Reasons.ShouldContain(why => why.Rule == "in-use");
    }

    [Theory]
    [InlineData(ContainerStatus.Restarting, 5, 1, false, "crash-loop")]
    [InlineData(ContainerStatus.Running, 5, 0, true, "crash-loop")]
    [InlineData(ContainerStatus.Running, 3, 0, true, null)]
    [InlineData(ContainerStatus.Exited, 1, 137, true, "killed")]
    [InlineData(ContainerStatus.Exited, 1, 0, true, null)]
    [InlineData(ContainerStatus.Exited, 1, 137, false, null)]
    public void Crash_WhatAContainerDid_IsJudged(ContainerStatus status, int restarts, int exit, bool seenBefore, string? word)
    {
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var state = new ContainerState
        {
            Status = status,
            IsRunning = status == ContainerStatus.Running,
            IsPaused = false,
            ProcessId = 0,
            ExitCode = exit,
            WasKilledForMemory = false,
            Error = "",
            Health = ContainerHealth.None,
            StartedAt = at,
            FinishedAt = at.AddMinutes(1),
            RestartCount = restarts,
        };

        var seen = seenBefore ? new RunSeen(1, at, at) : null;

        CrashWatch.Judge("game", state, null, seen)?.Word.ShouldBe(word);
        (CrashWatch.Judge("game", state, null, seen) is null).ShouldBe(word is null);
    }

    [Fact]
    public void Crash_KilledBehindARestartByTheEngine_IsJudgedOnce()
    {
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var killed = new ContainerEnd(ContainerId.Parse(new string('a', 64)), at.AddMinutes(2), 137, true);
        var seen = new RunSeen(0, at, at);
        var runs = Running(1, at.AddMinutes(2));

        CrashWatch.Judge("game", Running(0, at), killed, seen).ShouldBeNull("who started it again by hand knows");
        CrashWatch.Judge("game", runs, killed with { At = at.AddMinutes(-1) }, seen).ShouldBeNull("that was before the last look");
        CrashWatch.Judge("game", runs, killed, null).ShouldBeNull("the first look only learns");
        CrashWatch.Judge("game", runs, killed, seen).ShouldBe(new IncidentCause.Killed("game", true, killed.At));
        var next = CrashWatch.Next(runs, killed, seen, told: true, at.AddMinutes(3));
        CrashWatch.Judge("game", runs, killed, next).ShouldBeNull();
    }

    [Theory]
    [InlineData(TestEngine.Old)]
    [InlineData(TestEngine.New)]
    public async Task Rounds_GameKilledAndStartedAgainByTheEngine_HoldTheServer(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: blueprint => blueprint with { RestartPolicy = new RestartPolicy(RestartPolicyKind.Always, 0) });
        var server = (await bench.AddServerAsync("Survival", game)).Id;
        var snapshot = await bench.SnapshotAsync(server);
        var guard = bench.Services.GetServices<IPeriodicWork>().OfType<GuardRounds>().Single();
        var ends = bench.Get<ContainerEnds>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ServiceBench.Cancel);
        var listening = ends.RunAsync(stop.Token);
        await guard.RunAsync(ServiceBench.Cancel);
        bench.Get<Incidents>().OpenOf(server).ShouldBeEmpty();

        using (var process = System.Diagnostics.Process.GetProcessById((await bench.InspectAsync(game)).State.ProcessId))
            process.Kill();
        while (ends.LastKilled(game) is null || (await bench.InspectAsync(game)).State is not { Status: ContainerStatus.Running, RestartCount: > 0 })
            listening.IsCompleted.ShouldBeFalse();
        await guard.RunAsync(ServiceBench.Cancel);
        await guard.RunAsync(ServiceBench.Cancel);

        var incident = bench.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem();
        incident.Cause.ShouldBeOfType<IncidentCause.Killed>();
        (incident.LastGood, incident.Times).ShouldBe((snapshot.Id, 1));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(listening);
    }

    private static ContainerState Running(int restarts, DateTimeOffset finished) => new()
    {
        Status = ContainerStatus.Running,
        IsRunning = true,
        IsPaused = false,
        ProcessId = 1,
        ExitCode = 0,
        WasKilledForMemory = false,
        Error = "",
        Health = ContainerHealth.None,
        StartedAt = finished,
        FinishedAt = finished,
        RestartCount = restarts,
    };

    [Fact]
    public async Task Crash_KilledGame_LocksTheLastGood()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var good = await bench.CommitAsync(1, 1000);

        await bench.Data.Get<LastGoodGuard>().HoldAsync(bench.Server, new IncidentCause.Killed("game", false, bench.Clock.GetUtcNow()), [], UpkeepBench.Cancel);

        (await bench.Data.FindAsync(good.Id.Value)).Locked.ShouldBeTrue();
        (await bench.Data.Get<FreshnessReads>().OfAsync(bench.Server, UpkeepBench.Cancel)).Light.ShouldBe(Light.Red);
    }

    [Fact]
    public async Task Expire_WorldShrankBesideMods_IsSeenThoughTheMountHardlyShrank()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync([("world/", 10, 500_000), ("mods/", 10, 2_000_000), ("logs/", 3, 2_000_000)]);
        var later = await bench.CommitAsync([("world/", 10, 450_000), ("mods/", 10, 2_000_000), ("logs/", 1, 1000)]);
        (await bench.Data.Get<LastGoodGuard>().ExamineAsync(bench.Server, UpkeepBench.Cancel)).ShouldBeNull();

        var broken = await bench.CommitAsync([("world/", 1, 500_000), ("mods/", 10, 2_000_000), ("logs/", 1, 1000)]);

        var cause = await bench.Data.Get<LastGoodGuard>().ExamineAsync(bench.Server, UpkeepBench.Cancel);
        cause.ShouldBe(new IncidentCause.WorldShrank(broken.Id, broken.Name, "mounts/01-data/world", 4_500_000, 500_000, 10, 1));
        bench.Data.Get<Holds>().Of(bench.Server).ShouldNotBeNull().LastGood.ShouldBe(later.Id);
    }

    [Theory]
    [InlineData("mounts/01-data/world", 5 << 20, 2 << 20, true)]
    [InlineData("mounts/01-data/world", 3 << 20, 0, false)]
    [InlineData("mounts/01-data/backups", 500 << 20, 0, false)]
    [InlineData("/palworld/Pal/Saved/SaveGames", 5 << 20, 2 << 20, true)]
    [InlineData("containers/game", 200 << 20, 90 << 20, true)]
    [InlineData("containers/game", 60 << 20, 0, false)]
    public void Shrunk_APlaceBesideAMount_IsSeenWhenItIsWorthAnAlarm(string place, long before, long after, bool seen)
    {
        var data = new PlaceSize(100, 2000 << 20);
        var known = PlaceSizes.WorthKnowing(new Dictionary<string, PlaceSize>(StringComparer.Ordinal) { ["mounts/01-data"] = data, [place] = new(10, before) });

        var shrunk = PlaceSizes.Shrunk(known, new Dictionary<string, PlaceSize>(StringComparer.Ordinal) { ["mounts/01-data"] = data, [place] = new(10, after) });

        shrunk.ShouldBe(seen ? place : null);
    }

    [Fact]
    public async Task Check_DamageThatManySnapshotsShare_CallsNoneOfThemGood()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var sound = await bench.CommitAsync(2, 100_000, seed: 5);
        var others = bench.Packs().ToHashSet();
        var hurt = new List<SnapshotInfo>();
        for (var i = 0; i < 3; i++)
            hurt.Add(await bench.CommitAsync(2, 3_000_000, seed: 9));
        await UpkeepBench.DamageAsync(bench.Packs().Where(pack => !others.Contains(pack)).MaxBy(pack => new FileInfo(pack).Length)!);
        await bench.Data.Get<LastGoodGuard>().ExamineAsync(bench.Server, UpkeepBench.Cancel);

        (await bench.RunAsync(new CheckRepository(CheckExtent.Data))).Hurt.Count.ShouldBe(3);

        bench.Data.Get<Holds>().Of(bench.Server).ShouldNotBeNull().LastGood.ShouldBe(sound.Id);
        (await bench.Data.FindAsync(sound.Id.Value)).Locked.ShouldBeTrue();
        foreach (var one in hurt)
            (await bench.Data.FindAsync(one.Id.Value)).Locked.ShouldBeFalse();
        var incident = bench.Incidents.OpenOf(bench.Server).ShouldHaveSingleItem();
        (incident.LastGood, incident.Times).ShouldBe((sound.Id, 1));
    }

    [Fact]
    public async Task Verify_DamageThatTheOlderOnesShare_CallsNoneOfThemGood()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var sound = await bench.CommitAsync(2, 100_000, seed: 5);
        var others = bench.Packs().ToHashSet();
        await bench.CommitAsync(2, 3_000_000, seed: 9);
        await bench.CommitAsync(2, 3_000_000, seed: 9);
        var newest = await bench.CommitAsync(2, 3_000_000, seed: 9);
        foreach (var snapshot in await bench.ListAsync())
            (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        await UpkeepBench.DamageAsync(bench.Packs().Where(pack => !others.Contains(pack)).MaxBy(pack => new FileInfo(pack).Length)!);

        (await bench.RunAsync(new VerifySnapshot(newest.Id))).ShouldBeOfType<VerifySnapshotOutcome.Damaged>().AlsoHurt.Count.ShouldBe(2);

        // All of them were read back once, and three are known to be hurt since.
        bench.Data.Get<GoodSnapshots>().NextTo(newest.Id).ShouldNotBeNull().Id.ShouldBe(sound.Id);
        bench.Data.Get<Holds>().Of(bench.Server).ShouldNotBeNull().LastGood.ShouldBe(sound.Id);
    }

    [Fact]
    public async Task Hold_WhatWasCalledGoodIsFoundHurt_CallsAnother()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var first = await bench.CommitAsync(1, 1000);
        var second = await bench.CommitAsync(1, 1000, seed: 2);
        var guard = bench.Data.Get<LastGoodGuard>();
        await guard.HoldAsync(bench.Server, new IncidentCause.Killed("game", false, bench.Clock.GetUtcNow()), [], UpkeepBench.Cancel);
        (await bench.Data.FindAsync(second.Id.Value)).Locked.ShouldBeTrue();

        await guard.HoldAsync(bench.Server, new IncidentCause.Damaged(second.Id, second.Name, 1, "/x"), [second.Id], UpkeepBench.Cancel);

        bench.Data.Get<Holds>().Of(bench.Server).ShouldNotBeNull().LastGood.ShouldBe(first.Id);
        ((await bench.Data.FindAsync(first.Id.Value)).Locked, (await bench.Data.FindAsync(second.Id.Value)).Locked).ShouldBe((true, false));
        (await bench.RunAsync(new ResumeServer(bench.Server))).ShouldBeOfType<ResumeServerOutcome.Resumed>().Unlocked.ShouldNotBeNull().Id.ShouldBe(first.Id);

        // Told whole by nobody since, it is not called good the next time either.
        await guard.HoldAsync(bench.Server, new IncidentCause.Killed("game", false, bench.Clock.GetUtcNow()), [], UpkeepBench.Cancel);
        bench.Data.Get<Holds>().Of(bench.Server).ShouldNotBeNull().LastGood.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Hold_KilledBetweenLockAndHold_IsUnlockedByResumeAllTheSame()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var good = await bench.CommitAsync(1, 1000);
        var guard = bench.Data.Get<LastGoodGuard>();
        var cause = new IncidentCause.Killed("game", false, bench.Clock.GetUtcNow());

        // What is there after a kill: the mark of what was begun, and the lock.
        await bench.Data.Get<Marks>().WriteAsync("locking:" + bench.Server.Value, new LockMark(good.Id), GuardJson.Default.LockMark, UpkeepBench.Cancel);
        await bench.RunAsync(new LockSnapshot(good.Id));
        await guard.HoldAsync(bench.Server, cause, [], UpkeepBench.Cancel);
        (await bench.RunAsync(new ResumeServer(bench.Server))).ShouldBeOfType<ResumeServerOutcome.Resumed>().Unlocked.ShouldNotBeNull().Id.ShouldBe(good.Id);

        // A lock that somebody else made stays.
        await bench.RunAsync(new LockSnapshot(good.Id));
        await guard.HoldAsync(bench.Server, cause, [], UpkeepBench.Cancel);
        (await bench.RunAsync(new ResumeServer(bench.Server))).ShouldBeOfType<ResumeServerOutcome.Resumed>().Unlocked.ShouldBeNull();
    }

    [Fact]
    public async Task Expire_WayBackIsNewerThanTheWorld_ReadsTheWorldBack()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        var now = bench.Clock.GetUtcNow();
        await bench.CommitAsync(1, 1000, at: now.AddHours(-3));
        var newest = await bench.CommitAsync(1, 1000, at: now.AddHours(-2), seed: 2);
        var safety = await bench.CommitAsync(1, 1000, "safety", now.AddHours(-1), seed: 3);

        (await bench.RunAsync(new ExpireSnapshots(bench.Server))).ShouldBeOfType<ExpireSnapshotsOutcome.Expired>();

        (await bench.Data.FindAsync(newest.Id.Value)).VerifiedAt.ShouldNotBeNull();
        (await bench.Data.FindAsync(safety.Id.Value)).VerifiedAt.ShouldBeNull();
    }
}
