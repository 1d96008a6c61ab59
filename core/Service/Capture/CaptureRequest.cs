using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Capture;

/// <summary>A snapshot to be made: of a server, by an operation or inside one.</summary>
internal sealed record CaptureRequest(ServerId Server, SnapshotTags Tags);
