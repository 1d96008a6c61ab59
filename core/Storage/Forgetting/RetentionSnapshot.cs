using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Forgetting;

/// <summary>
/// What the planner looks at. The time's offset decides where its days and hours begin: restic uses the one the snapshot was made with; a
/// caller with a zone of its own converts the times first.
/// </summary>
public sealed record RetentionSnapshot(
    SnapshotFileId Id, DateTimeOffset Time, string Host, IReadOnlyList<string> Paths, IReadOnlyList<string> Tags)
{
    public bool IsLocked => Tags.Contains(RetentionPolicy.LockedTag, StringComparer.Ordinal);

    public static RetentionSnapshot From(StoredSnapshot snapshot) => new(
        snapshot.Id, snapshot.File.Time, snapshot.File.Hostname ?? "", snapshot.File.Paths, snapshot.File.AllTags);
}

/// <summary>What snapshots must share to be counted together.</summary>
[Flags]
public enum SnapshotGrouping
{
    /// <summary>All are counted together.</summary>
    None = 0,
    Host = 1,
    Paths = 2,
    Tags = 4,
}
