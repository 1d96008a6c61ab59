using System.Globalization;
using System.Net.Http.Headers;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>What an answer's headers say of its bucket.</summary>
internal sealed record RateHeaders(string? Bucket, int? Limit, int? Remaining, TimeSpan? ResetAfter, bool IsGlobal, bool IsShared, TimeSpan? RetryAfter)
{
    public static RateHeaders Of(HttpResponseHeaders headers)
    {
        var scope = Text(headers, "X-RateLimit-Scope");
        return new RateHeaders(
            Text(headers, "X-RateLimit-Bucket"),
            Whole(headers, "X-RateLimit-Limit"),
            Whole(headers, "X-RateLimit-Remaining"),
            Seconds(headers, "X-RateLimit-Reset-After"),
            Text(headers, "X-RateLimit-Global") is not null || scope == "global",
            scope == "shared",
            Seconds(headers, "Retry-After"));
    }

    private static string? Text(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static int? Whole(HttpResponseHeaders headers, string name) =>
        int.TryParse(Text(headers, name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static TimeSpan? Seconds(HttpResponseHeaders headers, string name) =>
        double.TryParse(Text(headers, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(value)
            : null;
}
