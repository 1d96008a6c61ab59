using System.Text.Json;
using Discord.Net;
using Discord.Net.WebSockets;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Native.Gateway;

namespace SnapshotBot.ChatDiscordNet.Gateway;

/// <summary>
/// The line between Discord.Net and the gateway, and what Discord.Net gets wrong there: it throws its session away at an op 9 that says the session may be
/// resumed, tries to resume after a close that ended it, and begins new sessions without looking at how many are left. It reads few kinds of
/// <see cref="Forms"/>.
/// </summary>
internal sealed class Line : IWebSocketClient
{
    private const int LongestNotice = 1024;
    private const string PleaseReconnect = """{"op":7,"d":null,"s":null,"t":null}""";
    private const string SessionOver = """{"op":9,"d":false,"s":null,"t":null}""";

    private readonly IWebSocketClient _inner;
    private readonly SessionStarts _starts;
    private readonly Action<ChatStoppedException> _onStopped;
    private CancellationToken _cancelled;
    private volatile bool _isOver;
    private long _sessions;
    private long _resumes;

    /// <param name="inner">Owned.</param>
    /// <param name="onStopped">There are no sessions left.</param>
    public Line(IWebSocketClient inner, SessionStarts starts, Action<ChatStoppedException> onStopped)
    {
        (_inner, _starts, _onStopped) = (inner, starts, onStopped);
        _inner.TextMessage += OnTextAsync;
        _inner.BinaryMessage += (data, index, count) => BinaryMessage?.Invoke(data, index, count) ?? Task.CompletedTask;
        _inner.Closed += OnClosedAsync;
    }

    public event Func<byte[], int, int, Task>? BinaryMessage;
    public event Func<string, Task>? TextMessage;
    public event Func<Exception, Task>? Closed;

    public long Sessions => Interlocked.Read(ref _sessions);
    public long Resumes => Interlocked.Read(ref _resumes);

    public void SetHeader(string key, string value) => _inner.SetHeader(key, value);

    public void SetCancelToken(CancellationToken cancelToken)
    {
        _cancelled = cancelToken;
        _inner.SetCancelToken(cancelToken);
    }

    // Uncompressed, so that what comes can be read here.
    public Task ConnectAsync(string host)
    {
        _isOver = false;
        return _inner.ConnectAsync(host.Replace("&compress=zlib-stream", "", StringComparison.Ordinal));
    }

    public Task DisconnectAsync(int closeCode = 1000) => _inner.DisconnectAsync(closeCode);

    public async Task SendAsync(byte[] data, int index, int count, bool isText)
    {
        if (_isOver)
        {
            return;
        }

        if (data.AsSpan(index, count).StartsWith("{\"op\":2,"u8) && !await MayBeginAsync(_cancelled))
        {
            return;
        }

        await _inner.SendAsync(data, index, count, isText);
    }

    public void Dispose() => _inner.Dispose();

    private async Task<bool> MayBeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _starts.PrepareAsync(cancellationToken);
            await _starts.EnterAsync(cancellationToken);
            Interlocked.Increment(ref _sessions);
            return true;
        }
        catch (ChatStoppedException stopped)
        {
            _onStopped(stopped);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The line it was for is gone.
            return false;
        }
    }

    private Task OnTextAsync(string text)
    {
        var (op, flag, type) = text.Length <= LongestNotice ? Notice(text) : default;
        if (type == "RESUMED")
        {
            Interlocked.Increment(ref _resumes);
        }

        // It understands a request to come back, and keeps its session then.
        return TextMessage?.Invoke(op == 9 && flag ? PleaseReconnect : Forms.Fold(text)) ?? Task.CompletedTask;
    }

    private async Task OnClosedAsync(Exception exception)
    {
        if (exception is WebSocketClosedException closed && Session.EndsSession(closed.CloseCode) && TextMessage is { } told)
        {
            // What it answers to this has no line to go to.
            _isOver = true;
            await told(SessionOver);
        }

        await (Closed?.Invoke(exception) ?? Task.CompletedTask);
    }

    private static (int Op, bool Flag, string? Type) Notice(string text)
    {
        try
        {
            using var frame = JsonDocument.Parse(text);
            var root = frame.RootElement;
            return root.ValueKind != JsonValueKind.Object ? default : (
                root.TryGetProperty("op", out var op) && op.TryGetInt32(out var number) ? number : -1,
                root.TryGetProperty("d", out var data) && data.ValueKind == JsonValueKind.True,
                root.TryGetProperty("t", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null);
        }
        catch (JsonException)
        {
            // Discord.Net says what it thinks of it.
            return default;
        }
    }
}
