using System.Globalization;

namespace SnapshotBot.Service.Schedules;

/// <summary>The small words frequencies are made of.</summary>
internal static class FrequencyText
{
    private static readonly string[] NumberWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    private static readonly string[] DayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <summary>All words the grammar knows, for finding out what was meant.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } =
    [
        "every", "hourly", "daily", "weekdays", "weekends", "monthly", "minutes", "hours", "days", "weeks", "minute", "hour", "day", "night", "nightly", "week", "weekly", "month", "play", "after", "last",
        "player", "leaves", "noon", "midnight", .. DayNames, .. DayNames.Select(day => day + "s"),
    ];

    /// <summary>Lower-case words; "6h" is two of them, and so are "6 pm" and "6pm" the same.</summary>
    public static string[] Words(string text)
    {
        var spaced = text.ToLowerInvariant().Replace(",", " and ", StringComparison.Ordinal).Replace("&", " and ", StringComparison.Ordinal).TrimEnd('.', ' ');
        var words = new List<string>();
        foreach (var word in spaced.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "am" or "pm" && words.Count > 0 && char.IsAsciiDigit(words[^1][^1]))
                words[^1] += word;
            else if (word == "and" && words.Count > 0 && words[^1] == "and")
                continue;
            else if (char.IsAsciiDigit(word[0]) && word.AsSpan().TrimStart("0123456789") is var unit && Unit(unit.ToString()) is not null)
                words.AddRange([word[..^unit.Length], unit.ToString()]);
            else
                words.Add(word);
        }

        return [.. words];
    }

    /// <summary>Whether it can only be meant as cron.</summary>
    public static bool LooksLikeCron(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return text.TrimStart().StartsWith('@') || (fields.Length is 5 or 6 && fields.Take(2).All(field => field.All(c => char.IsAsciiDigit(c) || c is '*' or '/' or ',' or '-')));
    }

    public static int? Number(string word)
    {
        if (Array.IndexOf(NumberWords, word) is >= 1 and var number)
            return number;
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits is > 0 and < 1_000_000 ? digits : null;
    }

    public static TimeSpan? Unit(string word) => word switch
    {
        "m" or "min" or "mins" or "minute" or "minutes" => TimeSpan.FromMinutes(1),
        "h" or "hr" or "hrs" or "hour" or "hours" => TimeSpan.FromHours(1),
        "d" or "day" or "days" => TimeSpan.FromDays(1),
        "w" or "week" or "weeks" => TimeSpan.FromDays(7),
        _ => null,
    };

    /// <summary><c>daily</c>, <c>every weekday</c>, <c>mondays and fridays</c>, <c>mon, wed</c>; null for anything else.</summary>
    public static DaySet? Days(string[] words)
    {
        var named = words is ["every" or "on", .. var rest] ? rest : words is ["weekly", "on", .. var weekly] ? weekly : words;
        switch (named)
        {
            case ["daily"] or ["day"]:
                return DaySet.Daily;
            case ["weekdays" or "weekday"]:
                return DaySet.Weekdays;
            case ["weekends" or "weekend"]:
                return DaySet.Weekends;
        }

        var days = new List<DayOfWeek>();
        for (var i = 0; i < named.Length; i++)
        {
            if (i % 2 == 1 ? named[i] != "and" : Day(named[i]) is null)
                return null;
            if (i % 2 == 0)
                days.Add(Day(named[i])!.Value);
        }

        return days.Count == 0 || named.Length % 2 == 0 ? null : DaySet.Of(days);
    }

    /// <summary>One time or more, in order and each once; null for anything else.</summary>
    public static IReadOnlyList<TimeOnly>? Times(string[] words)
    {
        var times = new SortedSet<TimeOnly>();
        for (var i = 0; i < words.Length; i++)
        {
            if (i % 2 == 1 ? words[i] != "and" : Time(words[i]) is null)
                return null;
            if (i % 2 == 0)
                times.Add(Time(words[i])!.Value);
        }

        return times.Count == 0 || words.Length % 2 == 0 ? null : [.. times];
    }

    private static DayOfWeek? Day(string word)
    {
        for (var day = 0; day < DayNames.Length; day++)
        {
            if (word.Length >= 3 && (word == DayNames[day] || word == DayNames[day] + "s" || (word.Length <= 4 && DayNames[day].StartsWith(word, StringComparison.Ordinal))))
                return (DayOfWeek)day;
        }

        return null;
    }

    /// <summary><c>04:00</c>, <c>6pm</c>, <c>6:30pm</c>, <c>noon</c>, <c>midnight</c>. A bare number is no time: 6 could be either.</summary>
    private static TimeOnly? Time(string word)
    {
        if (word is "noon")
            return new TimeOnly(12, 0);
        if (word is "midnight")
            return TimeOnly.MinValue;
        var half = word.EndsWith("am", StringComparison.Ordinal) ? 0 : word.EndsWith("pm", StringComparison.Ordinal) ? 12 : -1;
        var parts = (half < 0 ? word : word[..^2]).Split(':');
        if (parts.Length > 2 || (parts.Length == 1 && half < 0) || !parts.All(part => part.Length is 1 or 2 && part.All(char.IsAsciiDigit)) || (parts.Length == 2 && parts[1].Length != 2))
            return null;
        var hour = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var minute = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        if (half >= 0)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = (hour % 12) + half;
        }

        return hour < 24 && minute < 60 ? new TimeOnly(hour, minute) : null;
    }
}
