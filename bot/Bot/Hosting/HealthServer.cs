using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Answers <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c> over HTTP, for whoever watches this process. Off unless an address is given.</summary>
internal sealed class HealthServer(string address, HealthChecks checks, Metrics metrics, ILogger log)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://{address.Replace("0.0.0.0:", "+:", StringComparison.Ordinal)}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException refused)
        {
            // Being watched is worth less than serving: it is told, and the rest goes on.
            log.HealthNotServed(address, refused);
            return;
        }

        await using var stop = cancellationToken.Register(listener.Stop);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(await listener.GetContextAsync(), cancellationToken);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException or OperationCanceledException)
            {
                // The other side went away, or this one is told to end.
            }
        }
    }

    private async Task ServeAsync(HttpListenerContext context, CancellationToken cancellationToken)
    {
        var (status, type, text) = await AnswerAsync(context.Request.Url?.AbsolutePath, cancellationToken);
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes, cancellationToken);
        context.Response.Close();
    }

    private async Task<(int Status, string Type, string Text)> AnswerAsync(string? path, CancellationToken cancellationToken)
    {
        try
        {
            return path switch
            {
                "/health/live" => (200, "application/json", "{\"live\":true}"),
                "/health/ready" or "/health" => Ready(await checks.LookAsync(cancellationToken)),
                "/metrics" => (200, "text/plain; version=0.0.4", metrics.Write()),
                _ => (404, "text/plain", "Not here. See /health/live, /health/ready, /metrics."),
            };
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever watches must be told, now and at the next time too: what can't be read may be the very thing to watch for.
            log.HealthNotAnswered(path ?? "", broken);
            return (500, "text/plain", "This can't be read just now; the log says why.");
        }
    }

    private static (int Status, string Type, string Text) Ready(HealthReport report) =>
        (report.IsReady ? 200 : 503, "application/json", HealthJson.Write(report));
}
