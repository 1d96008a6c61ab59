using System.Globalization;
using CsCheck;
using Shouldly;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Storage.Forgetting;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ServerId Own = new("s-0123456789ab");
    private static readonly ServerId Other = new("s-ffffffffffff");

    private static readonly Gen<RetentionPolicy> Policies = Gen.Select(
        Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 72],
        (last, hourly, daily, weekly, monthly, within) => new RetentionPolicy
        {
            Last = last,
            Hourly = hourly,
            Daily = daily,
            Weekly = weekly,
            Monthly = monthly,
            Within = new KeepDuration(0, 0, 0, within),
        });

    private static readonly Gen<SnapshotInfo> Snapshots = Gen.Select(
        Gen.Int[0, int.MaxValue], Gen.Int[0, 400 * 24 * 60], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[0, 5], Gen.Long[0, 1 << 30], Gen.Int[0, 4],
        (id, minutes, who, locked, undo, bytes, server) => Snapshot(
            id, Now.AddMinutes(-minutes), who switch { 0 => "manual", 1 => "schedule:a", 2 => "schedule:b", _ => "safety" }) with
        {
            Locked = locked == 0,
            UndoUntil = who == 3 ? Now.AddHours(undo - 3) : null,
            BytesAdded = bytes,
            ServerId = server == 0 ? Other : Own,
        });

    private static readonly Gen<(List<SnapshotInfo> All, RetentionRules Rules)> Histories = Gen.Select(
        Snapshots.List[0, 80], Policies, Policies, Gen.Int[0, 30], Gen.Long[1, 8L << 30], Gen.Int[0, 5],
        (all, own, schedule, most, bytes, used) => (
            all.DistinctBy(one => one.Id).ToList(),
            new RetentionRules
            {
                Server = Own,
                Now = Now,
                Default = own,
                Schedules = new Dictionary<string, RetentionPolicy>(StringComparer.Ordinal) { ["a"] = schedule },
                MostSnapshots = most > 20 ? null : most,
                MostBytes = bytes > 4L << 30 ? null : bytes,
                InUse = all.Take(used).Select(one => one.Id).ToHashSet(),
            }));

    [Fact]
    public void Plan_AnyHistory_NeverForgetsNewestLockedSafetyInUseOrAnothersAndKnowsEachOnce() => Histories.Sample((all, rules) =>
    {
        var plan = SnapshotRetention.Plan(all, rules);

        var own = all.Where(one => one.ServerId == Own).OrderByDescending(one => one.CreatedAt).ToList();
        var gone = plan.Forgotten.Select(one => one.Snapshot).ToList();
        gone.ShouldAllBe(one => one.ServerId == Own && !one.Locked && !rules.InUse.Contains(one.Id));
        gone.ShouldAllBe(one => one.UndoUntil == null || one.UndoUntil <= Now);
        gone.ShouldAllBe(one => own.Any(other => other.CreatedAt >= one.CreatedAt && other.Id != one.Id));
        plan.Kept.ShouldAllBe(one => one.Reasons.Count > 0);
        plan.Kept.Select(one => one.Snapshot.Id.Value).Concat(gone.Select(one => one.Id.Value)).Order(StringComparer.Ordinal)
            .ShouldBe(own.Select(one => one.Id.Value).Order(StringComparer.Ordinal));
    }, iter: 500);

    [Fact]
    public void Plan_OrderOfTheHistory_DoesNotMatter() => Gen.Select(Histories, Gen.Int).Sample((history, seed) =>
    {
        var shuffled = history.All.OrderBy(one => HashCode.Combine(seed, one.Id)).ToList();

        var (first, second) = (SnapshotRetention.Plan(history.All, history.Rules), SnapshotRetention.Plan(shuffled, history.Rules));

        first.Forgotten.ShouldBe(second.Forgotten);
        first.Kept.Select(one => one.Snapshot).ShouldBe(second.Kept.Select(one => one.Snapshot));
        first.Kept.Select(one => UpkeepWords(one.Reasons)).ShouldBe(second.Kept.Select(one => UpkeepWords(one.Reasons)));
    }, iter: 300);

    [Fact]
    public void Plan_PolicyOfTheScheduleThatMadeIt_CountsItsSnapshotsAlone()
    {
        var nightly = Enumerable.Range(0, 20).Select(day => Snapshot(day, Now.AddDays(-day), "schedule:a"));
        var manual = Enumerable.Range(0, 20).Select(day => Snapshot(100 + day, Now.AddDays(-day).AddHours(-1), "manual"));
        var rules = new RetentionRules
        {
            Server = Own,
            Now = Now,
            Default = new RetentionPolicy { Last = 2 },
            Schedules = new Dictionary<string, RetentionPolicy>(StringComparer.Ordinal) { ["a"] = new() { Daily = 14 } },
        };

        var plan = SnapshotRetention.Plan([.. nightly, .. manual], rules);

        plan.Kept.Count(one => one.Snapshot.Reason == "schedule:a").ShouldBe(14);
        plan.Kept.Count(one => one.Snapshot.Reason == "manual").ShouldBe(2);
        plan.Kept.Single(one => one.Snapshot.CreatedAt == Now.AddDays(-2)).Reasons.ShouldHaveSingleItem().ShouldBe(new KeepWhy("daily", 3, 14, null));
    }

    [Fact]
    public void Plan_Quota_TakesTheOldestLastAndNothingExempt()
    {
        var all = Enumerable.Range(0, 10).Select(day => Snapshot(day, Now.AddDays(-day), "manual") with { BytesAdded = 100, Locked = day == 9 }).ToList();
        var rules = new RetentionRules { Server = Own, Now = Now, MostSnapshots = 5, MostBytes = 300 };

        var plan = SnapshotRetention.Plan(all, rules);

        plan.Forgotten.Select(one => one.Snapshot.CreatedAt).ShouldBe([.. Enumerable.Range(4, 5).Select(day => Now.AddDays(-day))]);
        plan.Forgotten.ShouldAllBe(one => one.Reason == ForgetWhy.Quota);
    }

    [Fact]
    public void Plan_WayBackWhoseTimeIsOver_Goes()
    {
        var all = new[]
        {
            Snapshot(1, Now, "manual"),
            Snapshot(2, Now.AddHours(-30), "safety") with { UndoUntil = Now.AddHours(-6) },
            Snapshot(3, Now.AddHours(-3), "safety") with { UndoUntil = Now.AddHours(21) },
        };

        var plan = SnapshotRetention.Plan(all, new RetentionRules { Server = Own, Now = Now });

        plan.Forgotten.ShouldHaveSingleItem().ShouldBe(new ForgottenInfo(all[1], ForgetWhy.UndoOver));
    }

    [Theory]
    [InlineData("last=7,daily=14,weekly=8", true)]
    [InlineData(" daily = 14 , within=30d ", true)]
    [InlineData("daily=0", false)]
    [InlineData("daily=14,daily=3", false)]
    [InlineData("nightly=3", false)]
    [InlineData("all", true)]
    [InlineData("all,daily=3", false)]
    [InlineData("within=soon", false)]
    [InlineData("", false)]
    public void KeepText_WhatPeopleWrite_IsUnderstoodOrRefused(string text, bool good)
    {
        KeepText.IsValid(text, out var fault).ShouldBe(good);
        if (good)
        {
            KeepText.TryParse(text, out var policy, out _).ShouldBeTrue();
            KeepText.Read(KeepText.Write(policy)).ShouldBe(policy);
        }
        else
        {
            fault.ShouldBe(text.StartsWith("all,", StringComparison.Ordinal) ? "all" : text.Split(',').Length > 1 ? "daily=3" : text);
        }
    }

    [Fact]
    public async Task Preview_OfAScheduleThatIsChanged_SaysWhatItWouldLetGo()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        var draft = new ScheduleDraft { Name = "nightly", Server = bench.Server, Every = "daily at 04:00", Zone = "Europe/Berlin", Keep = "daily=30" };
        var schedule = (await bench.Data.Get<ScheduleChanges>().SetAsync(draft, new Requester("terminal:test"), UpkeepBench.Cancel))
            .ShouldBeOfType<ScheduleOutcome.Saved>().Schedule;
        for (var day = 0; day < 6; day++)
            await bench.CommitAsync(1, 1000, schedule.Id.Reason, bench.Clock.GetUtcNow().AddDays(-day), day);

        (await GoneAsync("daily=2", "nightly")).ShouldBe(4);
        (await GoneAsync("all", "nightly")).ShouldBe(0);
        (await GoneAsync(null, "nightly")).ShouldBe(0, "what it has stays");
        (await GoneAsync("", "nightly")).ShouldBe(5, "the server's rule");
        (await GoneAsync("daily=2", "another")).ShouldBe(0, "a new schedule has no snapshots yet");

        async Task<int> GoneAsync(string? keep, string name) =>
            (await bench.Data.Get<ScheduleReads>().PreviewAsync(
                new SchedulePreviewDraft("daily at 04:00", null, keep, null, bench.Server, name), null, 5, UpkeepBench.Cancel))
            .ShouldBeOfType<SchedulePreview.Shown>().Keeps.Forecast.ShouldNotBeNull().Forgotten.Count;
    }

    [Fact]
    public async Task Policy_OfTheServer_ComesBeforeThatOfAllAndAllKeepsAll()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        await bench.SetAsync("retention", "last=1");
        for (var i = 0; i < 4; i++)
            await bench.CommitAsync(1, 1000, at: bench.Clock.GetUtcNow().AddHours(i - 10), seed: i);
        var (reads, changes) = (bench.Data.Get<RetentionReads>(), bench.Data.Get<ServerRetention>());
        reads.RuleOf(bench.Server).ShouldBe(new RetentionInForce("last=1", RetentionSource.Shared));
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(3);

        // A look before it is saved changes nothing.
        (await reads.PreviewAsync(bench.Server, "last=3", UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(1);
        reads.RuleOf(bench.Server).Source.ShouldBe(RetentionSource.Shared);

        (await changes.SetAsync(bench.Server, "last=3", UpkeepBench.Cancel)).ShouldBe(new RetentionInForce("last=3", RetentionSource.Server));
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(1);
        (await reads.PreviewAsync(bench.Server, null, UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(3);

        await changes.SetAsync(bench.Server, KeepText.All, UpkeepBench.Cancel);
        var all = await reads.OfAsync(bench.Server, UpkeepBench.Cancel);
        all.Forgotten.ShouldBeEmpty();
        all.Kept[^1].Reasons.ShouldHaveSingleItem().Rule.ShouldBe("all");

        (await changes.SetAsync(bench.Server, null, UpkeepBench.Cancel)).Source.ShouldBe(RetentionSource.Shared);
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Policy_OfTheGuild_HoldsForItsServersAndThoseThatNameNone()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        for (var i = 0; i < 4; i++)
            await bench.CommitAsync(1, 1000, at: bench.Clock.GetUtcNow().AddHours(i - 10), seed: i);
        var (reads, changes) = (bench.Data.Get<RetentionReads>(), bench.Data.Get<SettingChanges>());
        await changes.SetAsync("guilds", "7,8", null, UpkeepBench.Cancel);
        await changes.SetAsync("retention", "last=1", 8, UpkeepBench.Cancel);
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.ShouldBeEmpty("the first guild is the home, not another");

        await changes.SetAsync("retention", "last=2", 7, UpkeepBench.Cancel);
        await changes.SetAsync("zone", "Europe/Berlin", 7, UpkeepBench.Cancel);

        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.Count.ShouldBe(2);
        (await bench.Data.Get<ScheduleReads>().PreviewAsync(
            new SchedulePreviewDraft("daily at 04:00", null, null, null, bench.Server, "nightly"), null, 1, UpkeepBench.Cancel))
            .ShouldBeOfType<SchedulePreview.Shown>().Zone.Id.ShouldBe("Europe/Berlin");
    }

    [Fact]
    public async Task Preview_OfASetting_IsOfEachServerItChangesAndSavesNothing()
    {
        await using var bench = new UpkeepBench();
        await bench.AddServerAsync();
        for (var i = 0; i < 4; i++)
            await bench.CommitAsync(1, 1000, at: bench.Clock.GetUtcNow().AddHours(i - 10), seed: i);
        var (reads, changes) = (bench.Data.Get<RetentionReads>(), bench.Data.Get<SettingChanges>());

        (await GoneAsync("retention", "last=1")).ShouldBe([3]);
        (await GoneAsync("retention", "last=4")).ShouldBe([], "the same stay as now");
        (await GoneAsync("quota-snapshots", "1")).ShouldBe([2], "the newest is outside of a quota");
        (await GoneAsync("quota", "1")).ShouldBe([3]);
        (await reads.OfAsync(bench.Server, UpkeepBench.Cancel)).Forgotten.ShouldBeEmpty("nothing was saved");

        await bench.Data.Get<ServerRetention>().SetAsync(bench.Server, "last=2", UpkeepBench.Cancel);
        (await GoneAsync("retention", "last=1")).ShouldBe([], "the server's own rule holds");
        changes.Plan("retention", "sometimes", null).ShouldBeOfType<SettingOutcome.Refused>();

        async Task<IReadOnlyList<int>> GoneAsync(string key, string value) =>
            [.. (await reads.PreviewAsync(changes.Plan(key, value, null).ShouldBeOfType<SettingOutcome.Set>(), UpkeepBench.Cancel))
                .Select(one => one.Forecast.Forgotten.Count)];
    }

    [Fact]
    public void Preview_BeforeAnythingIsSaved_SaysHowFarItReachesAndAboutHowMuch()
    {
        var made = Enumerable.Range(0, 5).Select(day => Snapshot(day, Now.AddDays(-day), "manual") with { BytesAdded = day == 4 ? 20_000 : 100 }).ToList();

        var preview = KeepPreview.Of(KeepText.Read("last=4,daily=14"), TimeSpan.FromHours(6), made, null);

        preview.Buckets.ShouldBe([new KeepBucket("last", 4, TimeSpan.FromHours(24)), new KeepBucket("daily", 14, TimeSpan.FromDays(14))]);
        preview.Most.ShouldBe(18);
        preview.EstimatedBytes.ShouldBe(20_000 + (17 * 100));
    }

    private static string UpkeepWords(IReadOnlyList<KeepWhy> reasons) => string.Join(", ", reasons);

    internal static SnapshotInfo Snapshot(int id, DateTimeOffset at, string reason) => new()
    {
        Id = new SnapshotId(id.ToString("x16", CultureInfo.InvariantCulture)),
        ResticId = id.ToString("x64", CultureInfo.InvariantCulture),
        ServerId = Own,
        Server = "Survival",
        Name = "one",
        Locked = false,
        CreatedAt = at,
        CreatedBy = "test",
        Reason = reason,
        Grade = ConsistencyGrade.Frozen,
        Duration = TimeSpan.Zero,
        FilesTotal = 1,
        FilesChanged = 1,
        BytesProcessed = 1,
        BytesAdded = 1,
        Warnings = [],
    };
}
