namespace SnapshotBot.Engine;

/// <summary>The engine's networks.</summary>
/// <remarks>Every call throws <see cref="EngineException"/>s only (and the caller's cancellation). Safe for several threads.</remarks>
public interface INetworks
{
    Task<IReadOnlyList<NetworkDetails>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds a network by exact name or whole id in the engine's own list; null when there is none.</summary>
    Task<NetworkDetails?> FindAsync(string nameOrId, CancellationToken cancellationToken);

    /// <summary>All the engine says of it.</summary>
    /// <exception cref="EngineNotFoundException">There is no such network any more.</exception>
    Task<NetworkDetails> InspectAsync(NetworkId id, CancellationToken cancellationToken);

    /// <summary>Makes a network as it was: driver, options, addresses, labels.</summary>
    /// <exception cref="EngineConflictException">The name is in use.</exception>
    Task<NetworkId> CreateAsync(NetworkDefinition definition, CancellationToken cancellationToken);

    Task ConnectAsync(NetworkId id, ContainerId container, NetworkAttachment attachment, CancellationToken cancellationToken);

    Task DisconnectAsync(NetworkId id, ContainerId container, CancellationToken cancellationToken);

    /// <summary>Removes a network nothing is joined to.</summary>
    /// <exception cref="EngineConflictException">A container still uses it.</exception>
    Task RemoveAsync(NetworkId id, CancellationToken cancellationToken);
}

/// <summary>What the engine says of one network.</summary>
public sealed record NetworkDetails
{
    public required NetworkId Id { get; init; }

    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required string Scope { get; init; }

    public required IReadOnlyDictionary<string, string> Options { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The engine's own networks can't be made or removed.</summary>
    public bool IsBuiltIn => Name is "bridge" or "host" or "none";

    public required NetworkDefinition Definition { get; init; }
}

/// <summary>How to join a container to a network.</summary>
public sealed record NetworkAttachment
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public string? FixedIPv4 { get; init; }

    public string? FixedIPv6 { get; init; }
}
