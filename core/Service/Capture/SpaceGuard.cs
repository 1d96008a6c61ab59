using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Keeps what is ours from filling a file system that holds game data.</summary>
internal static class SpaceGuard
{
    private const long Reserve = 2L << 30;

    /// <summary>The larger of 2 GiB and 5 %; on a file system under 20 GiB a tenth, where 2 GiB would forbid everything.</summary>
    public static long ReserveOf(FileSystemSpace space) => ReserveOf(space.TotalBytes);

    /// <inheritdoc cref="ReserveOf(FileSystemSpace)"/>
    /// <param name="total">The file system's size in bytes.</param>
    public static long ReserveOf(long total) => total < 10 * Reserve ? total / 10 : Math.Max(Reserve, total / 20);

    /// <summary>Whether the reserve would be left.</summary>
    public static bool Allows(FileSystemSpace space, long needed) => space.FreeBytes - needed >= ReserveOf(space);

    /// <summary>Refuses when fewer bytes than the reserve would be left.</summary>
    /// <exception cref="RefusedException">Too little room.</exception>
    public static void Require(string path, FileSystemSpace space, long needed)
    {
        if (!Allows(space, needed))
            throw new RefusedException(new Refusal.NoSpace(path, needed, space.FreeBytes, ReserveOf(space)));
    }
}
