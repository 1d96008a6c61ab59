using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace SnapshotBot.Playground.Gateway;

/// <summary>One WebSocket of a client: frames out in order, frames in to the hub, a close with its code.</summary>
internal sealed class GatewayConnection : IDisposable
{
    // Discord refuses a client's frame that is longer.
    private const int LongestFrame = 4096;
    private const int SentPerMinute = 120;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly Channel<Outgoing> _out = Channel.CreateBounded<Outgoing>(20_000);
    private readonly Queue<DateTimeOffset> _received = new();
    private readonly WebSocket _socket;
    private readonly ZlibFrames? _zlib;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over = new();
    private long _lastBeat;

    public GatewayConnection(WebSocket socket, ZlibFrames? zlib, TimeProvider time)
    {
        _socket = socket;
        _zlib = zlib;
        _time = time;
        _lastBeat = time.GetTimestamp();
    }

    /// <summary>The session that goes over it, once identified or resumed.</summary>
    public GatewaySession? Session { get; set; }

    /// <summary>Looks alive and is not: takes everything, answers and sends nothing.</summary>
    public bool IsZombie { get; set; }

    public TimeSpan SinceBeat => _time.GetElapsedTime(_lastBeat);

    public void Beat() => _lastBeat = _time.GetTimestamp();

    public void Send(JsonObject frame) => Send(JsonSerializer.SerializeToUtf8Bytes(frame));

    public void Send(byte[] frame)
    {
        if (!IsZombie && !_out.Writer.TryWrite(new Outgoing(frame, null)))
        {
            // Nobody reads: Discord lets go of such a client, too.
            Abort();
        }
    }

    public void Close(GatewayClose code) => Close((int)code, code.Reason());

    public void Close(int code, string reason)
    {
        _out.Writer.TryWrite(new Outgoing(null, (code, reason)));
        _out.Writer.TryComplete();
    }

    /// <summary>The line is cut: no close frame.</summary>
    public void Abort()
    {
        _out.Writer.TryComplete();
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    /// <summary>Reads and writes until either side ends it.</summary>
    public async Task RunAsync(Action<GatewayConnection, JsonObject> receive, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
        var writing = WriteAsync(both.Token);
        try
        {
            await ReadAsync(receive, both.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client went, or was cut off.
        }
        finally
        {
            _out.Writer.TryComplete();
            await both.CancelAsync();
            await writing;
            _socket.Abort();
        }
    }

    public void Dispose()
    {
        _zlib?.Dispose();
        _over.Dispose();
        _socket.Dispose();
    }

    private async Task ReadAsync(Action<GatewayConnection, JsonObject> receive, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestFrame + 1];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage && length <= LongestFrame);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                using var soon = new CancellationTokenSource(CloseTime);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, soon.Token);
                return;
            }

            if (length > LongestFrame || Parse(buffer.AsSpan(0, length)) is not { } frame)
            {
                Close(GatewayClose.DecodeError);
            }
            else if (TooMany())
            {
                Close(GatewayClose.RateLimited);
            }
            else
            {
                receive(this, frame);
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (frame, close) in _out.Reader.ReadAllAsync(cancellationToken))
            {
                if (close is { } why)
                {
                    await _socket.CloseOutputAsync((WebSocketCloseStatus)why.Code, why.Reason, cancellationToken);
                    using var soon = new CancellationTokenSource(CloseTime);
                    await using var cut = soon.Token.Register(Abort);
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                else if (_zlib is null)
                {
                    await _socket.SendAsync(frame!, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
                }
                else
                {
                    await _socket.SendAsync(_zlib.Next(frame!), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went, or was cut off; the reader ends by itself.
        }
    }

    private static JsonObject? Parse(ReadOnlySpan<byte> frame)
    {
        try
        {
            return JsonNode.Parse(frame) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool TooMany()
    {
        var now = _time.GetUtcNow();
        _received.Enqueue(now);
        while (_received.Peek() <= now - TimeSpan.FromMinutes(1))
        {
            _received.Dequeue();
        }

        return _received.Count > SentPerMinute;
    }

    private readonly record struct Outgoing(byte[]? Frame, (int Code, string Reason)? Close);
}
