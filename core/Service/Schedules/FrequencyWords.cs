using System.Globalization;

namespace SnapshotBot.Service.Schedules;

/// <summary>Frequencies in the words people give them in, so that what is echoed can be given again.</summary>
internal static class FrequencyWords
{
    public static string Of(Frequency frequency) => frequency switch
    {
        Frequency.Grid { Step.Ticks: TimeSpan.TicksPerHour } => "hourly",
        Frequency.Grid grid => "every " + Amount(grid.Step),
        Frequency.Elapsed elapsed => "every " + Amount(elapsed.Step),
        Frequency.Fixed times => $"{Days(times.Days)} at {Times(times.Times)}",
        Frequency.Cron cron => "cron " + cron.Expression,
        Frequency.Played played => $"every {Amount(played.Time)} of play",
        _ => "after the last player leaves",
    };

    /// <summary>A step may come at the same local time twice, a fixed time may not.</summary>
    public static string Slot(Frequency frequency, DateTimeOffset local) => local.ToString(
        frequency is Frequency.Fixed ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string Amount(TimeSpan time)
    {
        var (number, unit) = time.Ticks % TimeSpan.TicksPerDay == 0 && time.Ticks > TimeSpan.TicksPerDay ? (time.Days, "day")
            : time.Ticks % TimeSpan.TicksPerHour == 0 ? ((long)time.TotalHours, "hour") : ((long)time.TotalMinutes, "minute");
        return number == 1 ? unit : string.Create(CultureInfo.InvariantCulture, $"{number} {unit}s");
    }

    private static string Days(DaySet days)
    {
        if (days.IsDaily)
            return "daily";
        if (days == DaySet.Weekdays)
            return "weekdays";
        if (days == DaySet.Weekends)
            return "weekends";
        return days.OfMonth != 0
            ? $"monthly on the {Ordinal(days.OfMonth)}"
            : Join([.. days.Names.Select(day => day.ToString().ToLowerInvariant() + "s")]);
    }

    private static string Times(IReadOnlyList<TimeOnly> times) => Join([.. times.Select(time => time.ToString("HH:mm", CultureInfo.InvariantCulture))]);

    private static string Join(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];

    private static string Ordinal(int day) => day.ToString(CultureInfo.InvariantCulture) + (day switch
    {
        1 or 21 or 31 => "st",
        2 or 22 => "nd",
        3 or 23 => "rd",
        _ => "th",
    });
}
