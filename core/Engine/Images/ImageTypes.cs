namespace SnapshotBot.Engine;

/// <summary>One line of the engine's list of images.</summary>
public sealed record ImageSummary
{
    public required ImageId Id { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<string> Digests { get; init; }

    public required long Size { get; init; }
}

/// <summary>What the engine says of one image.</summary>
public sealed record ImageDetails
{
    public required ImageId Id { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<string> Digests { get; init; }

    /// <summary>
    /// Digests of the uncompressed layers, the lowest first. Two images with equal layers and configuration are the same,
    /// though the two kinds of image stores give them different ids.
    /// </summary>
    public required IReadOnlyList<string> LayerDigests { get; init; }

    public required string Architecture { get; init; }

    public required string OperatingSystem { get; init; }

    public required long Size { get; init; }

    public required DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Volumes the image declares; a container gets an anonymous one for each that it does not mount itself.</summary>
    public required IReadOnlyList<string> DeclaredVolumes { get; init; }

    /// <summary>The engine's own words, as JSON.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}

/// <summary>One step of how an image came to be.</summary>
public sealed record ImageHistoryEntry(DateTimeOffset CreatedAt, string CreatedBy, string Comment, long Size);
