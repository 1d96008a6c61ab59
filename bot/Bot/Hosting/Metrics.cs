using System.Globalization;
using System.Text;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Chat;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Figures in Prometheus' text format. Numbers only: no name of a server, a player or a file, and no secret, is ever in a metric.</summary>
internal sealed class Metrics(OperationServer server, OperationReads operations, DiscordHost? discord)
{
    public string Write()
    {
        var text = new StringBuilder();
        var health = server.Health;
        Gauge(text, "snapshotbot_runner", "1 while this process carries operations out", health.IsServing ? 1 : 0);
        Gauge(text, "snapshotbot_operations_running", "Operations being carried out", health.Running);
        Gauge(text, "snapshotbot_operations_unfinished", "Operations queued or running", operations.List(OperationFilter.Unfinished, 1000).Count);
        Gauge(text, "snapshotbot_memory_bytes", "Memory this process holds", Environment.WorkingSet);
        if (discord is not null)
        {
            Write(text, discord.Health);
        }

        return text.ToString();
    }

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
