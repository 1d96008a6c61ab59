using System.Globalization;

namespace SnapshotBot.Storage.Forgetting;

/// <summary>Decides what a policy keeps. Pure: same arguments, same plan; it reads no clock and no repository.</summary>
/// <remarks>
/// The rules are those of restic 0.18's <c>forget</c>: the oldest snapshot stays for a rule that has counts left, and no group is emptied.
/// On top: a locked snapshot always stays.
/// </remarks>
public static class RetentionPlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="snapshots">All snapshots that the policy is about, in any order.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="grouping">What snapshots must share to be counted together; restic's default is host and paths.</param>
    /// <param name="now">Durations count from the newest snapshot that is not later than this.</param>
    public static RetentionPlan Plan(
        IReadOnlyCollection<RetentionSnapshot> snapshots, RetentionPolicy policy, SnapshotGrouping grouping, DateTimeOffset now)
    {
        if (policy.IsEmpty)
        {
            return new RetentionPlan.EmptyPolicy();
        }

        var groups = new List<RetentionGroup>();
        foreach (var members in snapshots.GroupBy(snapshot => KeyOf(snapshot, grouping), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var group = PlanGroup([.. members], policy, grouping, now);
            if (group.Kept.Count == 0)
            {
                return new RetentionPlan.NothingLeft(group);
            }

            groups.Add(group);
        }

        return new RetentionPlan.Decided(groups);
    }

    private static RetentionGroup PlanGroup(
        List<RetentionSnapshot> snapshots, RetentionPolicy policy, SnapshotGrouping grouping, DateTimeOffset now)
    {
        // Newest first; the id decides between equals, so that the same input gives the same plan.
        snapshots.Sort((a, b) => b.Time != a.Time ? b.Time.CompareTo(a.Time) : a.Id.Value.CompareTo(b.Id.Value));
        var newest = snapshots.Select(snapshot => snapshot.Time).Where(time => time < now).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        var rules = RulesOf(policy, newest);
        var kept = new List<KeptSnapshot>();
        var forgotten = new List<RetentionSnapshot>();
        for (var i = 0; i < snapshots.Count; i++)
        {
            var snapshot = snapshots[i];
            var reasons = TagReasons(snapshot, policy).ToList();
            foreach (var rule in rules)
            {
                if (rule.Judge(snapshot.Time, i, isOldest: i == snapshots.Count - 1) is { } reason)
                {
                    reasons.Add(reason);
                }
            }

            if (reasons.Count > 0)
            {
                kept.Add(new KeptSnapshot(snapshot, reasons));
            }
            else
            {
                forgotten.Add(snapshot);
            }
        }

        var first = snapshots[0];
        return new RetentionGroup(
            grouping.HasFlag(SnapshotGrouping.Host) ? first.Host : "",
            grouping.HasFlag(SnapshotGrouping.Paths) ? first.Paths : [],
            grouping.HasFlag(SnapshotGrouping.Tags) ? first.Tags : [],
            kept,
            forgotten);
    }

    private static List<RetentionRule> RulesOf(RetentionPolicy policy, DateTimeOffset newest)
    {
        var rules = new List<RetentionRule>();
        if (!policy.Within.IsZero)
        {
            rules.Add(RetentionRule.During(KeepRule.Within, policy.Within, newest, RetentionBuckets.Each));
        }

        Count(KeepRule.Last, policy.Last, RetentionBuckets.Each);
        Count(KeepRule.Hourly, policy.Hourly, RetentionBuckets.Hour);
        Count(KeepRule.Daily, policy.Daily, RetentionBuckets.Day);
        Count(KeepRule.Weekly, policy.Weekly, RetentionBuckets.Week);
        Count(KeepRule.Monthly, policy.Monthly, RetentionBuckets.Month);
        Count(KeepRule.Yearly, policy.Yearly, RetentionBuckets.Year);
        During(KeepRule.WithinHourly, policy.WithinHourly, RetentionBuckets.Hour);
        During(KeepRule.WithinDaily, policy.WithinDaily, RetentionBuckets.Day);
        During(KeepRule.WithinWeekly, policy.WithinWeekly, RetentionBuckets.Week);
        During(KeepRule.WithinMonthly, policy.WithinMonthly, RetentionBuckets.Month);
        During(KeepRule.WithinYearly, policy.WithinYearly, RetentionBuckets.Year);
        return rules;

        void Count(KeepRule rule, int count, Func<DateTimeOffset, int, long> bucket)
        {
            if (count is > 0 or RetentionPolicy.Unlimited)
            {
                rules.Add(RetentionRule.Counted(rule, count, bucket));
            }
        }

        void During(KeepRule rule, KeepDuration duration, Func<DateTimeOffset, int, long> bucket)
        {
            if (!duration.IsZero)
            {
                rules.Add(RetentionRule.During(rule, duration, newest, bucket));
            }
        }
    }

    private static IEnumerable<KeepReason> TagReasons(RetentionSnapshot snapshot, RetentionPolicy policy)
    {
        if (snapshot.IsLocked)
        {
            yield return new KeepReason(KeepRule.Locked, "", IsOldest: false);
        }

        foreach (var tags in policy.Tags)
        {
            // An empty tag stands for snapshots without any.
            if (tags.All(tag => tag.Length == 0 ? snapshot.Tags.Count == 0 : snapshot.Tags.Contains(tag, StringComparer.Ordinal)))
            {
                yield return new KeepReason(KeepRule.Tags, string.Join(", ", tags), IsOldest: false);
            }
        }
    }

    /// <summary>Parts are told apart by their lengths, so that no name can pass for two.</summary>
    private static string KeyOf(RetentionSnapshot snapshot, SnapshotGrouping grouping)
    {
        var parts = new List<string>();
        if (grouping.HasFlag(SnapshotGrouping.Host))
        {
            parts.Add(snapshot.Host);
        }

        if (grouping.HasFlag(SnapshotGrouping.Paths))
        {
            parts.Add(Join(snapshot.Paths.Order(StringComparer.Ordinal)));
        }

        if (grouping.HasFlag(SnapshotGrouping.Tags))
        {
            parts.Add(Join(snapshot.Tags.Order(StringComparer.Ordinal)));
        }

        return Join(parts);

        static string Join(IEnumerable<string> values) =>
            string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Length}:{value}")));
    }
}
