using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>The gateway's side of the conversation: sessions that can be resumed, events kept and told again, and faults on order.</summary>
internal sealed class FakeGateway(Uri address) : IDisposable
{
    private readonly ConcurrentDictionary<string, Talk> _sessions = new(StringComparer.Ordinal);
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private Line? _line;
    private Talk? _talk;
    private int _sessionCount;

    public Uri Address { get; } = address;
    public int HeartbeatInterval { get; set; } = 41_250;
    public bool AnswersHeartbeats { get; set; } = true;

    /// <summary>A compressed message comes in two halves, so that the reader has to gather.</summary>
    public bool SplitsMessages { get; set; }

    /// <summary>A client that identifies is closed with this code instead.</summary>
    public int? RefuseWith { get; set; }

    /// <summary>A client that resumes gets op 9 with this; null: it may.</summary>
    public bool? InvalidOnResume { get; set; }

    /// <summary>What happened, in order: "identify", "resume N", "beat", "closed CODE", "presence".</summary>
    public ChannelReader<string> Log => _log.Reader;

    public int Identifies { get; private set; }
    public int Resumes { get; private set; }
    public int Refusals { get; private set; }
    public string? LastQuery { get; private set; }
    public string? LastUserAgent { get; private set; }
    public ConcurrentQueue<string> Frames { get; } = new();

    /// <summary>Waits until the log says this.</summary>
    public async Task UntilAsync(string what)
    {
        using var patience = new CancellationTokenSource(FakeDiscord.Patience);
        while ((await _log.Reader.ReadAsync(patience.Token)) != what)
        {
        }
    }

    /// <summary>Sends an event, or keeps it for the resume when no line is open.</summary>
    public async Task EmitAsync(string name, string data)
    {
        Line? line;
        string frame;
        lock (_lock)
        {
            var talk = _talk ?? throw new InvalidOperationException("no session");
            frame = $$"""{"op":0,"s":{{talk.Events.Count + 1}},"t":"{{name}}","d":{{data}}}""";
            talk.Events.Add(frame);
            line = _line;
        }

        if (line is not null)
        {
            await line.SendAsync(frame);
        }
    }

    public Task SendAsync(string frame) => Current().SendAsync(frame);

    /// <summary>Closes as Discord does, with a code.</summary>
    public Task CloseAsync(int code)
    {
        var line = Current();
        lock (_lock)
        {
            _line = null;
        }

        return line.CloseAsync(code);
    }

    /// <summary>Sends what makes the client leave; what happens from then on waits for its return.</summary>
    public Task LeaveAsync(string frame)
    {
        var line = Current();
        lock (_lock)
        {
            _line = null;
        }

        return line.SendAsync(frame);
    }

    /// <summary>Breaks the line without a word.</summary>
    public void Drop()
    {
        var line = Current();
        lock (_lock)
        {
            _line = null;
        }

        line.Abort();
    }

