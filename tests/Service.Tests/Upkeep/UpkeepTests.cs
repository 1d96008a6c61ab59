using System.Formats.Tar;
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
    public async Task Copy_TargetGoneForADay_IsToldOnceGoesOnAndRestoresFromTheCopyAlone()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var snapshot = await bench.CommitAsync(3, 100_000);
        var disk = Path.Combine(bench.Data.Root, "usb");
        var target = Path.Combine(disk, "copy");
        await File.WriteAllTextAsync(disk, "not plugged in", UpkeepBench.Cancel);
        for (var hour = 0; hour < 24; hour++)
            (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Stopped>();
        bench.Incidents.List(IncidentFilter.All, 10).ShouldHaveSingleItem().Times.ShouldBe(24);
        File.Delete(disk);
        Directory.CreateDirectory(disk);

        var copied = (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Copied>();
        await bench.RunAsync(new LockSnapshot(snapshot.Id));
        var again = (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Copied>();

        copied.Snapshots.ShouldBe(1);
        (again.Snapshots, again.Changed, again.Blobs).ShouldBe((0, 1, 0));
        bench.Incidents.List(IncidentFilter.Open, 10).ShouldBeEmpty();
        (await bench.RunAsync(new CopyRepository(bench.Data.Get<RepositoryAccess>().LocalPath, null))).ShouldBeOfType<CopyRepositoryOutcome.SamePlace>();

        // A machine that has nothing but the copy and the password.
        var other = Path.Combine(bench.Data.Root, "other");
        Directory.CreateDirectory(Path.Combine(other, "sb-data"));
        Directory.Move(target, Path.Combine(other, "sb-data", "repository"));
        File.Copy(Path.Combine(bench.Data.Root, "sb-data", "repository-password"), Path.Combine(other, "sb-data", "repository-password"));
        await using var fresh = new DataBench(root: other);
        (await fresh.RunAsync(new RebuildCatalog())).Snapshots.ShouldBe(1);
        (await fresh.FindAsync(snapshot.Id.Value)).Locked.ShouldBeTrue();
        (await fresh.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
    }

    [Fact]
    public async Task Copy_SnapshotOfAnEarlierMomentCommittedLater_IsMissing()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.CommitAsync(1, 1000);
        var target = Path.Combine(bench.Data.Root, "copy");
        await bench.RunAsync(new CopyRepository(target, null));
        (await CopyOfAsync(bench)).Missing.ShouldBe(0);

        await bench.CommitAsync(1, 1000, at: bench.Clock.GetUtcNow().AddHours(-1), seed: 2);

        (await CopyOfAsync(bench)).Missing.ShouldBe(1);
        await bench.RunAsync(new CopyRepository(target, null));
        (await CopyOfAsync(bench)).Missing.ShouldBe(0);
    }

    [Fact]
    public async Task Copy_HourlySnapshots_AreAmberOnlyWhenTheCopyMissedItsTurn()
    {
        var schedules = new FakeSchedules();
        schedules.All.Add(new ScheduleFact("a", "hourly", null, false, 0, null));
        await using var bench = new UpkeepBench(schedules);
        await bench.AddServerAsync();
        var first = await bench.CommitAsync(1, 1000);
        await bench.SetAsync("copy", "rest:http://nas:8000/");
        var copy = bench.Data.Get<SecondCopy>();
        await copy.RememberAsync(new CopyMark("rest:http://nas:8000/", bench.Clock.GetUtcNow(), null, [first.Id.Value]), UpkeepBench.Cancel);
        var second = await bench.CommitAsync(1, 1000, seed: 2);
        var seen = new List<string>();
        foreach (var minutes in (int[])[0, 60, 119, 121])
        {
            bench.Clock.Shift = TimeSpan.FromMinutes(minutes);
            seen.Add(await LightsAsync(bench));
        }

        // A newer one that was copied takes nothing from what the older one lacks.
        var third = await bench.CommitAsync(1, 1000, seed: 3);
        await copy.RememberAsync(new CopyMark("rest:http://nas:8000/", bench.Clock.GetUtcNow(), null, [first.Id.Value, third.Id.Value]), UpkeepBench.Cancel);
        seen.Add(await LightsAsync(bench));
        await copy.RememberAsync(new CopyMark("rest:http://nas:8000/", bench.Clock.GetUtcNow(), null, [first.Id.Value, second.Id.Value, third.Id.Value]), UpkeepBench.Cancel);
        seen.Add(await LightsAsync(bench));

        seen.ShouldBe(["Green", "Green", "Green", "Amber behind", "Amber behind", "Green"]);
    }

    [Fact]
    public async Task Copy_DamagedSourceSnapshot_IsSkippedAndNamedAndTheOthersAreCopied()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        var first = await bench.CommitAsync(1, 1_000_000);
        var packs = bench.Packs().ToHashSet();
        var broken = await bench.CommitAsync(1, 1_000_000, seed: 2);
        var hit = bench.Packs().Where(pack => !packs.Contains(pack)).MaxBy(pack => new FileInfo(pack).Length)!;

        // The same world once more, so of the same trees: it must not pass for copied because they were looked at before.
        var twin = await bench.CommitAsync(1, 1_000_000, seed: 2);
        var last = await bench.CommitAsync(1, 1_000_000, seed: 3);
        File.SetUnixFileMode(hit, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = await File.ReadAllBytesAsync(hit, UpkeepBench.Cancel);
        bytes[bytes.Length / 2] ^= 0xFF;
        await File.WriteAllBytesAsync(hit, bytes, UpkeepBench.Cancel);
        var target = Path.Combine(bench.Data.Root, "copy");

        var outcome = (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Stopped>();

        (outcome.Code, outcome.Snapshots, outcome.Left).ShouldBe((IncidentCause.CopyFailed.SourceDamaged, 2, 2));
        outcome.Message.ShouldContain($"Survival/{broken.Name}, Survival/{twin.Name}");
        bench.Incidents.List(IncidentFilter.Open, 10).ShouldHaveSingleItem().Cause.ShouldBeOfType<IncidentCause.CopyFailed>().Message.ShouldBe(outcome.Message);
        (await CopyOfAsync(bench)).Missing.ShouldBe(2);
        Directory.EnumerateFiles(Path.Combine(target, "snapshots")).Count().ShouldBe(2);

        // Without its pack it is no less damaged, and in the way of no other.
        File.Delete(hit);
        (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Stopped>().Code.ShouldBe(IncidentCause.CopyFailed.SourceDamaged);
        await bench.RunAsync(new DeleteSnapshot(broken.Id));
        await bench.RunAsync(new DeleteSnapshot(twin.Id));
        (await bench.RunAsync(new CopyRepository(target, null))).ShouldBeOfType<CopyRepositoryOutcome.Copied>().There.ShouldBe(2);
        bench.Incidents.List(IncidentFilter.Open, 10).ShouldBeEmpty();

        var other = Path.Combine(bench.Data.Root, "other");
        Directory.CreateDirectory(Path.Combine(other, "sb-data"));
        Directory.Move(target, Path.Combine(other, "sb-data", "repository"));
        File.Copy(Path.Combine(bench.Data.Root, "sb-data", "repository-password"), Path.Combine(other, "sb-data", "repository-password"));
        await using var fresh = new DataBench(root: other);
        (await fresh.RunAsync(new RebuildCatalog())).Snapshots.ShouldBe(2);
        (await fresh.RunAsync(new VerifySnapshot(first.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        (await fresh.RunAsync(new VerifySnapshot(last.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
    }

    private static async Task<CopyInfo> CopyOfAsync(UpkeepBench bench) => (await bench.Data.Get<StorageReads>().OfAsync(UpkeepBench.Cancel)).Copy.ShouldNotBeNull();

    /// <summary>The light, and whether both the server's and the storage's say that the copy is behind.</summary>
    private static async Task<string> LightsAsync(UpkeepBench bench)
    {
        var light = await bench.Data.Get<FreshnessReads>().OfAsync(bench.Server, UpkeepBench.Cancel);
        var isBehind = light.Reasons.Any(reason => reason is FreshnessReason.CopyBehind);
        (await bench.Data.Get<StorageReads>().OfAsync(UpkeepBench.Cancel)).Reasons.Any(reason => reason is StorageReason.CopyBehind).ShouldBe(isBehind);
        return light.Light + (isBehind ? " behind" : "");
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
    public async Task Export_Snapshot_IsAnArchiveAnyTarReads()
    {
        await using var bench = new UpkeepBench();
        var snapshot = await bench.CommitAsync(3, 5_000_000);
        var file = Path.Combine(bench.Data.Root, "out.tar.zst");

        var export = (await bench.RunAsync(new ExportSnapshot(snapshot.Id, file))).ShouldBeOfType<ExportSnapshotOutcome.Exported>();
        var bad = await bench.RunAsync(new ExportSnapshot(snapshot.Id, "/nowhere/at/all.tar.zst"));

        export.ArchiveBytes.ShouldBe(new FileInfo(file).Length);
        bad.ShouldBeOfType<ExportSnapshotOutcome.BadTarget>();
        foreach (var taken in (string[])[file, bench.Data.Root, "/dev/null"])
            (await bench.RunAsync(new ExportSnapshot(snapshot.Id, taken))).ShouldBeOfType<ExportSnapshotOutcome.BadTarget>().File.ShouldBe(taken);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(bench.Data.Root, "*.part").ShouldBeEmpty();
        await using var plain = new ZstdSharp.DecompressionStream(File.OpenRead(file));
        await using var tar = new TarReader(plain);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: UpkeepBench.Cancel) is { } entry)
            names.Add($"{entry.Name} {entry.Length}");
        names.ShouldBe(["mounts/ 0", "mounts/01-data/ 0", "mounts/01-data/0 5000000", "mounts/01-data/1 5000000", "mounts/01-data/2 5000000", $"server.json {export.Bytes - 15_000_000}"]);
    }

    [Fact]
    public async Task Export_ItsFolderIsGoneAtTheHealing_HoldsNothingBack()
    {
        await using var bench = new UpkeepBench();
        var context = new FactContext(new OperationId("0"), bench.Data.Root, null!);

        await new ExportBegun(Path.Combine(bench.Data.Root, "pulled", "out.tar.zst.0.part")).UndoAsync(context, UpkeepBench.Cancel);
    }

    [Fact]
    public async Task Export_WithoutAPlace_GoesToTheDataFolderWhateverTheNameIs()
    {
        await using var bench = new UpkeepBench();
        var snapshot = await bench.CommitAsync(1, 50_000);
        (await bench.RunAsync(new RenameSnapshot(snapshot.Id, "../../etc/ünicode 🏰 @everyone"))).ShouldBeOfType<ChangeSnapshotOutcome.Changed>();

        var export = (await bench.RunAsync(new ExportSnapshot(snapshot.Id, null))).ShouldBeOfType<ExportSnapshotOutcome.Exported>();

        Path.GetDirectoryName(export.File).ShouldBe(Path.Combine(bench.Data.Get<DataFolder>().Path, "exports"));
        Path.GetFileName(export.File).ShouldMatch("^[A-Za-z0-9_-]+\\.tar\\.zst$");
        export.File.ShouldContain(snapshot.Id.Value);
        new FileInfo(export.File).Length.ShouldBe(export.ArchiveBytes);
        File.GetUnixFileMode(Path.GetDirectoryName(export.File)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
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
        var pack = Directory.EnumerateFiles(Path.Combine(bench.Data.Root, "sb-data", "repository", "data"), "*", SearchOption.AllDirectories)
            .MaxBy(file => new FileInfo(file).Length)!;
        var bytes = await File.ReadAllBytesAsync(pack, UpkeepBench.Cancel);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.SetAttributes(pack, FileAttributes.Normal);
        await File.WriteAllBytesAsync(pack, bytes, UpkeepBench.Cancel);

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
