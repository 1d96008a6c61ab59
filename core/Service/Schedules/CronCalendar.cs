using System.Collections.Concurrent;
using System.Globalization;
using Cronos;

namespace SnapshotBot.Service.Schedules;

/// <summary>Fixed times and cron expressions, over Cronos, whose rules for the changes of the clocks are the promised ones.</summary>
internal static class CronCalendar
{
    private const int MostKnown = 4096;

    // Parsed once: ten thousand schedules ask for their next time again and again.
    private static readonly ConcurrentDictionary<string, CronExpression> Known = new(StringComparer.Ordinal);

    public static DateTimeOffset? Next(Frequency.Cron cron, DateTimeOffset after, TimeZoneInfo zone) => Next(cron.Expression, after, zone);

    /// <summary>The earliest of all times; two that fall into one gap are the same instant, and so one run.</summary>
    public static DateTimeOffset? Next(Frequency.Fixed times, DateTimeOffset after, TimeZoneInfo zone) =>
        times.Times.Select(time => Next(ExpressionOf(times.Days, time), after, zone)).Min();

    /// <summary>Whether Cronos understands it; a third of a second's worth of fields is refused like any other wrong number.</summary>
    public static bool IsValid(string expression)
    {
        try
        {
            Parse(expression);
            return true;
        }
        catch (CronFormatException)
        {
            return false;
        }
    }

    private static string ExpressionOf(DaySet days, TimeOnly time)
    {
        var month = days.OfMonth == 0 ? "*" : days.OfMonth.ToString(CultureInfo.InvariantCulture);
        var week = days.OfMonth != 0 || days.IsDaily ? "*" : string.Join(',', days.Names.Select(day => ((int)day).ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{time.Minute} {time.Hour} {month} * {week}");
    }

    private static DateTimeOffset? Next(string expression, DateTimeOffset after, TimeZoneInfo zone)
    {
        var next = ExpressionFor(expression).GetNextOccurrence(after.UtcDateTime, zone);
        return next is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    private static CronExpression ExpressionFor(string expression)
    {
        if (Known.TryGetValue(expression, out var known))
            return known;
        var parsed = Parse(expression);
        if (Known.Count < MostKnown)
            Known[expression] = parsed;
        return parsed;
    }

    private static CronExpression Parse(string expression) => CronExpression.Parse(
        expression,
        expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
}
