namespace SnapshotBot.Engine;

/// <summary>What the engine says of itself.</summary>
public sealed record EngineInfo
{
    /// <summary>The engine's own id: tells two engines apart.</summary>
    public required string Id { get; init; }

    public required string ServerVersion { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    public required string OperatingSystem { get; init; }

    public required string KernelVersion { get; init; }

    public required string Architecture { get; init; }

    /// <summary>Where containers, volumes and images are, on the engine's host.</summary>
    public required string DataRoot { get; init; }

    public required string StorageDriver { get; init; }

    /// <summary>The file system below the data root, such as <c>extfs</c>; empty when the engine does not say.</summary>
    public required string BackingFileSystem { get; init; }

    /// <summary>Whether images and layers are containerd's: then the engine hides where a container's layer is.</summary>
    public required bool HasContainerdImageStore { get; init; }

    public required bool IsRootless { get; init; }

    /// <summary>Whether numeric owners inside containers differ from those on the host.</summary>
    public required bool RemapsUsers { get; init; }

    /// <summary>Whether containers go on when the engine stops.</summary>
    public required bool HasLiveRestore { get; init; }

    public required string CgroupDriver { get; init; }

    public required string CgroupVersion { get; init; }

    public required string DefaultRuntime { get; init; }

    public required bool IsSwarmActive { get; init; }

    public required IReadOnlyList<string> SecurityOptions { get; init; }

    public required int ContainersRunning { get; init; }

    public required int ContainersTotal { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
