using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Restore;

/// <summary>Makes sure the engine has a snapshot's image, loading it from the repository when it does not.</summary>
internal static class ImageRestore
{
    /// <summary>The image's id at this engine, and the name a container is made with: the old one where that leads to this image, else the id.</summary>
    /// <exception cref="StagingImpossibleException">Neither engine nor snapshot have it.</exception>
    /// <exception cref="RefusedException">There is no room for it where the engine keeps images.</exception>
    public static Task<string> EnsureAsync(
        IDockerEngine engine, HostFiles files, RepositorySession session, RestorePlan plan, PlannedContainer container, Journal journal,
        CancellationToken cancellationToken) =>
        EnsureAsync(engine, files, session, plan.Document, plan.Root, container.Document, container.Definition.Image, journal, cancellationToken);

    /// <summary>The same for a container that is not part of a restore.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="files">The host's files.</param>
    /// <param name="session">The repository.</param>
    /// <param name="document">The snapshot's document.</param>
    /// <param name="root">Its root tree.</param>
    /// <param name="container">The container; one that was committed is made from that image, which holds its layer.</param>
    /// <param name="named">The image's name at creation.</param>
    /// <param name="journal">Has it before an image is loaded: without the operation that goes again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<string> EnsureAsync(
        IDockerEngine engine, HostFiles files, RepositorySession session, ServerDocument document, TreeId root, DocumentContainer container, string named,
        Journal journal, CancellationToken cancellationToken)
    {
        var wanted = container.Committed ?? container.Image;
        named = container.Committed ?? named;
        if (wanted is null || document.Images.FirstOrDefault(one => one.Id == wanted) is not { } image)
            return named;
        var id = await FindAsync(engine, image.Id, image.Layers, cancellationToken);
        if (id is null)
        {
            if (image.Folder is null)
                throw new StagingImpossibleException($"image {named}", "neither the engine nor the snapshot has it");

            // The engine puts the files aside before it makes layers of them.
            await RequireRoomAsync(engine, files, 2 * image.Files.Sum(file => file.Size), cancellationToken);
            await Makings.MakeAsync(
                journal,
                new ImageLoaded(image.Id, image.Layers, named),
                () => engine.Images.LoadAsync(FilesAsync(session, root, image, cancellationToken), cancellationToken),
                cancellationToken);
            id = await FindAsync(engine, image.Id, image.Layers, cancellationToken)
                ?? throw new StagingImpossibleException($"image {named}", "the engine took its files but does not list it");
        }

        if (await engine.Images.FindAsync(named, cancellationToken) is { } there)
            return there.Id == id ? named : id.Value.Reference;
        if (!ImageTag.TryParse(named, out var tag))
            return id.Value.Reference;
        await engine.Images.TagAsync(id.Value, tag, CancellationToken.None);
        return named;
    }

    /// <summary>Refuses when so many bytes would take the last room where the engine keeps images and layers.</summary>
    /// <exception cref="RefusedException">Too little room.</exception>
    public static async Task RequireRoomAsync(IDockerEngine engine, HostFiles files, long bytes, CancellationToken cancellationToken)
    {
        var place = (await engine.ReadInfoAsync(cancellationToken)).DataRoot;
        using var folder = files.OpenFolder(place);
        SpaceGuard.Require(place, folder.Space(), bytes);
    }

    /// <summary>By id; on an engine of the other kind, which gives other ids, by equal layers.</summary>
    internal static async Task<ImageId?> FindAsync(IDockerEngine engine, string id, IReadOnlyList<string> layers, CancellationToken cancellationToken)
    {
        var all = await engine.Images.ListAsync(cancellationToken);
        if (all.FirstOrDefault(one => one.Id.Value == id) is { } same)
            return same.Id;
        foreach (var one in all)
        {
            try
            {
                if (layers.Count > 0 && layers.SequenceEqual((await engine.Images.InspectAsync(one.Id, cancellationToken)).LayerDigests))
                    return one.Id;
            }
            catch (EngineNotFoundException)
            {
                // Removed between the list and the look.
            }
        }

        return null;
    }

    private static async IAsyncEnumerable<ImageArchiveFile> FilesAsync(
        RepositorySession session, TreeId root, DocumentImage image, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var blobs = await session.BlobsAsync(cancellationToken);
        var trees = await session.TreesAsync(cancellationToken);
        foreach (var file in image.Files)
        {
            if (file.LinkTarget is not null)
            {
                yield return new ImageArchiveFile(file.Path, 0, file.LinkTarget, _ => Task.FromResult(Stream.Null));
                continue;
            }

            var node = await trees.FindAsync(root, Encoding.UTF8.GetBytes($"{image.Folder}/{file.Path}"), cancellationToken);
            if (node is not { Type: NodeType.File, Content: { } content })
                throw new RepositoryDamagedException($"The snapshot does not have {file.Path} of its image.");
            yield return new ImageArchiveFile(file.Path, (long)node.Size, null, _ => Task.FromResult<Stream>(new BlobStream(blobs, content)));
        }
    }
}

/// <summary>A file's blobs one after the other, each checked before it is given out.</summary>
internal sealed class BlobStream(BlobReader blobs, IReadOnlyList<BlobId> content) : Stream
{
    private ReadOnlyMemory<byte> _current;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_current.IsEmpty)
        {
            if (_next == content.Count)
                return 0;
            _current = await blobs.ReadAsync(content[_next++], BlobKind.Data, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _current.Length);
        _current[..count].CopyTo(buffer);
        _current = _current[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read this asynchronously.");

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
