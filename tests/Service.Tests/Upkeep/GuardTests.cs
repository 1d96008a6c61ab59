using System.Globalization;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
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
        var bytes = await File.ReadAllBytesAsync(hit, UpkeepBench.Cancel);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.SetAttributes(hit, FileAttributes.Normal);
        await File.WriteAllBytesAsync(hit, bytes, UpkeepBench.Cancel);

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

        CrashWatch.Judge("game", state, seenBefore ? new RunSeen(1, at, at) : null)?.Word.ShouldBe(word);
        (CrashWatch.Judge("game", state, seenBefore ? new RunSeen(1, at, at) : null) is null).ShouldBe(word is null);
    }

    [Fact]
    public async Task Crash_KilledGame_LocksTheLastGood()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var good = await bench.CommitAsync(1, 1000);

        await bench.Data.Get<LastGoodGuard>().HoldAsync(bench.Server, new IncidentCause.Killed("game", false, bench.Clock.GetUtcNow()), null, UpkeepBench.Cancel);

        (await bench.Data.FindAsync(good.Id.Value)).Locked.ShouldBeTrue();
        (await bench.Data.Get<FreshnessReads>().OfAsync(bench.Server, UpkeepBench.Cancel)).Light.ShouldBe(Light.Red);
    }
}
