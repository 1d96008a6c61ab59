using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Watches the repository's file system while a pass fills it, and stops the work before the game has no room left.</summary>
/// <param name="path">The repository's folder.</param>
/// <param name="repository">Its handle; the caller's.</param>
/// <param name="stop">Stops the work.</param>
/// <param name="inner">Told of progress as well.</param>
internal sealed class SpaceWatch(string path, DirectoryHandle? repository, CancellationTokenSource stop, IProgress<ArchiveProgress> inner) : IProgress<ArchiveProgress>
{
    private const long LookEvery = 64 << 20;

    private long _lookedAt;

    /// <summary>Why the work was stopped; null when it was not.</summary>
    public Refusal? Refusal { get; private set; }

    public void Report(ArchiveProgress value)
    {
        inner.Report(value);
        if (repository is null || Math.Abs(value.BytesDone - _lookedAt) < LookEvery)
            return;
        _lookedAt = value.BytesDone;
        var space = repository.Space();
        if (space.FreeBytes >= SpaceGuard.ReserveOf(space) || Refusal is not null)
            return;
        Refusal = new Refusal.NoSpace(path, Math.Max(0, value.BytesFound - value.BytesDone), space.FreeBytes, SpaceGuard.ReserveOf(space));
        stop.Cancel();
    }
}
