using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// The data folder and a repository in a folder, which may lie inside a game's mount: no snapshot holds them and no restore moves them. Told by
/// what they are, for the host, a container and a link each name them differently.
/// </summary>
internal static class OwnPlaces
{
    /// <summary>Where they are now.</summary>
    public static StandingDirectories Find(DataFolder data, RepositoryAccess access)
    {
        var (folders, above) = (new HashSet<FileIdentity>(), new HashSet<FileIdentity>());
        foreach (var path in Paths(data, access))
        {
            if (TryIdentify(path) is not { } own)
                continue;
            folders.Add(own);

            // By the kernel's "..", which knows no links.
            var at = path;
            for (var (last, next) = (own, TryIdentify(at += "/..")); next is { } one && one != last; (last, next) = (one, TryIdentify(at += "/..")))
                above.Add(one);
        }

        return new(folders, above);
    }

    /// <summary>Their paths as this process names them.</summary>
    public static IReadOnlyList<string> Paths(DataFolder data, RepositoryAccess access) =>
        access.LocalPath is { } repository ? [data.Path, repository] : [data.Path];

    private static FileIdentity? TryIdentify(string path)
    {
        try
        {
            using var folder = DirectoryHandle.OpenRoot(path);
            return folder.Status().Identity;
        }
        catch (FileSystemException error) when (error.IsChangedUnderneath)
        {
            return null;
        }
    }
}
