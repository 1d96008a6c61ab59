namespace SnapshotBot.Engine;

/// <summary>Everything the engine says of one container: a typed view and the definition without loss.</summary>
public sealed record ContainerDetails
{
    /// <summary>What stands for a container that is never to be killed, and for longer graces: no timer runs longer.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(49);

    public required ContainerId Id { get; init; }

    /// <summary>The container's name, without slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image as it was named at creation.</summary>
    public required string Image { get; init; }

    /// <summary>The image it was made from; null when the engine does not say it as a digest.</summary>
    public required ImageId? ImageId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required ContainerState State { get; init; }

    public required RestartPolicy RestartPolicy { get; init; }

    /// <summary>Whether the engine removes it, with its anonymous volumes, as soon as it stops.</summary>
    public required bool IsRemovedOnStop { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyList<string> Entrypoint { get; init; }

    /// <summary><c>KEY=value</c>, in the engine's order. May hold secrets.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public required string User { get; init; }

    public required string HostName { get; init; }

    public required bool HasTerminal { get; init; }

    /// <summary>Whether its standard input is open and stays so when who wrote to it goes.</summary>
    public required bool TakesInput { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    public required string NetworkMode { get; init; }

    public required IReadOnlyList<ContainerNetwork> Networks { get; init; }

    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    public required ContainerLimits Limits { get; init; }

    public required string StopSignal { get; init; }

    /// <summary>The grace the container was made with, at most <see cref="LongestGrace"/>; null when the engine's ten seconds hold.</summary>
    public required TimeSpan? StopTimeout { get; init; }

    /// <summary>Name of the storage driver of its layer, such as <c>overlay2</c>.</summary>
    public required string StorageDriver { get; init; }

    /// <summary>The storage driver's own facts (<c>UpperDir</c>, <c>LowerDir</c>, ...); empty on the containerd image store.</summary>
    public required IReadOnlyDictionary<string, string> StorageData { get; init; }

    /// <summary>The engine's own words, byte for byte: what a snapshot keeps and a container is made from again.</summary>
    public required ContainerDefinition Definition { get; init; }
}
