using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

public sealed class CopyTests
{
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
        await UpkeepBench.DamageAsync(hit);
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
}
