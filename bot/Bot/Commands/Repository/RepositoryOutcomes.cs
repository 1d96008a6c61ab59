namespace SnapshotBot.Bot.Commands.Repository;

// What the repository commands answer, free of the storage layer's own types: only Terminal/RepositoryCommands sees those.

/// <summary>A new repository stands.</summary>
internal sealed record RepositoryCreated(string Id, string Location, int Version);

/// <summary>A snapshot of plain folders, as listed.</summary>
internal sealed record RepositorySnapshot(
    string Id, DateTimeOffset Time, string Host, string User, IReadOnlyList<string> Paths, IReadOnlyList<string> Tags);

internal sealed record RepositorySnapshots(IReadOnlyList<RepositorySnapshot> Snapshots);

/// <summary>Folders were archived.</summary>
internal sealed record RepositoryArchived(
    RepositorySnapshot Snapshot, string? Parent, ArchiveCounts Counts, TimeSpan Took, IReadOnlyList<PathWarning> Warnings);

internal sealed record ArchiveCounts(
    long FilesNew, long FilesChanged, long FilesUnmodified, long FoldersTotal, long BytesProcessed, long BytesAdded, long BytesStored)
{
    public long FilesTotal => FilesNew + FilesChanged + FilesUnmodified;
}

/// <summary>Something of one path that is not as it should be, though the whole went on.</summary>
internal sealed record PathWarning(string Path, string Reason);

internal sealed record RepositoryListing(string Snapshot, IEnumerable<RepositoryEntry> Entries);

/// <summary>One node of a snapshot's tree.</summary>
/// <param name="Mode">Permission bits with setuid, setgid and sticky, as in octal 4755.</param>
/// <param name="Target">Where a symbolic link points to.</param>
internal sealed record RepositoryEntry(
    string Path, string Type, long Size, int Mode, uint Uid, uint Gid, DateTimeOffset ModifiedAt, string? Target);

/// <summary>A folder was brought to a snapshot's state, as far as it went.</summary>
/// <param name="TroubleCount">All entries that could not be restored; <paramref name="Troubles"/> names the first ones.</param>
internal sealed record RepositoryRestored(
    string Snapshot, string Target, RestoreCounts Counts, TimeSpan Took, long TroubleCount, IReadOnlyList<RestoreTrouble> Troubles);

internal sealed record RestoreCounts(long FilesWritten, long FilesUnchanged, long EntriesRemoved, long BytesWritten, long BytesUnchanged);

/// <summary>An entry that could not be restored; it is as it was before, or absent.</summary>
internal sealed record RestoreTrouble(string Path, string Kind, string Message);

internal sealed record RepositoryDifference(string From, string To, IReadOnlyList<DifferenceEntry> Entries, long BytesAdded, long BytesRemoved);

internal enum DifferenceKind
{
    Added,
    Changed,
    Removed,
}

/// <summary>One path that differs.</summary>
/// <param name="SizeBefore">Null for what was not there; the same holds for after.</param>
internal sealed record DifferenceEntry(string Path, DifferenceKind Kind, string Type, long? SizeBefore, long? SizeAfter);

internal sealed record RepositoryChecked(
    long Snapshots, long Packs, long Blobs, long BytesRead, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes,
    IReadOnlyList<DamagedSnapshot> Hurt, TimeSpan Took);

/// <summary>A snapshot that can't be restored whole, with the first paths it concerns and how many more there are.</summary>
internal sealed record DamagedSnapshot(string Snapshot, IReadOnlyList<string> Paths, long MorePaths);

internal enum Execution
{
    Planned,
    Done,
}

internal sealed record RepositoryForgotten(Execution Execution, IReadOnlyList<KeptSnapshot> Kept, IReadOnlyList<RepositorySnapshot> Removed);

internal sealed record KeptSnapshot(RepositorySnapshot Snapshot, IReadOnlyList<string> Reasons);

internal sealed record RepositoryPruned(
    Execution Execution, long PacksKept, long PacksRemoved, long PacksRewritten, long BytesFreed, long BytesRemaining,
    long BytesUnusedLeft, TimeSpan Took);

internal sealed record RepositoryUnlocked(int Removed, int Left);
