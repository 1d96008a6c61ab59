using System.Globalization;

namespace SnapshotBot.Storage.Forgetting;

/// <summary>One rule at work on one group: it sees the snapshots newest first and remembers the bucket it filled last.</summary>
internal sealed class RetentionRule
{
    private readonly KeepRule _rule;
    private readonly string _detail;
    private readonly Func<DateTimeOffset, int, long> _bucket;
    private readonly DateTimeOffset? _after;
    private readonly int _of;
    private int _left;
    private int _kept;
    private long _last = -1;

    private RetentionRule(KeepRule rule, string detail, int left, DateTimeOffset? after, Func<DateTimeOffset, int, long> bucket)
    {
        _rule = rule;
        _detail = detail;
        _left = left;
        _of = Math.Max(0, left);
        _after = after;
        _bucket = bucket;
    }

    /// <summary>Keeps the newest of so many buckets.</summary>
    public static RetentionRule Counted(KeepRule rule, int count, Func<DateTimeOffset, int, long> bucket) => new(rule, "", count, null, bucket);

    /// <summary>Keeps the newest of each bucket for so long before the newest snapshot.</summary>
    public static RetentionRule During(KeepRule rule, KeepDuration duration, DateTimeOffset newest, Func<DateTimeOffset, int, long> bucket) =>
        new(rule, duration.ToString(), RetentionPolicy.Unlimited, duration.Before(newest), bucket);

    /// <summary>Why the rule keeps this snapshot; null when it does not.</summary>
    public KeepReason? Judge(DateTimeOffset time, int position, bool isOldest)
    {
        if (_left == 0 || time <= _after)
        {
            return null;
        }

        var bucket = _bucket(time, position);
        var isTaken = bucket == _last;
        if (isTaken && !isOldest)
        {
            return null;
        }

        _last = bucket;
        _left -= _left > 0 ? 1 : 0;
        return new KeepReason(_rule, _detail, isTaken) { Number = ++_kept, Of = _of };
    }
}

/// <summary>Numbers for the stretches of time that rules count, on a snapshot's own clock.</summary>
internal static class RetentionBuckets
{
    public static long Each(DateTimeOffset time, int position) => position;

    public static long Hour(DateTimeOffset time, int position) => (Day(time, position) * 100) + time.Hour;

    public static long Day(DateTimeOffset time, int position) => (Month(time, position) * 100) + time.Day;

    /// <summary>ISO weeks belong to the year that has most of their days.</summary>
    public static long Week(DateTimeOffset time, int position) => (ISOWeek.GetYear(time.DateTime) * 100L) + ISOWeek.GetWeekOfYear(time.DateTime);

    public static long Month(DateTimeOffset time, int position) => (time.Year * 100L) + time.Month;

    public static long Year(DateTimeOffset time, int position) => time.Year;
}
