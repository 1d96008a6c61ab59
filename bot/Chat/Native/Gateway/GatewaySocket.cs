using System.Buffers;
using System.Net.WebSockets;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>A whole message from the other side, or its end.</summary>
internal readonly record struct Received(ReadOnlyMemory<byte> Text, bool IsClosed, int? CloseCode)
{
    public static Received Closed(int? code) => new(default, IsClosed: true, code);
}

/// <summary>One WebSocket: whole messages in and out. A broken line is a close without a code, not an exception.</summary>
internal sealed class GatewaySocket(GatewayCompression compression) : IDisposable
{
    // GUILD_CREATE of a huge guild is some MiB; more is nothing of Discord's.
    private const int Most = 64 * 1024 * 1024;
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ArrayBufferWriter<byte> _message = new(16 * 1024);
    private readonly ZlibInflater? _inflater = compression == GatewayCompression.ZlibStream ? new ZlibInflater() : null;

    public Task ConnectAsync(Uri address, string userAgent, CancellationToken cancellationToken)
    {
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        _socket.Options.SetRequestHeader("User-Agent", userAgent);
        return _socket.ConnectAsync(address, cancellationToken);
    }

    /// <summary>The text is good until the next call.</summary>
    public async Task<Received> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                _message.ResetWrittenCount();
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(_message.GetMemory(8 * 1024), cancellationToken);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        return Received.Closed((int?)_socket.CloseStatus);
                    }

                    _message.Advance(result.Count);
                    if (_message.WrittenCount > Most)
                    {
                        return Received.Closed(code: null);
                    }
                }
                while (!result.EndOfMessage);

                if (result.MessageType == WebSocketMessageType.Text)
                {
                    return new Received(_message.WrittenMemory, IsClosed: false, CloseCode: null);
                }

                if (_inflater?.Add(_message.WrittenSpan) is { } text)
                {
                    return new Received(text, IsClosed: false, CloseCode: null);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or InvalidDataException or ObjectDisposedException)
        {
            return Received.Closed((int?)_socket.CloseStatus);
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader sees the same end, and says what comes next.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says goodbye with a code: 1000 ends the session, any other keeps it. The answer comes to the reader.</summary>
    public async Task CloseAsync(int code, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(ClosePatience, time);
        try
        {
            await _socket.CloseOutputAsync((WebSocketCloseStatus)code, statusDescription: null, patience.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Gone already.
            _socket.Abort();
        }
    }

    public void Abort() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        _inflater?.Dispose();
    }
}
