using System.Globalization;

namespace SnapshotBot.Service.Schedules;

/// <summary>What somebody's words for a frequency came to: a closed family.</summary>
public abstract record FrequencyParsed
{
    private FrequencyParsed()
    {
    }

    public sealed record Understood(Frequency Frequency) : FrequencyParsed;

    /// <param name="Text">What was given.</param>
    /// <param name="Suggestion">What was probably meant, or null when nothing is near.</param>
    public sealed record NotUnderstood(string Text, string? Suggestion) : FrequencyParsed;

    /// <summary>Understood, but it would run more than once a minute.</summary>
    public sealed record TooOften(string Text) : FrequencyParsed;

    /// <summary>Understood, but no such moment comes within five years: the 31st of February.</summary>
    public sealed record NeverDue(string Text) : FrequencyParsed;
}

/// <summary>Reads frequencies as people write them, or as cron.</summary>
public static class FrequencyParser
{
    private const int LongestText = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Reads it.</summary>
    /// <param name="text">As it was given.</param>
    /// <param name="zone">Where its local times are meant.</param>
    /// <param name="now">Whether it is ever due is asked from here on.</param>
    public static FrequencyParsed Parse(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (text.Length > LongestText)
            return new FrequencyParsed.NotUnderstood(text[..LongestText], null);
        if (Read(text) is not { } frequency)
            return new FrequencyParsed.NotUnderstood(text.Trim(), FrequencySuggestion.Of(text));
        if (!frequency.IsTimed)
            return new FrequencyParsed.Understood(frequency);
        if (frequency.Next(now, zone, now) is not { } first)
            return new FrequencyParsed.NeverDue(text.Trim());
        return IsTooOften(frequency, first, zone, now) ? new FrequencyParsed.TooOften(text.Trim()) : new FrequencyParsed.Understood(frequency);
    }

    /// <summary>Reads the words a schedule was kept with, or null when this version does not know them.</summary>
    public static Frequency? Read(string text)
    {
        var words = FrequencyText.Words(text);
        return words switch
        {
            [] => null,
            ["cron", ..] => ReadCron(text.Trim()[4..].Trim()),
            ["hourly"] => new Frequency.Grid(TimeSpan.FromHours(1)),
            ["after" or "when", "the", "last", "player", "leaves" or "left" or "has-left"] or ["after" or "when", "last", "player", "leaves"] => new Frequency.PlayersLeft(),
            ["every", .. var rest] when ReadEvery(rest) is { } every => every,
            ["monthly", "on", .. var rest] => ReadMonthly(rest),
            _ when FrequencyText.LooksLikeCron(text) => ReadCron(text.Trim()),
            _ => ReadFixed(words),
        };
    }

    private static Frequency? ReadEvery(string[] words)
    {
        var ofPlay = words is [.., "of", "play"];
        if (ofPlay)
            words = words[..^2];
        var amount = words switch
        {
            [var unit] => FrequencyText.Unit(unit),
            [var number, var unit] when FrequencyText.Number(number) is { } count && FrequencyText.Unit(unit) is { } one && count * one.TotalDays <= Longest.TotalDays => one * count,
            _ => null,
        };
        if (amount is not { } step || step <= TimeSpan.Zero || step > Longest)
            return null;
        if (ofPlay)
            return step < TimeSpan.FromDays(1) * 30 ? new Frequency.Played(step) : null;

        // "Every day" says no time; which one is asked for rather than guessed.
        if (words is ["day"] or ["1", "day" or "days" or "d"] or ["week"])
            return null;
        return TimeSpan.TicksPerDay % step.Ticks == 0 ? new Frequency.Grid(step) : new Frequency.Elapsed(step);
    }

    private static Frequency? ReadMonthly(string[] words)
    {
        if (words is ["the", .. var rest])
            words = rest;
        return words is [var day, "at", .. var times]
            && int.TryParse(day.AsSpan().TrimEnd("stndrdth"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= 31
            && FrequencyText.Times(times) is { } at ? new Frequency.Fixed(DaySet.Monthly(number), at) : null;
    }

    private static Frequency? ReadFixed(string[] words)
    {
        var at = Array.IndexOf(words, "at");
        if (at <= 0 || FrequencyText.Days(words[..at]) is not { } days || FrequencyText.Times(words[(at + 1)..]) is not { } times)
            return null;
        return new Frequency.Fixed(days, times);
    }

    /// <summary>Simple expressions become the words they mean: the same moments, easier to read.</summary>
    private static Frequency? ReadCron(string expression)
    {
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var text = string.Join(' ', fields);
        if ((fields.Length is not (5 or 6) && !expression.StartsWith('@')) || !CronCalendar.IsValid(text))
            return null;
        return fields is [var minute, var hour, "*", "*", "*"]
            && int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            ? new Frequency.Fixed(DaySet.Daily, [new TimeOnly(h, m)])
            : new Frequency.Cron(text);
    }

    private static bool IsTooOften(Frequency frequency, DateTimeOffset first, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (frequency is not Frequency.Cron)
            return false;
        var at = first;
        for (var i = 0; i < 120; i++)
        {
            if (frequency.Next(at, zone, now) is not { } next)
                return false;
            if (next - at < TimeSpan.FromMinutes(1))
                return true;
            at = next;
        }

        return false;
    }
}
