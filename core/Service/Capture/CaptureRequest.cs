using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Capture;

/// <summary>A snapshot to be made: of a server, by an operation or inside one.</summary>
internal sealed record CaptureRequest(ServerId Server, SnapshotTags Tags)
{
    public MissingContainers Missing { get; init; }

    public UnchangedServer Unchanged { get; init; }

    public UnreadableLayers UnreadableLayers { get; init; }

    /// <summary>
    /// The server before it was stopped for a restore: restart policies held for that are not the server's own, and mounts that no container uses
    /// are in the snapshot all the same.
    /// </summary>
    public InspectedServer? Before { get; init; }

    /// <summary>What was read of it while it ran; the caller's.</summary>
    public BegunCapture? Begun { get; init; }
}

/// <summary>What a server that is as its last snapshot shows it means.</summary>
internal enum UnchangedServer
{
    /// <summary>Another snapshot: somebody asked for it.</summary>
    Capture,

    /// <summary>None: the last one is still current.</summary>
    Skip,
}

/// <summary>What a missing container means.</summary>
internal enum MissingContainers
{
    /// <summary>No snapshot: it would look whole and not be.</summary>
    Refuse,

    /// <summary>A snapshot of those that are there: the way back of a restore that brings the missing ones.</summary>
    Skip,
}
