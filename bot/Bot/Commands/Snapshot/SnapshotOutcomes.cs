using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

/// <summary>A file of a snapshot was written to a file here.</summary>
internal sealed record SnapshotFileGot(SnapshotEntry Entry, string File, long Bytes);

/// <summary>A file's bytes went to standard output; there is nothing to draw beside them.</summary>
internal sealed record SnapshotFileSent;

/// <summary>The file is larger than the place it was to go to takes; nothing was read.</summary>
internal sealed record SnapshotFileTooLarge(string Path, long Bytes);

/// <summary>What an undo would cost.</summary>
internal sealed record UndoPlanned(SnapshotBot.Service.Restore.RestoreCost.Cost Cost, string Server);
