using Microsoft.Extensions.Logging;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Servers;

/// <summary>The engine, connected to when first needed and once.</summary>
internal sealed class EngineConnection(ServiceOptions options, ILogger<EngineConnection> log) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IDockerEngine? _engine;

    /// <summary>The connected engine; it stays this class's own.</summary>
    /// <exception cref="EngineUnavailableException">Nobody listens, or this user may not ask. The next call tries again.</exception>
    public async Task<IDockerEngine> GetAsync(CancellationToken cancellationToken)
    {
        if (_engine is not null)
            return _engine;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _engine ??= await DockerEngine.ConnectAsync(
                new EngineOptions { Endpoint = EngineEndpoint.FromEnvironment(options.Environment), HostRoot = options.HostRoot },
                log,
                cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _engine?.Dispose();
        _gate.Dispose();
    }
}
