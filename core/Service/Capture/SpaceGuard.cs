using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Keeps what is ours from filling a file system that holds game data.</summary>
internal static class SpaceGuard
{
    private const long Reserve = 2L << 30;

    /// <summary>The larger of 2 GiB and 5 %; on a file system under 20 GiB a tenth, where 2 GiB would forbid everything.</summary>
    public static long ReserveOf(FileSystemSpace space) =>
        space.TotalBytes < 10 * Reserve ? space.TotalBytes / 10 : Math.Max(Reserve, space.TotalBytes / 20);

    /// <summary>Refuses when fewer bytes than the reserve would be left.</summary>
    /// <exception cref="RefusedException">Too little room.</exception>
    public static void Require(string path, FileSystemSpace space, long needed)
    {
        var reserve = ReserveOf(space);
        if (space.FreeBytes - needed < reserve)
            throw new RefusedException(new Refusal.NoSpace(path, needed, space.FreeBytes, reserve));
    }
}
