namespace SnapshotBot.Engine;

/// <summary>The engine's images.</summary>
/// <remarks>Every call throws <see cref="EngineException"/>s only (and the caller's cancellation). Safe for several threads.</remarks>
public interface IImages
{
    Task<IReadOnlyList<ImageSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds an image by tag (<c>name</c> means <c>name:latest</c>) or id, in the engine's own list; null when there is none.</summary>
    Task<ImageSummary?> FindAsync(string reference, CancellationToken cancellationToken);

    /// <summary>All the engine says of it.</summary>
    /// <exception cref="EngineNotFoundException">There is no such image any more.</exception>
    Task<ImageDetails> InspectAsync(ImageId id, CancellationToken cancellationToken);

    Task<IReadOnlyList<ImageHistoryEntry>> ReadHistoryAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>The whole image as the engine's <c>save</c> writes it: a tar. The caller disposes the stream.</summary>
    Task<Stream> SaveAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>
    /// The files of the engine's <c>save</c>, one after the other, in the order they come. An entry's content is valid until the next entry is asked for.
    /// The same files handed to <see cref="LoadAsync(IAsyncEnumerable{ImageArchiveFile}, CancellationToken)"/> give the same image back.
    /// </summary>
    IAsyncEnumerable<ImageArchiveEntry> ReadArchiveAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>Loads the files of a saved image. What is in the engine already is not taken twice.</summary>
    /// <returns>Ids and tags that the engine says it loaded.</returns>
    Task<IReadOnlyList<string>> LoadAsync(IAsyncEnumerable<ImageArchiveFile> files, CancellationToken cancellationToken);

    /// <summary>Loads a tar written by <see cref="SaveAsync"/>. The stream is read to its end, not disposed.</summary>
    Task<IReadOnlyList<string>> LoadAsync(Stream archive, CancellationToken cancellationToken);

    /// <summary>Makes an image of one layer from a tar of its root directory. The stream is read to its end, not disposed.</summary>
    /// <param name="changes">Dockerfile lines such as <c>CMD ["/bin/game"]</c>.</param>
    Task<ImageId> ImportAsync(Stream rootTar, ImageTag tag, IReadOnlyList<string> changes, CancellationToken cancellationToken);

    Task TagAsync(ImageId id, ImageTag tag, CancellationToken cancellationToken);

    /// <summary>Takes away one tag; the image goes with its last tag when no container uses it.</summary>
    Task UntagAsync(ImageTag tag, CancellationToken cancellationToken);

    /// <summary>Removes an image that has one tag or none.</summary>
    /// <exception cref="EngineConflictException">A container uses it.</exception>
    Task RemoveAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>Makes an image from a container's layer. A running container is held meanwhile, for seconds a gigabyte.</summary>
    Task<ImageId> CommitAsync(ContainerId id, ImageTag tag, string comment, CancellationToken cancellationToken);
}
