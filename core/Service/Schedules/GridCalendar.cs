namespace SnapshotBot.Service.Schedules;

/// <summary>Steps on the wall clock from local midnight. Worked out between the changes of the clocks, where a day is plain arithmetic.</summary>
internal static class GridCalendar
{
    /// <summary>Two changes of one zone are never nearer than this; between two looks so far apart at most one is found, then narrowed down.</summary>
    private static readonly TimeSpan Stride = TimeSpan.FromHours(6);

    public static DateTimeOffset Next(TimeSpan step, DateTimeOffset after, TimeZoneInfo zone)
    {
        var from = after.ToUniversalTime();
        while (true)
        {
            var offset = zone.GetUtcOffset(from);
            var next = OnGrid(step, from, offset);
            if (ChangeBetween(zone, from, next) is not { } change)
                return next;

            // At the change itself: a step that falls into the gap, or right on the new local time, runs then.
            var now = zone.GetUtcOffset(change);
            var (before, reached) = ((change + offset).Ticks, (change + now).Ticks);
            var first = CeilingOf(before, step.Ticks);
            if (reached > before ? first <= reached : reached % step.Ticks == 0)
                return change;
            from = change;
        }
    }

    /// <summary>The first grid point after an instant, were the offset the same for ever.</summary>
    private static DateTimeOffset OnGrid(TimeSpan step, DateTimeOffset after, TimeSpan offset)
    {
        var local = (after + offset).Ticks;
        return new DateTimeOffset(local - (local % step.Ticks) + step.Ticks - offset.Ticks, TimeSpan.Zero);
    }

    private static long CeilingOf(long value, long step) => (value + step - 1) / step * step;

    /// <summary>The first instant after <paramref name="from"/>, and not after <paramref name="to"/>, at which the offset is another.</summary>
    private static DateTimeOffset? ChangeBetween(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var offset = zone.GetUtcOffset(from);
        for (var low = from; low < to; low += Stride)
        {
            var high = low + Stride < to ? low + Stride : to;
            if (zone.GetUtcOffset(high) != offset)
                return Narrow(zone, low, high, offset);
        }

        return null;
    }

    private static DateTimeOffset Narrow(TimeZoneInfo zone, DateTimeOffset low, DateTimeOffset high, TimeSpan offset)
    {
        while (high - low > TimeSpan.FromTicks(1))
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(middle) == offset)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
