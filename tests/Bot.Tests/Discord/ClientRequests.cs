using System.Diagnostics.Metrics;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>How many requests of this process to a port of this machine are under way, as .NET's own clients count them. From any thread.</summary>
internal sealed class ClientRequests : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _active;

    public ClientRequests(int port)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Name: "http.client.active_requests", Meter.Name: "System.Net.Http" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "server.port" && value is int there && there == port)
                {
                    Interlocked.Add(ref _active, change);
                }
            }
        });
        _listener.Start();
    }

    public long Active => Interlocked.Read(ref _active);

    public void Dispose() => _listener.Dispose();
}
