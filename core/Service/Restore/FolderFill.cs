using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Service.Restore;

/// <summary>Fills folders that nobody uses yet with what a snapshot has: no staging, nothing to be taken back but the folder itself.</summary>
internal sealed class FolderFill(HostFiles files)
{
    /// <summary>Fills a folder; null when it has all the snapshot has, else what is wrong.</summary>
    /// <param name="session">The repository.</param>
    /// <param name="root">The snapshot's root tree.</param>
    /// <param name="folder">The folder in the snapshot.</param>
    /// <param name="livePath">The folder on the engine's host.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RepositoryDamagedException">The snapshot lacks something.</exception>
    public async Task<string?> FillAsync(RepositorySession session, TreeId root, string folder, string livePath, CancellationToken cancellationToken)
    {
        var trees = await session.TreesAsync(cancellationToken);
        var node = await trees.FindAsync(root, Encoding.UTF8.GetBytes(folder), cancellationToken);
        if (node?.Subtree is not { } tree)
            throw new RepositoryDamagedException($"The snapshot has no /{folder}.");
        using var target = files.OpenFolder(livePath);
        var restorer = new TreeRestorer(await session.BlobsAsync(cancellationToken), trees);
        var options = new RestoreOptions { ExtraEntries = ExtraEntries.Remove, RootNode = node };
        return await restorer.RestoreAsync(tree, target, options, new RestoreProgress(), cancellationToken) is Storage.Restoring.RestoreOutcome.Partial partial
            ? $"/{folder}/{PathText.Show(partial.Problems[0].Path.Span)}: {partial.Problems[0].Message}"
            : null;
    }

    /// <summary>Refuses when so many bytes would take the last room of the file system a folder is on.</summary>
    /// <exception cref="RefusedException">Too little room.</exception>
    public void RequireRoom(string livePath, long bytes)
    {
        using var folder = files.OpenFolder(livePath);
        SpaceGuard.Require(livePath, folder.Space(), bytes);
    }
}
