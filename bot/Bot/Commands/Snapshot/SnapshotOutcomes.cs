using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

/// <summary>A file of a snapshot was written to a file here.</summary>
internal sealed record SnapshotFileGot(SnapshotEntry Entry, string File, long Bytes);
