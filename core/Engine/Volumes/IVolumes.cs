namespace SnapshotBot.Engine;

/// <summary>The engine's volumes.</summary>
/// <remarks>Every call throws <see cref="EngineException"/>s only (and the caller's cancellation). Safe for several threads.</remarks>
public interface IVolumes
{
    Task<IReadOnlyList<VolumeDetails>> ListAsync(CancellationToken cancellationToken);

    /// <summary>All the engine says of it.</summary>
    /// <exception cref="EngineNotFoundException">There is no such volume any more.</exception>
    Task<VolumeDetails> InspectAsync(EngineName name, CancellationToken cancellationToken);

    /// <summary>Makes a volume as it was: driver, options, labels. One of that name with the same driver is left as it is.</summary>
    /// <exception cref="EngineConflictException">There is one of that name with another driver or other options.</exception>
    Task<VolumeDetails> CreateAsync(VolumeDefinition definition, CancellationToken cancellationToken);

    /// <summary>Removes a volume with its content.</summary>
    /// <exception cref="EngineConflictException">A container uses it.</exception>
    Task RemoveAsync(EngineName name, CancellationToken cancellationToken);
}

/// <summary>What the engine says of one volume.</summary>
public sealed record VolumeDetails
{
    public required EngineName Name { get; init; }

    public required string Driver { get; init; }

    /// <summary>Options of the driver. With any, the folder is mounted only while a container uses it.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Its folder on the engine's host; empty where the driver says none.</summary>
    public required string MountPoint { get; init; }

    public required string Scope { get; init; }

    public required VolumeDefinition Definition { get; init; }
}
