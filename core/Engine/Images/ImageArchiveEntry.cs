namespace SnapshotBot.Engine;

/// <summary>One file of a saved image while its archive is read.</summary>
/// <param name="Path">Relative, with slashes, no <c>.</c> or <c>..</c> parts.</param>
/// <param name="Size">In bytes.</param>
/// <param name="LinkTarget">Older engines write a layer that occurs twice as a symbolic link; then there is no content.</param>
/// <param name="Content">Valid until the next entry is asked for; owned by the reader.</param>
public sealed record ImageArchiveEntry(string Path, long Size, string? LinkTarget, Stream Content);

/// <summary>One file of a stored image, to be loaded.</summary>
/// <param name="Path">As <see cref="ImageArchiveEntry.Path"/>.</param>
/// <param name="Size">Exactly this many bytes are taken from the content.</param>
/// <param name="LinkTarget">As <see cref="ImageArchiveEntry.LinkTarget"/>.</param>
/// <param name="OpenAsync">Opens the content when its turn has come; the loader disposes it.</param>
public sealed record ImageArchiveFile(string Path, long Size, string? LinkTarget, Func<CancellationToken, Task<Stream>> OpenAsync);