    public async Task ServeAsync(HttpContext context)
    {
        LastQuery = context.Request.QueryString.Value;
        LastUserAgent = context.Request.Headers.UserAgent;
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var line = new Line(socket, LastQuery!.Contains("zlib-stream", StringComparison.Ordinal), SplitsMessages, _end.Token);
        try
        {
            await line.SendAsync($$$"""{"op":10,"s":null,"t":null,"d":{"heartbeat_interval":{{{HeartbeatInterval}}}}}""");
            while (await line.ReceiveAsync() is { } text)
            {
                Frames.Enqueue(text);
                await OnAsync(line, JsonNode.Parse(text)!);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The line was broken, by either side.
        }

        lock (_lock)
        {
            _line = _line == line ? null : _line;
        }

        _log.Writer.TryWrite($"closed {(int?)socket.CloseStatus}");
    }

    public void Dispose()
    {
        _end.Cancel();
        _line?.Abort();
    }

    private Line Current()
    {
        lock (_lock)
        {
            return _line ?? throw new InvalidOperationException("no line");
        }
    }

    private async Task OnAsync(Line line, JsonNode frame)
    {
        switch ((int)frame["op"]!)
        {
            case 1:
                _log.Writer.TryWrite("beat");
                if (AnswersHeartbeats)
                {
                    await line.SendAsync("""{"op":11,"s":null,"t":null,"d":null}""");
                }

                break;
            case 2 when RefuseWith is { } code:
                Refusals++;
                await line.CloseAsync(code);
                _log.Writer.TryWrite($"refused {code}");
                break;
            case 2:
                await IdentifyAsync(line);
                break;
            case 3:
                _log.Writer.TryWrite("presence");
                break;
            case 6:
                await ResumeAsync(line, frame["d"]!);
                break;
        }
    }

    private async Task IdentifyAsync(Line line)
    {
        Identifies++;
        var id = $"session-{++_sessionCount}";
        var ready = JsonSerializer.Serialize(new
        {
            op = 0,
            s = 1,
            t = "READY",
            d = new
            {
                v = 10,
                session_id = id,
                resume_gateway_url = Address + "/resume",
                user = new { id = $"{FakeDiscord.BotId}", username = "snapshots", bot = true, discriminator = "0001", avatar = (string?)null },
                application = new { id = $"{FakeDiscord.ApplicationId}", flags = 0 },
                private_channels = Array.Empty<string>(),
                relationships = Array.Empty<string>(),
                guilds = new[] { new { id = "10", unavailable = true } },
            },
        });
        var talk = new Talk(id);
        var guild = $$"""{"op":0,"s":2,"t":"GUILD_CREATE","d":{{Guilds.Create.ReplaceLineEndings("")}}}""";
        talk.Events.Add(ready);
        talk.Events.Add(guild);
        lock (_lock)
        {
            _sessions[id] = talk;
            _talk = talk;
            _line = line;
        }

        await line.SendAsync(ready);
        await line.SendAsync(guild);
        _log.Writer.TryWrite("identify");
    }

    private async Task ResumeAsync(Line line, JsonNode data)
    {
        if (InvalidOnResume is { } resumable)
        {
            _log.Writer.TryWrite("invalid");
            InvalidOnResume = null;
            await line.SendAsync($$"""{"op":9,"s":null,"t":null,"d":{{(resumable ? "true" : "false")}}}""");
            return;
        }

        Resumes++;
        var talk = _sessions[(string)data["session_id"]!];
        var from = (int)data["seq"]!;
        IReadOnlyList<string> missed;
        lock (_lock)
        {
            missed = [.. talk.Events.Skip(from)];
            talk.Events.Add($$$"""{"op":0,"s":{{{talk.Events.Count + 1}}},"t":"RESUMED","d":{}}""");
            _talk = talk;
        }

        foreach (var frame in missed)
        {
            await line.SendAsync(frame);
        }

        string resumed;
        lock (_lock)
        {
            resumed = talk.Events[^1];
            _line = line;
        }

        await line.SendAsync(resumed);
        _log.Writer.TryWrite($"resume {from}");
    }

    private sealed record Talk(string Id)
    {
        public List<string> Events { get; } = [];
    }

    // One WebSocket; compressed in one stream where asked for.
    private sealed class Line : IDisposable
    {
        private readonly WebSocket _socket;
        private readonly CancellationToken _end;
        private readonly bool _split;
        private readonly SemaphoreSlim _sending = new(1, 1);
        private readonly MemoryStream? _compressed;
        private readonly ZLibStream? _zlib;

        public Line(WebSocket socket, bool compress, bool split, CancellationToken end)
        {
            (_socket, _split, _end) = (socket, split, end);
            _compressed = compress ? new MemoryStream() : null;
            _zlib = compress ? new ZLibStream(_compressed!, CompressionLevel.Fastest) : null;
        }

        public async Task SendAsync(string text)
        {
            await _sending.WaitAsync(_end);
            try
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                if (_zlib is null)
                {
                    await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, _end);
                    return;
                }

                _compressed!.SetLength(0);
                _zlib.Write(bytes);
                _zlib.Flush();
                var packed = _compressed.ToArray();
                var half = _split ? packed.Length / 2 : 0;
                if (half > 0)
                {
                    await _socket.SendAsync(packed.AsMemory(0, half), WebSocketMessageType.Binary, endOfMessage: true, _end);
                }

                await _socket.SendAsync(packed.AsMemory(half), WebSocketMessageType.Binary, endOfMessage: true, _end);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException)
            {
                // Gone; what was to be said is kept for the resume.
            }
            finally
            {
                _sending.Release();
            }
        }

        public async Task<string?> ReceiveAsync()
        {
            var buffer = new byte[64 * 1024];
            var all = new MemoryStream();
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _end);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                all.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(all.ToArray());
                }
            }
        }

        public async Task CloseAsync(int code)
        {
            try
            {
                await _socket.CloseOutputAsync((WebSocketCloseStatus)code, "as ordered", _end);
            }
            catch (WebSocketException)
            {
                // The client was leaving by itself.
            }
        }

        public void Abort() => _socket.Abort();

        public void Dispose()
        {
            _zlib?.Dispose();
            _compressed?.Dispose();
        }
    }
}
