using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Duplicates;

/// <summary>What a duplicate will be, before anything is made.</summary>
internal sealed record DuplicatePlan
{
    public required SnapshotInfo Snapshot { get; init; }

    public required ServerDocument Document { get; init; }

    public required TreeId Root { get; init; }

    public required IReadOnlyList<DuplicateContainer> Containers { get; init; }

    public required IReadOnlyList<DuplicateVolume> Volumes { get; init; }

    public required IReadOnlyList<DuplicateNetwork> Networks { get; init; }

    public required IReadOnlyList<PortPublication> Ports { get; init; }

    /// <summary>Variables and arguments whose values were blanked.</summary>
    public required IReadOnlyList<string> Blanked { get; init; }

    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>Content to be written, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Files of the volumes and layers that hold secrets, by the tree's folder in the snapshot and the path below it.</summary>
    public required IReadOnlyList<(string Folder, byte[] Path)> SecretFiles { get; init; }
}

/// <summary>A container to be made.</summary>
/// <param name="Document">As the snapshot has it.</param>
/// <param name="Name">Its new name.</param>
/// <param name="Definition">What it is made from; the image is put in when it is there.</param>
/// <param name="Files">Files that were mounted one by one: they are written into the new layer, or into the volume that is there.</param>
internal sealed record DuplicateContainer(DocumentContainer Document, EngineName Name, ContainerDefinition Definition, IReadOnlyList<DuplicateFile> Files);

/// <summary>A file mounted by itself.</summary>
/// <param name="Mount">Where the snapshot has it.</param>
/// <param name="Volume">The new volume it is written into, or null for the layer.</param>
/// <param name="Path">Where in it.</param>
internal sealed record DuplicateFile(DocumentMount Mount, EngineName? Volume, string Path);

/// <summary>A volume to be made, for a volume or a folder of the original.</summary>
internal sealed record DuplicateVolume(DocumentMount Mount, EngineName Name);

internal sealed record DuplicateNetwork(string Original, EngineName Name, NetworkReach Reach);
