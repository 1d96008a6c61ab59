namespace SnapshotBot.Engine;

/// <summary>The engine's states of a container.</summary>
public enum ContainerStatus
{
    Unknown,
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

/// <summary>What a container's own health check says.</summary>
public enum ContainerHealth
{
    /// <summary>It has no health check.</summary>
    None,
    Starting,
    Healthy,
    Unhealthy,
}

/// <summary>The engine's restart policies.</summary>
public enum RestartPolicyKind
{
    No,
    Always,
    UnlessStopped,
    OnFailure,
}

/// <summary>What the engine does when the container ends. <see cref="MaximumRetries"/> counts for <see cref="RestartPolicyKind.OnFailure"/> only.</summary>
public sealed record RestartPolicy(RestartPolicyKind Kind, int MaximumRetries)
{
    public static RestartPolicy None { get; } = new(RestartPolicyKind.No, 0);
}

/// <summary>The kinds of mounts.</summary>
public enum MountKind
{
    Other,
    Bind,
    Volume,
    TemporaryFileSystem,
    NamedPipe,
    Cluster,
}

/// <summary>One mount of a container.</summary>
public sealed record ContainerMount
{
    public required MountKind Kind { get; init; }

    /// <summary>The volume's name; null for everything else.</summary>
    public string? VolumeName { get; init; }

    /// <summary>Path on the engine's host: a bind's source, a volume's folder. Empty where the driver says none.</summary>
    public required string Source { get; init; }

    /// <summary>Path inside the container.</summary>
    public required string Target { get; init; }

    /// <summary>The volume's driver; null for everything else.</summary>
    public string? Driver { get; init; }

    public required bool IsReadOnly { get; init; }

    public string Propagation { get; init; } = string.Empty;

    public string Mode { get; init; } = string.Empty;
}

/// <summary>One line of the engine's list.</summary>
public sealed record ContainerSummary
{
    public required ContainerId Id { get; init; }

    /// <summary>The container's own name, without slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image as it was named at creation.</summary>
    public required string Image { get; init; }

    public required ImageId? ImageId { get; init; }

    public required ContainerStatus Status { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The run state as the engine says it now.</summary>
public sealed record ContainerState
{
    public required ContainerStatus Status { get; init; }

    /// <summary>Whether its processes exist: a paused container runs too.</summary>
    public required bool IsRunning { get; init; }

    public required bool IsPaused { get; init; }

    /// <summary>Process id on the engine's host; 0 when it does not run.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Of the last run. 137 after a stop means that the grace was not enough and the game was killed.</summary>
    public required int ExitCode { get; init; }

    public required bool WasKilledForMemory { get; init; }

    /// <summary>The engine's own words when it could not start.</summary>
    public required string Error { get; init; }

    public required ContainerHealth Health { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required int RestartCount { get; init; }
}

/// <summary>A port of the container and where the host publishes it.</summary>
public sealed record PublishedPort(int ContainerPort, string Protocol, string HostAddress, int? HostPort);

/// <summary>How a container is joined to a network.</summary>
public sealed record ContainerNetwork
{
    public required string Name { get; init; }

    public required NetworkId? Id { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The fixed address that was asked for; null when the engine chooses.</summary>
    public string? FixedIPv4 { get; init; }

    public string? FixedIPv6 { get; init; }

    /// <summary>The address it has now; empty when it does not run.</summary>
    public string Address { get; init; } = string.Empty;
}

/// <summary>Limits of processor, memory and processes; zero where there is none.</summary>
public sealed record ContainerLimits(long MemoryBytes, long MemoryAndSwapBytes, long NanoCpus, long CpuShares, string CpuSet, long Processes);
