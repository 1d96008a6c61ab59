using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>Directories of the caller's own that may lie in a live tree and stay there. Told by what they are: one directory may have many paths.</summary>
/// <param name="folders">Left as they are, with all that is in them.</param>
/// <param name="above">Those that lead to them: they stay where they are, what else is in them may be changed.</param>
public sealed class StandingDirectories(IReadOnlySet<FileIdentity> folders, IReadOnlySet<FileIdentity> above)
{
    public static StandingDirectories None { get; } = new(new HashSet<FileIdentity>(), new HashSet<FileIdentity>());

    /// <summary>Whether carrying out a change, from the live tree to a snapshot, would change or move one of them.</summary>
    public bool Forbid(TreeChange change, FileIdentity liveRoot)
    {
        if (folders.Count == 0)
        {
            return false;
        }

        for (var at = change.Directory; at is not null; at = at.Parent)
        {
            if (folders.Contains(at.Parent is null ? liveRoot : at.Before is { } directory ? IdentityOf(directory) : default))
            {
                return true;
            }
        }

        return change.Before is { Type: NodeType.Directory } live
            && (folders.Contains(IdentityOf(live)) || (change.After?.Type != NodeType.Directory && above.Contains(IdentityOf(live))));
    }

    private static FileIdentity IdentityOf(Node live) => new(live.DeviceId, live.Inode);
}
