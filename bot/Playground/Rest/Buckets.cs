using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SnapshotBot.Playground.Rest;

/// <summary>Counts requests against the routes' limits and the 50 a second, and says so in headers as Discord does.</summary>
internal sealed class Buckets(TimeProvider time, RateLimits limits)
{
    private const int GlobalLimit = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);
    private readonly Window _global = new();

    /// <summary>Takes a place in the route's bucket; headers are set either way.</summary>
    /// <returns>Null when there was one; else how long to wait, and whether it is the global limit.</returns>
    public (TimeSpan Wait, bool Global)? Take(Route route, IReadOnlyDictionary<string, string> places, IHeaderDictionary headers)
    {
        // Answers to interactions have no bucket at all.
        if (route.Template.StartsWith("/interactions/", StringComparison.Ordinal))
        {
            return null;
        }

        lock (_gate)
        {
            var now = time.GetUtcNow();
            var top = places.GetValueOrDefault("channel_id") ?? places.GetValueOrDefault("guild_id") ?? places.GetValueOrDefault("webhook_token") ?? "";
            var name = Name(route);
            var key = name + top;
            if (!_windows.TryGetValue(key, out var window))
            {
                _windows[key] = window = new Window();
            }

            var isGlobal = !route.IsTokenRoute && _global.Full(now, TimeSpan.FromSeconds(1), GlobalLimit);
            var refused = isGlobal || window.Full(now, route.Limit.Window, route.Limit.Count);
            if (!refused || limits == RateLimits.Off)
            {
                window.Used++;
                _global.Used += route.IsTokenRoute ? 0 : 1;
            }

            Describe(headers, route.Limit, window, name, now);
            Sweep(now);
            return refused && limits == RateLimits.AsDiscord ? ((isGlobal ? _global : window).Ends - now, isGlobal) : null;
        }
    }

    private static string Name(Route route) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(route.Method + route.Template)).AsSpan(0, 16));

    private static void Describe(IHeaderDictionary headers, RouteLimit limit, Window window, string name, DateTimeOffset now)
    {
        headers["X-RateLimit-Limit"] = limit.Count.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Math.Max(0, limit.Count - window.Used).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = (window.Ends.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset-After"] = Math.Max(0, (window.Ends - now).TotalSeconds).ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Bucket"] = name;
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_windows.Count > 10_000)
        {
            foreach (var old in _windows.Where(pair => pair.Value.Ends < now).Select(pair => pair.Key).ToList())
            {
                _windows.Remove(old);
            }
        }
    }

    private sealed class Window
    {
        public DateTimeOffset Ends { get; private set; }

        public int Used { get; set; }

        public bool Full(DateTimeOffset now, TimeSpan length, int limit)
        {
            if (now >= Ends)
            {
                Ends = now + length;
                Used = 0;
            }

            return Used >= limit;
        }
    }
}
