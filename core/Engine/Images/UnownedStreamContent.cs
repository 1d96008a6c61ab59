using System.Net;

namespace SnapshotBot.Engine;

/// <summary>Sends a stream that stays the caller's; the client's own content would dispose it.</summary>
internal sealed class UnownedStreamContent(Stream source) : HttpContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>What reading the stream threw; the client would hide it in an error of its own.</summary>
    public Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error)
        {
            Failure = error;
            throw;
        }
    }
}
