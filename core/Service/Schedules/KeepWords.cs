using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>Retention as people say it, <c>14 days + 8 weeks</c> or <c>last 7</c> or <c>all</c>, brought to the form it is kept in: <c>daily=14,weekly=8</c>.</summary>
public static class KeepWords
{
    /// <summary>The text in the form it is kept in, or the part of it that is not understood.</summary>
    public static (string? Keep, string? Fault) Read(string text)
    {
        if (KeepText.TryParse(text, out var plain, out _) && plain.IsEmpty)
            return (KeepText.All, null);
        var parts = text.Split([',', '+', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var keep = string.Join(',', parts.Select(part => Rule(part.ToLowerInvariant())));
        return KeepText.TryParse(keep, out var policy, out var fault) ? (KeepText.Write(policy), null) : (null, fault.Length > 0 ? fault : text.Trim());
    }

    private static string Rule(string part)
    {
        var (name, amount) = part.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var single] when char.IsAsciiDigit(single[0]) => ("last", single),
            [var first, var second] when char.IsAsciiDigit(first[0]) => (second, first),
            [var first, var second] => (first, second),
            _ => (part, ""),
        };
        return name switch
        {
            "newest" or "snapshots" => "last",
            "hours" or "hour" => "hourly",
            "days" or "day" => "daily",
            "weeks" or "week" => "weekly",
            "months" or "month" => "monthly",
            "years" or "year" => "yearly",
            _ => name,
        } + "=" + amount;
    }
}
