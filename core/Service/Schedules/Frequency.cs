namespace SnapshotBot.Service.Schedules;

/// <summary>
/// How often a schedule runs: a closed family, and the one place that knows when. A local time that a change of the clocks skips runs at the
/// first instant after the gap, once however many fall there; one that comes twice runs the first time only when it is a fixed time, and both
/// times when it is a step of an interval.
/// </summary>
public abstract record Frequency
{
    /// <summary>A frequency that is not due within so long counts as never.</summary>
    public const int HorizonYears = 5;

    private Frequency()
    {
    }

    /// <summary>In the words it is echoed with; the parser understands them.</summary>
    public string Text => FrequencyWords.Of(this);

    /// <summary>Whether a clock decides when it is due, rather than people's playing.</summary>
    public bool IsTimed => this is not (Played or PlayersLeft);

    /// <summary>The first occurrence after an instant; null when there is none within <see cref="HorizonYears"/>, or no clock decides.</summary>
    /// <param name="after">Itself never returned.</param>
    /// <param name="zone">Where the local times are meant.</param>
    /// <param name="createdAt">When the schedule was made: intervals that do not divide the day are counted from it.</param>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone, DateTimeOffset createdAt)
    {
        var next = this switch
        {
            Grid grid => GridCalendar.Next(grid.Step, after, zone),
            Elapsed elapsed => NextElapsed(elapsed.Step, after, createdAt),
            Fixed times => CronCalendar.Next(times, after, zone),
            Cron cron => CronCalendar.Next(cron, after, zone),
            _ => null,
        };
        return next is { } at && at <= after.AddYears(HorizonYears) ? at : null;
    }

    /// <summary>The occurrence's name, the same for ever: its local time, and its offset where a local time may come twice.</summary>
    public string SlotOf(DateTimeOffset at, TimeZoneInfo zone) => FrequencyWords.Slot(this, TimeZoneInfo.ConvertTime(at, zone));

    private static DateTimeOffset NextElapsed(TimeSpan step, DateTimeOffset after, DateTimeOffset createdAt)
    {
        var origin = new DateTimeOffset(createdAt.UtcTicks - (createdAt.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var steps = after < origin ? 0 : (after - origin).Ticks / step.Ticks;
        return origin + (step * (steps + 1));
    }

    /// <summary>Every so often, on the wall clock's grid from local midnight; the step divides the day.</summary>
    public sealed record Grid(TimeSpan Step) : Frequency;

    /// <summary>Every so often in real time since the schedule was made; the step does not divide the day.</summary>
    public sealed record Elapsed(TimeSpan Step) : Frequency;

    /// <summary>At times of certain days.</summary>
    public sealed record Fixed(DaySet Days, IReadOnlyList<TimeOnly> Times) : Frequency
    {
        public bool Equals(Fixed? other) => other is not null && other.Days == Days && other.Times.SequenceEqual(Times);

        public override int GetHashCode() => HashCode.Combine(Days, Times.Count, Times[0]);
    }

    /// <summary>A cron expression of five fields, or of six with seconds first.</summary>
    public sealed record Cron(string Expression) : Frequency;

    /// <summary>When somebody has played so long since the last run.</summary>
    public sealed record Played(TimeSpan Time) : Frequency;

    /// <summary>When the last player has left.</summary>
    public sealed record PlayersLeft : Frequency;
}

/// <summary>Which days: all, those of the week, or one of the month.</summary>
public readonly record struct DaySet
{
    private const int All = 0b111_1111;

    private DaySet(int week, int month)
    {
        Week = week;
        OfMonth = month;
    }

    public static DaySet Daily => new(All, 0);

    public static DaySet Weekdays => new(0b011_1110, 0);

    public static DaySet Weekends => new(0b100_0001, 0);

    /// <summary>The day of the month, or 0.</summary>
    public int OfMonth { get; }

    /// <summary>A bit for each day of the week, Sunday the lowest.</summary>
    internal int Week { get; }

    public bool IsDaily => OfMonth == 0 && Week == All;

    /// <summary>The days of the week, Monday first.</summary>
    public IEnumerable<DayOfWeek> Names
    {
        get
        {
            var week = Week;
            return Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7)).Where(day => (week & (1 << (int)day)) != 0);
        }
    }

    public static DaySet Of(IEnumerable<DayOfWeek> days) => new(days.Aggregate(0, (week, day) => week | (1 << (int)day)), 0);

    public static DaySet Monthly(int day) => new(0, day);
}
