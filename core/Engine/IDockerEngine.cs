namespace SnapshotBot.Engine;

/// <summary>One Docker engine, spoken to in an API version both sides know.</summary>
public interface IDockerEngine : IDisposable
{
    /// <summary>Where it was reached, for people: <c>unix:///var/run/docker.sock</c>.</summary>
    string Endpoint { get; }

    /// <summary>The API version that was agreed on, such as <c>1.41</c>.</summary>
    string ApiVersion { get; }

    IContainers Containers { get; }

    IImages Images { get; }

    INetworks Networks { get; }

    IVolumes Volumes { get; }

    IWritableLayers WritableLayers { get; }

    IContainerSockets ContainerSockets { get; }

    /// <summary>Asks whether it is there; nothing is changed.</summary>
    /// <exception cref="EngineUnavailableException">It is not.</exception>
    Task PingAsync(CancellationToken cancellationToken);

    Task<EngineInfo> ReadInfoAsync(CancellationToken cancellationToken);
}
