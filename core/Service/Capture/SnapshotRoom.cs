using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// Whether a snapshot fits into a repository in a folder, asked before anything is read. Fair to what shrinks, or is kept already: refused is only
/// what could not fit even so. What is let through and does not fit after all is stopped half-way by <see cref="SpaceWatch"/>.
/// </summary>
internal static class SnapshotRoom
{
    /// <summary>Refuses a snapshot that will not fit; returns the bytes its files are judged to add.</summary>
    /// <param name="path">The repository's folder.</param>
    /// <param name="archive">The session that would make it.</param>
    /// <param name="items">What it is made of.</param>
    /// <param name="options">How its first pass would read.</param>
    /// <param name="images">Bytes of the images that are not kept yet. They are left out where they find no room, and refuse nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">It does not fit.</exception>
    public static async Task<long> RequireAsync(
        string path, ArchiveSession archive, IReadOnlyList<ArchiveItem> items, PassOptions options, long images, CancellationToken cancellationToken)
    {
        using var repository = DirectoryHandle.OpenRoot(path);
        var space = repository.Space();

        // As if nothing shrank and nothing were known: mostly there is room for that, twice for images, which are saved beside the catalog first.
        var most = await archive.MeasureAsync(items, options, cancellationToken);
        if (SpaceGuard.Allows(space, most + (2 * images)))
            return most;
        var added = await archive.EstimateAddedAsync(items, options, cancellationToken);
        if (!SpaceGuard.Allows(space, added.Least))
            throw new RefusedException(new Refusal.NoSpace(path, added.Likely, space.FreeBytes, SpaceGuard.ReserveOf(space)));
        return added.Likely;
    }
}
