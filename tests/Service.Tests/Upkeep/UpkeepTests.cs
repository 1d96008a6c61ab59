using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

public sealed class UpkeepTests
{
    [Fact]
    public async Task Delete_ThenUndelete_IsThereAsItWasAndPruneWaitsMeanwhile()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync(1, 1000);
        var gone = await bench.CommitAsync(1, 100_000, seed: 2);
        await bench.RunAsync(new NoteSnapshot(gone.Id, "keep me"));

        var deleted = (await bench.RunAsync(new DeleteSnapshot(gone.Id))).ShouldBeOfType<DeleteSnapshotOutcome.Deleted>();
        var waits = await bench.RunAsync(new PruneRepository(PruneWhen.Always));
        var back = (await bench.RunAsync(new UndeleteSnapshot(bench.Data.Get<DeletedReads>().Find(gone.Name)!.Value))).ShouldBeOfType<UndeleteSnapshotOutcome.Restored>();

        deleted.UndoUntil.ShouldBe(bench.Clock.GetUtcNow().AddMinutes(15), TimeSpan.FromMinutes(1));
        waits.ShouldBeOfType<PruneRepositoryOutcome.Waits>().Name.ShouldBe(gone.Name);
        back.Snapshot.Note.ShouldBe("keep me");
        back.Snapshot.Id.ShouldBe(gone.Id);
        (await bench.RunAsync(new VerifySnapshot(gone.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
    }

    [Fact]
    public async Task Prune_AfterTheUndoTime_FreesAndTheSnapshotCanNotComeBack()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync(1, 1000);
        var gone = await bench.CommitAsync(4, 1_000_000, seed: 2);
        await bench.RunAsync(new DeleteSnapshot(gone.Id));
        (await bench.RunAsync(new PruneRepository(PruneWhen.Never))).ShouldBeOfType<PruneRepositoryOutcome.Planned>().Counts.BytesFreed.ShouldBeGreaterThan(3_000_000);
        bench.Clock.Shift = TimeSpan.FromMinutes(16);

        var pruned = await bench.RunAsync(new PruneRepository(PruneWhen.Pays));

        pruned.ShouldBeOfType<PruneRepositoryOutcome.Pruned>().Counts.BytesFreed.ShouldBeGreaterThan(3_000_000);
        (await bench.RunAsync(new PruneRepository(PruneWhen.Pays))).ShouldBeOfType<PruneRepositoryOutcome.NotWorthIt>();
        (await bench.RunAsync(new UndeleteSnapshot(gone.Id))).ShouldBeOfType<UndeleteSnapshotOutcome.TooLate>();
        (await bench.RunAsync(new CheckRepository(CheckExtent.Data))).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rebuild_OnANewMachine_BringsServersSettingsAndPausedSchedulesBack()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync("Survival of the fittest");
        await bench.SetAsync("zone", "Europe/Berlin");
        await bench.CommitAsync(1, 1000);
        await bench.Data.Get<CatalogStore>().WriteAsync(
            context => { context.Schedules.Add(new ScheduleRow { Id = "a1", Name = "nightly", ServerId = bench.Server.Value, Every = "daily at 04:00", Zone = "Europe/Berlin", CreatedBy = "test" }); },
            UpkeepBench.Cancel);
        (await bench.RunAsync(new KeepSettings())).Kept.ShouldBeTrue();
        (await bench.RunAsync(new KeepSettings())).Kept.ShouldBeFalse();
        (await bench.ListAsync()).Count.ShouldBe(1);

        var other = Path.Combine(bench.Data.Root, "other");
        var data = Path.Combine(bench.Data.Root, "sb-data");
        Directory.CreateDirectory(Path.Combine(other, "sb-data"));
        Directory.Move(Path.Combine(data, "repository"), Path.Combine(other, "sb-data", "repository"));
        File.Copy(Path.Combine(data, "repository-password"), Path.Combine(other, "sb-data", "repository-password"));
        await using var fresh = new DataBench(root: other);
        var rebuilt = await fresh.RunAsync(new RebuildCatalog());

        (rebuilt.Servers, rebuilt.Snapshots, rebuilt.Schedules, rebuilt.Settings).ShouldBe((1, 1, 1, 1));
        rebuilt.KeptAt.ShouldNotBeNull();
        using var context = fresh.Get<CatalogStore>().Open();
        context.Servers.Single().Name.ShouldBe("Survival of the fittest");
        context.Settings.Single().Value.ShouldBe("Europe/Berlin");
        context.Schedules.Single().Paused.ShouldBe(3);
        (await fresh.RunAsync(new RebuildCatalog())).Schedules.ShouldBe(0);
    }

    [Fact]
    public async Task Turns_OfThirtyDays_ReadEverythingOnce()
    {
        await using var bench = new UpkeepBench();
        await bench.SetAsync("read-days", "4");
        for (var i = 0; i < 6; i++)
            await bench.CommitAsync(1, 200_000, seed: i);
        var whole = await bench.RunAsync(new CheckRepository(CheckExtent.Data));
        var turns = bench.Data.Get<ReadTurns>();
        turns.IsDue().ShouldBeFalse();
        bench.Clock.Shift = TimeSpan.FromDays(6);

        long read = 0;
        for (var day = 0; day < 4; day++)
        {
            turns.IsDue().ShouldBeTrue($"on day {day}");
            read += (await bench.RunAsync(new CheckRepository(CheckExtent.Turn))).BytesRead;
            turns.IsDue().ShouldBeFalse();
            bench.Clock.Shift += TimeSpan.FromDays(1);
        }

        read.ShouldBe(whole.BytesRead);
        turns.Info().Share.ShouldBe(1);
        turns.IsDue().ShouldBeTrue();
    }

    [Fact]
    public async Task Turns_OneSliceIsDamaged_ReadTheOthersAllTheSame()
    {
        await using var bench = new UpkeepBench();
        await bench.SetAsync("read-days", "2");
        for (var i = 0; i < 6; i++)
            await bench.CommitAsync(1, 200_000, seed: i);
        await UpkeepBench.DamageAsync(bench.Packs().MaxBy(file => new FileInfo(file).Length)!);

        var errors = 0;
        for (var day = 0; day < 2; day++)
        {
            errors += (await bench.RunAsync(new CheckRepository(CheckExtent.Turn))).Errors.Count > 0 ? 1 : 0;
            bench.Clock.Shift += TimeSpan.FromDays(1);
        }

        errors.ShouldBe(1);
        bench.Data.Get<ReadTurns>().Info().Share.ShouldBe(1);
    }

    [Theory]
    [InlineData(100, 5.0, DiskLevel.Full)]
    [InlineData(100, 5.1, DiskLevel.Low)]
    [InlineData(30, 2.0, DiskLevel.Full)]
    [InlineData(30, 2.1, DiskLevel.Low)]
    [InlineData(10, 1.0, DiskLevel.Full)]
    [InlineData(10, 1.1, DiskLevel.Low)]
    public void Level_NoMoreThanTheReserveIsFree_IsFull(int total, double free, DiskLevel level) =>
        DiskReads.LevelOf((long)total << 30, (long)(free * (1L << 30)), null).ShouldBe(level);

    [Theory]
    [InlineData(50, "terminal:anna", true)]
    [InlineData(50, "schedule", true)]
    [InlineData(50, "upkeep", false)]
    [InlineData(10, "terminal:anna", true)]
    [InlineData(10, "schedule", false)]
    [InlineData(4, "terminal:anna", false)]
    public async Task Prune_SomebodyWaits_MakesWayTheLessTheFullerTheDisk(int free, string who, bool makesWay)
    {
        await using var bench = new UpkeepBench(disk: (100L << 30, (long)free << 30));
        await bench.AddServerAsync();
        var snapshot = await bench.CommitAsync(1, 1000);
        await bench.Data.Operations.EnqueueAsync(new VerifySnapshot(snapshot.Id), new Requester(who), "waiting", UpkeepBench.Cancel);

        var outcome = await bench.RunAsync(new PruneRepository(PruneWhen.Pays));

        (outcome is PruneRepositoryOutcome.MadeWay).ShouldBe(makesWay, outcome.ToString());
        var turns = bench.Data.Get<PruneTurns>();
        bench.Clock.Shift = TimeSpan.FromMinutes(11);
        turns.IsDue().ShouldBeTrue("after it made way, or when there was none yet");
        await turns.BegunAsync(UpkeepBench.Cancel);
        bench.Clock.Shift += TimeSpan.FromMinutes(61);
        turns.IsDue().ShouldBe(free < 15);
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(4, true)]
    public async Task Rounds_RunsOfSchedulesWait_AskForAPruneWhenTheDiskIsFull(int free, bool asked)
    {
        await using var bench = new UpkeepBench(disk: (100L << 30, (long)free << 30));
        await bench.AddServerAsync();
        var snapshot = await bench.CommitAsync(1, 1000);
        await bench.RunAsync(new VerifySnapshot(snapshot.Id));
        await bench.RunAsync(new CheckRepository(CheckExtent.Data));
        await bench.RunAsync(new KeepSettings());
        await bench.Data.Operations.EnqueueAsync(
            new RunSchedule { Schedule = new ScheduleId("a1"), Server = bench.Server }, Occurrences.Clock, "a1@now", UpkeepBench.Cancel);

        await bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<WorkRounds>().Single().RunAsync(UpkeepBench.Cancel);

        bench.Data.Get<OperationQueue>().Unfinished().Select(row => row.Kind)
            .ShouldBe(asked ? [RunSchedule.KindText, PruneRepository.KindText] : [RunSchedule.KindText]);
    }

    [Fact]
    public async Task Disk_FillsUp_IsToldByLevelsAndResolvedByItself()
    {
        const long gigabyte = 1L << 30;
        await using var bench = new UpkeepBench(disk: (100 * gigabyte, 40 * gigabyte));
        await bench.CommitAsync(1, 1000);
        var rounds = bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<DiskRounds>().Single();
        var seen = new List<DiskLevel?>();
        foreach (var free in (long[])[40, 30, 20, 14, 14, 4, 4, 50])
        {
            bench.Disk.Space = (100 * gigabyte, free * gigabyte);
            await rounds.RunAsync(UpkeepBench.Cancel);
            seen.Add(bench.Incidents.List(IncidentFilter.Open, 10).Select(one => ((IncidentCause.DiskFilling)one.Cause).Disk.Level).Cast<DiskLevel?>().FirstOrDefault());
            bench.Clock.Shift += TimeSpan.FromHours(12);
        }

        seen.ShouldBe([null, null, DiskLevel.FullSoon, DiskLevel.Low, DiskLevel.Low, DiskLevel.Full, DiskLevel.Full, null]);
        bench.Incidents.List(IncidentFilter.All, 10).ShouldHaveSingleItem().Times.ShouldBe(3);
        (await bench.Data.Get<StorageReads>().OfAsync(UpkeepBench.Cancel)).Growth.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Freshness_SchedulesAndCopies_GiveTheLight()
    {
        var schedules = new FakeSchedules();
        await using var bench = new UpkeepBench(schedules);
        await bench.AddServerAsync();
        var reads = bench.Data.Get<FreshnessReads>();
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Light.ShouldBe(Light.Red);
        await bench.CommitAsync(1, 1000);
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Reasons.ShouldContain(reason => reason is FreshnessReason.NoSchedule);
        schedules.All.Add(new ScheduleFact("a", "nightly", null, false, 0, null));

        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Reasons.ShouldBe([new FreshnessReason.OnlyCopy()]);
        schedules.All[0] = schedules.All[0] with { RunsMissing = 3, MissingSince = bench.Clock.GetUtcNow() };
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Light.ShouldBe(Light.Red);
    }

    [Fact]
    public async Task Incidents_OpenRepeatResolve_AreWatchedAsOne()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await using var watch = bench.Incidents.WatchAsync(null, UpkeepBench.Cancel).GetAsyncEnumerator(UpkeepBench.Cancel);
        var first = watch.MoveNextAsync();
        (await bench.Incidents.OpenAsync(bench.Server, new IncidentCause.Gone("a", "nightly", "channel"), UpkeepBench.Cancel)).ShouldBeTrue();
        (await first).ShouldBeTrue();
        var opened = watch.Current;

        (await bench.Incidents.OpenAsync(bench.Server, new IncidentCause.Gone("a", "nightly", "channel"), UpkeepBench.Cancel)).ShouldBeFalse();
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Times.ShouldBe(2);
        watch.Current.Id.ShouldBe(opened.Id);
        (await bench.Incidents.ResolveAsync(bench.Server, IncidentCause.Gone.Text, "a/channel", UpkeepBench.Cancel)).ShouldBe(1);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ResolvedAt.ShouldNotBeNull();
        (await bench.Incidents.OpenAsync(bench.Server, new IncidentCause.Gone("a", "nightly", "channel"), UpkeepBench.Cancel)).ShouldBeTrue();
    }
}
