using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Capture;

/// <summary>Brings images into the repository: once per image, by files named after layers, so that equal layers are kept once too.</summary>
internal sealed class ImageCapture(DataFolder folder)
{
    /// <summary>Takes an image over from the parent snapshot when that has it whole.</summary>
    public async Task<CapturedImage?> TryKeepAsync(
        RepositorySession session, ImageDetails image, ServerDocument? parent, TreeId? parentTree, CancellationToken cancellationToken)
    {
        if (parentTree is not { } root || parent?.Images.FirstOrDefault(one => one.Folder is not null && IsSame(one, image)) is not { } kept)
            return null;
        try
        {
            var trees = await session.TreesAsync(cancellationToken);
            var node = await trees.FindAsync(root, Encoding.UTF8.GetBytes(kept.Folder!), cancellationToken);
            return node?.Subtree is { } tree && await WholeTree.IsThereAsync(await session.BlobsAsync(cancellationToken), tree, cancellationToken)
                ? new CapturedImage(Document(image, kept.Files), tree)
                : null;
        }
        catch (RepositoryDamagedException)
        {
            // What the parent has is broken: the engine has it whole.
            return null;
        }
    }

    /// <summary>Saves an image into the session, by way of the operation's folder.</summary>
    /// <param name="archive">The snapshot that is made.</param>
    /// <param name="engine">Who has the image.</param>
    /// <param name="image">Which one.</param>
    /// <param name="pass">How to read what the engine gave: who is told, and how much of the machine it may take.</param>
    /// <param name="context">The operation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CapturedImage> SaveAsync(
        ArchiveSession archive, IDockerEngine engine, ImageDetails image, PassOptions pass, OperationContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(new OperationProgress("image", 0, image.Size, ProgressUnit.Bytes, image.Tags.Count > 0 ? image.Tags[0] : image.Id.ToShortString()));
        var spool = folder.MakeSpool(context.Id, image.Id.Value);
        try
        {
            var files = new List<DocumentImageFile>();
            var done = 0L;
            await foreach (var entry in engine.Images.ReadArchiveAsync(image.Id, cancellationToken))
            {
                files.Add(new DocumentImageFile(entry.Path, entry.Size, entry.LinkTarget));
                if (entry.LinkTarget is null)
                    await spool.WriteAsync(entry.Path, entry.Content, cancellationToken);
                done += entry.Size;
                context.Progress.Report(new OperationProgress("image", done, Math.Max(done, image.Size), ProgressUnit.Bytes, image.Id.ToShortString()));
            }

            using var handle = DirectoryHandle.OpenRoot(spool.Path);
            var target = Encoding.UTF8.GetBytes(SnapshotLayout.ImageFolder(image.Id.Value));
            var kept = await archive.PassAsync([new ArchiveItem.Folder(target, handle)], pass, cancellationToken);
            var node = await archive.Trees.FindAsync(kept.Tree, target, cancellationToken);
            return new CapturedImage(Document(image, files), node?.Subtree ?? throw new InvalidOperationException("The image's tree is not where it was put."));
        }
        finally
        {
            spool.Remove();
        }
    }

    /// <summary>The document's entry for an image that is not in the snapshot.</summary>
    public static DocumentImage LeftOut(ImageDetails image) => new(image.Id.Value, image.Tags, image.LayerDigests, null, []);

    private static DocumentImage Document(ImageDetails image, IReadOnlyList<DocumentImageFile> files) =>
        new(image.Id.Value, image.Tags, image.LayerDigests, SnapshotLayout.ImageFolder(image.Id.Value), files);

    private static bool IsSame(DocumentImage kept, ImageDetails image) => kept.Id == image.Id.Value;
}

/// <summary>An image that is in the repository.</summary>
internal sealed record CapturedImage(DocumentImage Document, TreeId Tree);
