namespace SnapshotBot.Service.Snapshots;

/// <summary>A snapshot with what it holds.</summary>
public sealed record SnapshotDetails
{
    public required SnapshotInfo Snapshot { get; init; }

    public required IReadOnlyList<SnapshotContainer> Containers { get; init; }

    public required IReadOnlyList<SnapshotMount> Mounts { get; init; }

    /// <summary>The game's version when it was made, or null when nobody could tell.</summary>
    public string? GameVersion { get; init; }
}

/// <summary>A container's definition as a snapshot holds it. Values of the environment that look like secrets are masked.</summary>
public sealed record SnapshotContainer
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public required string ImageId { get; init; }

    /// <summary>Its state when the snapshot was made: <c>running</c>, <c>paused</c>, <c>stopped</c>.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>As <c>docker</c> writes them: <c>0.0.0.0:25565:25565/tcp</c>.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    public required IReadOnlyList<string> Networks { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure:N</c>.</summary>
    public required string RestartPolicy { get; init; }

    /// <summary>Bytes, 0 for no limit.</summary>
    public required long MemoryLimit { get; init; }

    /// <summary>Whether its writable layer is in the snapshot.</summary>
    public required bool HasLayer { get; init; }

    /// <summary>Whether its image's layers are in the snapshot.</summary>
    public required bool HasImage { get; init; }
}

/// <summary>A mount as a snapshot holds it.</summary>
public sealed record SnapshotMount
{
    public required string Container { get; init; }

    /// <summary>Where the game sees it.</summary>
    public required string Target { get; init; }

    /// <summary><c>volume</c>, <c>bind</c> or <c>tmpfs</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The volume's name or the path at the host.</summary>
    public required string Source { get; init; }

    public required bool ReadOnly { get; init; }

    /// <summary>Its folder in the snapshot below <c>/mounts</c>, or null when it was only recorded.</summary>
    public string? Folder { get; init; }

    /// <summary>Why it was only recorded, or null.</summary>
    public string? LeftOut { get; init; }
}
