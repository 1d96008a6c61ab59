using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Fills new, empty folders from a snapshot's trees.</summary>
internal sealed class TreeFiller(BlobReader blobs, TreeLoader trees, TreeId root, HostFiles files, IProgress<OperationProgress> progress)
{
    private const uint FolderMode = 0x1ED;
    private const int LargestSecretFile = 4 * 1024 * 1024;

    private long _bytesBefore;

    public static async Task<TreeFiller> OfAsync(
        RepositorySession session, TreeId root, HostFiles files, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new(await session.BlobsAsync(cancellationToken), await session.TreesAsync(cancellationToken), root, files, progress);

    /// <summary>Brings a folder to what a tree of the snapshot says.</summary>
    /// <exception cref="StagingImpossibleException">The repository lacks something, or something can't be made here.</exception>
    public async Task FillAsync(string folder, string path, long total, CancellationToken cancellationToken)
    {
        if (await trees.FindAsync(root, Encoding.UTF8.GetBytes(folder), cancellationToken) is not { Subtree: { } tree } node)
            throw new StagingImpossibleException($"/{folder}", "the snapshot does not have it");
        using var target = files.OpenFolder(path);
        var options = new RestoreOptions { ExtraEntries = ExtraEntries.Remove, RootNode = node };
        var told = new RestoreProgress();
        var filling = new TreeRestorer(blobs, trees).RestoreAsync(tree, target, options, told, cancellationToken);
        while (await Task.WhenAny(filling, Task.Delay(ProgressFeed.Pace, CancellationToken.None)) != filling)
            progress.Report(new OperationProgress("copy", _bytesBefore + told.BytesDone, total, ProgressUnit.Bytes, null));
        Require(await filling, folder);
        _bytesBefore += told.BytesDone;
    }

    /// <summary>Puts one file of the snapshot at a path below a folder; folders on the way are made.</summary>
    public async Task PlaceAsync(DocumentMount mount, string path, string below, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(mount.File!);
        var folder = await trees.FindAsync(root, Encoding.UTF8.GetBytes(mount.Folder!), cancellationToken);
        if (folder?.Subtree is not { } tree || (await trees.LoadAsync(tree, cancellationToken)).Find(name) is not { } entry)
            throw new StagingImpossibleException($"/{mount.Folder}/{mount.File}", "the snapshot does not have it");
        var steps = below.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = files.OpenFolder(path);
        try
        {
            foreach (var step in steps.SkipLast(1).Select(Encoding.UTF8.GetBytes))
            {
                if (!at.TryStat(step, out _))
                    at.CreateDirectory(step, FolderMode);
                var next = at.OpenDirectory(step);
                at.Dispose();
                at = next;
            }

            var renamed = entry.Renamed(Encoding.UTF8.GetBytes(steps[^1]));
            Require(await new TreeRestorer(blobs, trees).RestoreEntryAsync(renamed, at, new RestoreOptions(), new RestoreProgress(), cancellationToken), mount.Folder!);
        }
        finally
        {
            at.Dispose();
        }
    }

    /// <summary>Blanks the secrets of a file below a folder; one too large to be settings is emptied.</summary>
    public void Blank(string path, byte[] below)
    {
        var slash = Array.LastIndexOf(below, (byte)'/');
        using var top = files.OpenFolder(path);
        using var folder = slash < 0 ? top.Reopen() : top.OpenBeneath(below.AsSpan(0, slash));
        using var file = folder.OpenFileForWriting(below.AsSpan(slash + 1), out var status);
        byte[] content = [];
        if (status.Size <= LargestSecretFile)
        {
            content = new byte[status.Size];
            using var reading = folder.OpenFile(below.AsSpan(slash + 1), out _);
            for (var at = 0; at < content.Length;)
            {
                var read = reading.ReadAt(at, content.AsSpan(at));
                if (read == 0)
                    break;
                at += read;
            }
        }

        var blanked = content.Length == 0 ? [] : SecretText.File(content);
        file.Truncate(0);
        if (blanked.Length > 0)
            file.WriteAt(0, blanked);
        file.DataSync();
    }

    private static void Require(Storage.Restoring.RestoreOutcome outcome, string folder)
    {
        if (outcome is Storage.Restoring.RestoreOutcome.Partial { Problems: [var first, ..] } partial)
            throw new StagingImpossibleException($"/{folder}/{PathText.Show(first.Path.Span)}", first.Message, partial.Count);
    }
}
