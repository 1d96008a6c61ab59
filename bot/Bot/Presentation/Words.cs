using System.Globalization;
using System.Text;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Amounts, times and names as people read them.</summary>
internal static class Words
{
    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1000 && unit < SizeUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        var digits = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : "0.0";
        return value.ToString(digits, CultureInfo.InvariantCulture) + " " + SizeUnits[unit];
    }

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number with its noun: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long number, string one, string many) => Count(number) + " " + (number == 1 ? one : many);

    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
        {
            return time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
        }

        if (time < TimeSpan.FromMinutes(1))
        {
            return time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        }

        return time < TimeSpan.FromHours(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes} min");
    }

    /// <summary>A time that somebody set, as round as it is: 24 h, 30 s, 3 days.</summary>
    public static string Span(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Round(time).Count} {Round(time).Unit}");

    private static (long Count, string Unit) Round(TimeSpan time) => time.TotalSeconds switch
    {
        >= 172_800 and var seconds when seconds % 86_400 == 0 => ((long)(seconds / 86_400), "days"),
        >= 3_600 and var seconds when seconds % 3_600 == 0 => ((long)(seconds / 3_600), "h"),
        >= 60 and var seconds when seconds % 60 == 0 => ((long)(seconds / 60), "min"),
        var seconds => ((long)seconds, "s"),
    };

    /// <summary>A time that nobody knows to the second, to follow "about": <c>40 s</c>, <c>9 min</c>.</summary>
    public static string Roughly(TimeSpan time) =>
        time < TimeSpan.FromSeconds(90) ? Count(Math.Max(1, (long)Math.Round(time.TotalSeconds / 10)) * 10) + " s"
        : time < TimeSpan.FromMinutes(90) ? Count((long)Math.Round(time.TotalMinutes)) + " min"
        : Count((long)Math.Round(time.TotalHours)) + " h";

    /// <summary>A point in time in the zone of the machine.</summary>
    public static string Time(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>
    /// A name that others chose, safe to print: control characters, which could move the cursor or rewrite lines, and the marks that turn
    /// text around are shown as <c>\u001b</c>.
    /// </summary>
    public static string Safe(string text)
    {
        var clean = true;
        foreach (var c in text)
        {
            clean &= !IsUnsafe(c);
        }

        if (clean)
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = IsUnsafe(c) ? safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : safe.Append(c);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061c' or (>= '\u200e' and <= '\u200f') or (>= '\u202a' and <= '\u202e')
            or (>= '\u2066' and <= '\u2069');
}
