using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// A walk that has begun: a directory is being listed on a thread of its own, some way ahead of the pass that will take it. Started before
/// the repository is opened, the walk costs no time of its own. Serves one pass.
/// </summary>
/// <remarks>Dispose it before the root's handle.</remarks>
public sealed class FolderListing : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listing;

    private FolderListing(DirectoryHandle root, byte[] target, Func<PathBytes, FileType, bool>? excludes, TaskScheduler scheduler)
    {
        Lister = new FolderLister(root, excludes);
        _listing = Task.Factory.StartNew(
            () => Lister.ListAsync(target, _stop.Token), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
    }

    internal FolderLister Lister { get; }

    /// <summary>Begins to list a directory.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="target">Its path in the snapshot.</param>
    /// <param name="excludes">As in the pass that will take it.</param>
    public static FolderListing Start(DirectoryHandle root, byte[] target, Func<PathBytes, FileType, bool>? excludes) =>
        new(root, target, excludes, TaskScheduler.Default);

    /// <summary>As above, on threads of the caller's choice.</summary>
    internal static FolderListing Start(DirectoryHandle root, byte[] target, Func<PathBytes, FileType, bool>? excludes, TaskScheduler? scheduler) =>
        new(root, target, excludes, scheduler ?? TaskScheduler.Default);

    /// <summary>Stops listing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }
}
