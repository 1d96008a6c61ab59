using Microsoft.Extensions.Logging;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <inheritdoc cref="IDockerEngine"/>
public sealed class DockerEngine : IDockerEngine
{
    private readonly EngineChannel _channel;

    private DockerEngine(EngineOptions options, Version apiVersion)
    {
        _channel = new EngineChannel(options, apiVersion);
        Endpoint = options.Endpoint.Text;
        ApiVersion = $"{apiVersion.Major}.{apiVersion.Minor}";
        Images = new DockerImages(_channel);
        Networks = new DockerNetworks(_channel);
        Volumes = new DockerVolumes(_channel);
        Containers = new DockerContainers(_channel, Networks);
        WritableLayers = new OverlayLayers(options.HostRoot);
        ContainerSockets = new ContainerSockets(options.HostRoot, options.Endpoint);
    }

    public string Endpoint { get; }

    public string ApiVersion { get; }

    public IContainers Containers { get; }

    public IImages Images { get; }

    public INetworks Networks { get; }

    public IVolumes Volumes { get; }

    public IWritableLayers WritableLayers { get; }

    public IContainerSockets ContainerSockets { get; }

    /// <summary>Finds out whether an engine is there and which API version both sides speak.</summary>
    /// <exception cref="EngineUnavailableException">Nobody listens, or this user may not ask.</exception>
    /// <exception cref="EngineVersionException">It is too old.</exception>
    public static async Task<DockerEngine> ConnectAsync(EngineOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var version = await VersionHandshake.AgreeAsync(options, cancellationToken);
        EngineLog.Connected(logger, options.Endpoint.Text, version.ToString(2));
        return new DockerEngine(options, version);
    }

    public Task PingAsync(CancellationToken cancellationToken) =>
        _channel.RunAsync(new CallSubject("say that it is there", EngineNoun.Container, string.Empty), _channel.Client.System.PingAsync, cancellationToken);

    public async Task<EngineInfo> ReadInfoAsync(CancellationToken cancellationToken)
    {
        var subject = new CallSubject("describe itself", EngineNoun.Container, string.Empty);
        var json = await _channel.GetAsync("/info", subject, cancellationToken);
        return Answer.Read(json, subject, root => EngineInfoReader.Read(root, ApiVersion));
    }

    public void Dispose() => _channel.Dispose();
}
