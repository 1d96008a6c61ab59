using System.Globalization;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Forgetting;

/// <summary>The planner's own promises; that it decides as restic does is proven against restic itself in the interop tests.</summary>
public sealed class RetentionPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Plan_EmptyPolicy_IsRefused() =>
        Plan([At("2026-01-01T00:00:00Z")], new RetentionPolicy()).ShouldBeOfType<RetentionPlan.EmptyPolicy>();

    [Fact]
    public void Plan_PolicyThatKeepsNothingOfAGroup_IsRefused() =>
        Plan([At("2026-01-01T00:00:00Z")], new RetentionPolicy { Tags = [["important"]] })
            .ShouldBeOfType<RetentionPlan.NothingLeft>().Group.Host.ShouldBe("host");

    [Fact]
    public void Plan_NoSnapshots_DecidesNothing() => Decide([], new RetentionPolicy { Last = 1 }).Groups.ShouldBeEmpty();

    [Fact]
    public void Plan_Locked_IsAlwaysKept()
    {
        var locked = At("2020-01-01T00:00:00Z", RetentionPolicy.LockedTag);

        var plan = Decide([locked, At("2026-01-01T00:00:00Z"), At("2025-01-01T00:00:00Z")], new RetentionPolicy { Last = 1 });

        plan.Kept.Single(kept => kept.Snapshot == locked).Reasons.Select(reason => reason.ToString()).ShouldBe(["locked"]);
        plan.Forgotten.Count().ShouldBe(1);
    }

    [Fact]
    public void Plan_Daily_CountsDaysByTheSnapshotsOwnClock()
    {
        var plan = Decide(
            [At("2026-01-02T00:30:00+09:00"), At("2026-01-01T23:30:00+09:00"), At("2026-01-01T08:30:00+09:00"), At("2025-12-31T23:00:00+09:00")],
            new RetentionPolicy { Daily = 2 });

        plan.Kept.Select(kept => kept.Snapshot.Time.Hour).ShouldBe([0, 23]);
    }

    [Fact]
    public void Plan_DailyWithCountsLeft_KeepsTheOldestToo()
    {
        var plan = Decide([At("2026-01-01T12:00:00Z"), At("2026-01-01T11:00:00Z"), At("2026-01-01T10:00:00Z")], new RetentionPolicy { Daily = 5 });

        plan.Kept.Select(kept => kept.Reasons.Single().ToString()).ShouldBe(["daily snapshot", "oldest daily snapshot"]);
    }

    [Fact]
    public void Plan_Weekly_TurnsOverOnMonday()
    {
        // 2026-01-04 is the Sunday of week 1, 2025-12-29 its Monday.
        var plan = Decide(
            [At("2026-01-05T00:00:00Z"), At("2026-01-04T23:00:00Z"), At("2025-12-29T00:00:00Z"), At("2025-12-28T23:00:00Z"), At("2025-12-01T00:00:00Z")],
            new RetentionPolicy { Weekly = 3 });

        plan.Kept.Select(kept => kept.Snapshot.Time.Day).ShouldBe([5, 4, 28]);
    }

    [Fact]
    public void Plan_Within_CountsFromTheNewestThatIsNotInTheFuture()
    {
        var plan = Decide(
            [At("2027-01-01T00:00:00Z"), At("2026-05-01T12:00:00Z"), At("2026-05-01T11:00:00Z"), At("2026-04-29T12:00:00Z")],
            new RetentionPolicy { Within = new KeepDuration(0, 0, 1, 0) });

        plan.Forgotten.Single().Time.Day.ShouldBe(29);
    }

    [Fact]
    public void Plan_GroupedByHost_CountsEachHostForItself()
    {
        var plan = Decide(
            [At("2026-01-01T00:00:00Z"), At("2026-01-02T00:00:00Z"), At("2026-01-01T00:00:00Z") with { Host = "other" }],
            new RetentionPolicy { Last = 1 });

        plan.Kept.Count().ShouldBe(2);
        plan.Groups.Select(group => group.Host).ShouldBe(["host", "other"], ignoreOrder: true);
    }

    [Fact]
    public void Plan_AnyHistory_KeepsOrForgetsEachOnceAndNeverTheNewest() =>
        Gen.Select(
            Gen.Long[0, 1000L * 24 * 60].Select(minutes => new DateTimeOffset(2023, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes)).List[1, 60],
            Gen.Int[0, 6].Array[6]).Sample((times, counts) =>
        {
            var snapshots = times.Select(time => At(time.ToString("O"))).ToList();
            var policy = new RetentionPolicy
            {
                Last = counts[0],
                Hourly = counts[1],
                Daily = counts[2],
                Weekly = counts[3],
                Monthly = counts[4],
                Yearly = counts[5],
            };
            if (policy.IsEmpty)
            {
                return;
            }

            var plan = Decide(snapshots, policy);
            plan.Kept.Select(kept => kept.Snapshot).Concat(plan.Forgotten).ShouldBe(snapshots, ignoreOrder: true);
            plan.Kept.ShouldContain(kept => kept.Snapshot.Time == snapshots.Max(snapshot => snapshot.Time));
            plan.Kept.Count().ShouldBeLessThanOrEqualTo(counts.Sum() + 1);
        }, iter: 300);

    [Theory]
    [InlineData("2y5m7d3h", 2, 5, 7, 3)]
    [InlineData("14d", 0, 0, 14, 0)]
    [InlineData("3h1y", 1, 0, 0, 3)]
    public void TryParse_Duration_ReadsAllParts(string text, int years, int months, int days, int hours)
    {
        KeepDuration.TryParse(text, out var duration).ShouldBeTrue();

        duration.ShouldBe(new KeepDuration(years, months, days, hours));
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("5")]
    [InlineData("1w")]
    [InlineData("-1d")]
    [InlineData("0d")]
    [InlineData("99999999999d")]
    public void TryParse_Nonsense_IsRefused(string text) => KeepDuration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-03-31T12:00:00Z", "1m", "2026-03-03T12:00:00Z")]
    [InlineData("2024-02-29T00:00:00Z", "1y", "2023-03-01T00:00:00Z")]
    [InlineData("2026-01-15T01:00:00+09:00", "1m20d3h", "2025-11-24T22:00:00+09:00")]
    [InlineData("2026-01-15T01:00:00Z", "3000y", "0001-01-01T00:00:00Z")]
    public void Before_Duration_CountsLikeRestic(string time, string text, string expected)
    {
        KeepDuration.TryParse(text, out var duration).ShouldBeTrue();

        duration.Before(Time(time)).ShouldBe(Time(expected));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static RetentionSnapshot At(string time, params string[] tags) =>
        new(new SnapshotFileId(ObjectId.Random()), Time(time), "host", ["/data"], tags);

    private static RetentionPlan Plan(IReadOnlyCollection<RetentionSnapshot> snapshots, RetentionPolicy policy) =>
        RetentionPlanner.Plan(snapshots, policy, SnapshotGrouping.Host | SnapshotGrouping.Paths, Now);

    private static RetentionPlan.Decided Decide(IReadOnlyCollection<RetentionSnapshot> snapshots, RetentionPolicy policy) =>
        Plan(snapshots, policy).ShouldBeOfType<RetentionPlan.Decided>();
}
