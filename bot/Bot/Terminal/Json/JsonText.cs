using System.Globalization;

namespace SnapshotBot.Bot.Terminal.Json;

/// <summary>Times and spans as scripts read them.</summary>
internal static class JsonText
{
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    public static long Milliseconds(TimeSpan span) => (long)Math.Round(span.TotalMilliseconds);
}
