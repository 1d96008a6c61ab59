using System.Formats.Tar;
using System.Net;

namespace SnapshotBot.Engine;

/// <summary>Writes the files of a stored image as the tar the engine loads, while they are read.</summary>
internal sealed class ImageArchiveContent(IAsyncEnumerable<ImageArchiveFile> files) : HttpContent
{
    /// <summary>What reading the files threw; the client would hide it in an error of its own.</summary>
    public Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        await using var next = files.GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(async () => await next.MoveNextAsync()))
        {
            await WriteAsync(writer, next.Current, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task WriteAsync(TarWriter writer, ImageArchiveFile file, CancellationToken cancellationToken)
    {
        var path = await GuardAsync(() => Task.FromResult(ImageArchiveReader.CheckedPath(file.Path)));
        if (file.LinkTarget is { } target)
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target }, cancellationToken);
            return;
        }

        await using var source = await GuardAsync(() => file.OpenAsync(cancellationToken));
        await using var content = new SizedStream(source, file.Size, error => Failure ??= error);
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content }, cancellationToken);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error)
        {
            Failure ??= error;
            throw;
        }
    }
}
