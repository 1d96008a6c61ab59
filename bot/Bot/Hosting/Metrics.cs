using System.Globalization;
using System.Text;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Chat;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// Figures in Prometheus' text format. Of names only those of game servers, made harmless as labels: no player, no file and no secret is ever in a
/// metric.
/// </summary>
internal sealed class Metrics(OperationServer server, OperationReads operations, FreshnessReads freshness, DiscordHost? discord)
{
    public string Write()
    {
        var text = new StringBuilder();
        var health = server.Health;
        Gauge(text, "snapshotbot_runner", "1 while this process carries operations out", health.IsServing ? 1 : 0);
        Gauge(text, "snapshotbot_operations_running", "Operations being carried out", health.Running);
        Gauge(text, "snapshotbot_operations_unfinished", "Operations queued or running", operations.List(OperationFilter.Unfinished, 1000).Count);
        Gauge(text, "snapshotbot_memory_bytes", "Memory this process holds", Environment.WorkingSet);
        Lights(text, freshness.Known());
        if (discord is not null)
        {
            Write(text, discord.Health);
        }

        return text.ToString();
    }

    internal static void Lights(StringBuilder text, IReadOnlyList<ServerLight> lights)
    {
        const string Name = "snapshotbot_server_light";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} How well a server is protected: 0 green, 1 amber, 2 red\n# TYPE {Name} gauge\n");
        foreach (var light in lights)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Name}{{id=\"{light.Id.Value}\",server=\"{Label(light.Name)}\"}} {(int)light.Light}\n");
        }
    }

    /// <summary>A text as a label's value: the format's three special characters are escaped, and nothing else is special in it.</summary>
    private static string Label(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    private static void Write(StringBuilder text, ChatHealth health)
    {
        Gauge(text, "snapshotbot_gateway_connected", "1 while connected to Discord", health.Connection == ChatConnection.Connected ? 1 : 0);
        Gauge(text, "snapshotbot_gateway_latency_seconds", "The last heartbeat's round trip", health.Latency?.TotalSeconds ?? 0);
        Gauge(text, "snapshotbot_interactions_waiting", "Interactions taken and not yet finished", health.Waiting);
        Counter(text, "snapshotbot_interactions_total", "Interactions since the start", health.Interactions);
        Counter(text, "snapshotbot_interactions_dropped_total", "Interactions nobody had room for", health.Dropped);
        Counter(text, "snapshotbot_gateway_resumes_total", "Connections resumed", health.Resumes);
        Counter(text, "snapshotbot_gateway_sessions_total", "Sessions begun", health.Sessions);
        Counter(text, "snapshotbot_requests_total", "Requests sent to Discord", health.Requests);
        Counter(text, "snapshotbot_requests_limited_total", "Requests Discord asked to wait with", health.RateLimited);
        Gauge(text, "snapshotbot_requests_invalid", "Refused requests in the last ten minutes", health.InvalidRequests);
    }

    private static void Gauge(StringBuilder text, string name, string help, double value) => Line(text, name, help, "gauge", value);

    private static void Counter(StringBuilder text, string name, string help, double value) => Line(text, name, help, "counter", value);

    private static void Line(StringBuilder text, string name, string help, string type, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
}
