using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>What a restore is going to do, before anything is touched.</summary>
internal sealed record RestorePlan
{
    public required SnapshotInfo Snapshot { get; init; }

    public required ServerDocument Document { get; init; }

    public required TreeId Root { get; init; }

    /// <summary>The server's containers that exist now, and those of its mounts whose files are there though nobody uses them.</summary>
    public required InspectedServer Live { get; init; }

    /// <summary>The data folder and the repository, which may lie in a mount and stay as they are.</summary>
    public required StandingDirectories Own { get; init; }

    /// <summary>Names of containers outside the server that write its data and are stopped along.</summary>
    public required IReadOnlyList<string> Sidecars { get; init; }

    /// <summary>In starting order.</summary>
    public required IReadOnlyList<PlannedContainer> Containers { get; init; }

    public required IReadOnlyList<PlannedTree> Trees { get; init; }

    /// <summary>Containers that a running watchtower would update, by name; looked for only where one is made anew as it was.</summary>
    public required IReadOnlySet<string> Watched { get; init; }

    public IEnumerable<PlannedContainer> Recreated => Containers.Where(one => one.Reason is not null);

    /// <summary>Whether anything of the server is there that is kept before it is written over.</summary>
    public bool KeepsTheWorldOfNow => Live.Containers.Count > 0 || Live.Mounts.Count > 0;

    public bool Stops => Live.Containers.Any(one => one.Details.State.IsRunning);
}

/// <summary>One container of the snapshot and what becomes of it.</summary>
/// <param name="Document">As the snapshot has it.</param>
/// <param name="Live">As it is now, or null when there is none.</param>
/// <param name="Reason">Why it is made anew: <c>missing</c>, <c>definition</c>, <c>image</c>; null when it stays.</param>
/// <param name="Definition">What it is made from, with other bind paths put in.</param>
internal sealed record PlannedContainer(DocumentContainer Document, InspectedContainer? Live, string? Reason, ContainerDefinition Definition)
{
    public string Name => Document.Name;

    /// <summary>Whether it runs at the end: as it did before; one that was missing as it did in the snapshot.</summary>
    public bool IsToRun(bool anyExisted, bool anyRan) =>
        Live is { } live ? live.Details.State.IsRunning : Document.State is "running" or "paused" && (!anyExisted || anyRan);

    public bool IsToPause => Live is { } live ? live.Details.State.IsPaused : Document.State == "paused";
}

/// <summary>One tree to be restored: a mount or a layer.</summary>
/// <param name="Folder">In the snapshot.</param>
/// <param name="LivePath">On the engine's host; null while it does not exist.</param>
/// <param name="Selection">What of it.</param>
/// <param name="Mount">The mount, or null for a layer.</param>
/// <param name="LayerOf">The layer's container, or null for a mount.</param>
internal sealed record PlannedTree(string Folder, string? LivePath, PathSelection Selection, DocumentMount? Mount, string? LayerOf)
{
    /// <summary>What of it could not be read when the snapshot was made, and so stays as it is; paths from the tree's root, as people read them.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];
}
