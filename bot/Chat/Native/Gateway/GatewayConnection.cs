using System.Text.Json;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The other side's close code, if it gave one.</param>
/// <param name="AliveFor">From READY or RESUMED to the end; null: it never came so far.</param>
internal sealed record ConnectionEnd(Comeback How, int? Code, TimeSpan? AliveFor);

/// <summary>What a connection tells those around it.</summary>
internal interface IConnectionEvents
{
    /// <summary>Before IDENTIFY is sent: waits for its turn.</summary>
    Task MayIdentifyAsync(CancellationToken cancellationToken);

    void Alive(Step.Alive alive);

    void Latency(TimeSpan roundTrip);

    /// <summary>Takes an event, in order; waiting here stops the reading, and nothing is lost.</summary>
    ValueTask HandleAsync(Step.Handle handle, CancellationToken cancellationToken);

    string? Presence { get; }
}

/// <summary>One WebSocket from connect to close, driven by a <see cref="Session"/> that outlives it.</summary>
internal sealed class GatewayConnection(NativeChatOptions options, Session session, IConnectionEvents events, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(1);

    private readonly GatewaySocket _socket = new(options.Compression);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _deadline = new();
    private Step.Leave? _leave;
    private int? _closeCode;
    private long _lastHeard = time.GetTimestamp();
    private long _beatAt;
    private long? _aliveAt;
    private volatile bool _busy;

    /// <summary>How long nothing was heard, and whether that is because an event still waits for room here.</summary>
    public (TimeSpan Silence, bool IsBusy) Silence => (time.GetElapsedTime(Interlocked.Read(ref _lastHeard)), _busy);

    /// <summary>The gateway's rhythm; null before hello.</summary>
    public TimeSpan? Interval { get; private set; }

    public async Task<ConnectionEnd> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            session.Open();
        }

        // Cancelling a read breaks the line; so that goodbye can be said, reading ends by its own deadline.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beating = Task.CompletedTask;
        var leaving = Task.CompletedTask;
        try
        {
            if (!await ConnectAsync(address, cancellationToken))
            {
                return new ConnectionEnd(Comeback.Resume, Code: null, AliveFor: null);
            }

            leaving = LeaveWhenCancelledAsync(ends.Token, cancellationToken);
            while (await ReceiveAsync() is { IsClosed: false } received)
            {
                foreach (var step in StepsOf(received.Text.Span))
                {
                    if (step is Step.BeatEvery every)
                    {
                        Interval = every.Interval;
                        beating = new Heartbeat(time, BeatAsync).RunAsync(every.Interval, ends.Token);
                    }
                    else
                    {
                        await DoAsync(step, ends.Token);
                    }
                }
            }

            return EndOf(_closeCode);
        }
        finally
        {
            await ends.CancelAsync();
            await beating;
            await leaving;
            _socket.Abort();
        }
    }

    public Task SendPresenceAsync(string presence, CancellationToken cancellationToken) =>
        _aliveAt is null ? Task.CompletedTask : _socket.SendAsync(Commands.Presence(presence), cancellationToken);

    public void Abort() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }

    private async Task<bool> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ConnectPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await _socket.ConnectAsync(address, options.UserAgent, either.Token);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is System.Net.WebSockets.WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            Log.NotConnected(logger, address.Host, exception.GetType().Name);
            return false;
        }
    }

    private IReadOnlyList<Step> StepsOf(ReadOnlySpan<byte> text)
    {
        try
        {
            var frame = JsonSerializer.Deserialize(text, WireJson.Default.Frame) ?? new Frame { Op = -1 };
            if (frame.Op == 11)
            {
                events.Latency(time.GetElapsedTime(Interlocked.Read(ref _beatAt)));
            }

            lock (_lock)
            {
                return session.OnFrame(frame);
            }
        }
        catch (JsonException)
        {
            // Asking for it again would bring it again.
            Log.BadFrame(logger, text.Length);
            return [];
        }
    }

    private async Task DoAsync(Step step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case Step.Beat beat:
                await _socket.SendAsync(Commands.Beat(beat.Sequence), cancellationToken);
                break;
            case Step.Identify:
                await events.MayIdentifyAsync(cancellationToken);
                await _socket.SendAsync(Commands.Identify(options.Token, events.Presence), cancellationToken);
                break;
            case Step.Resume(var id, var sequence):
                await _socket.SendAsync(Commands.Resume(options.Token, id, sequence), cancellationToken);
                break;
            case Step.Alive alive:
                _aliveAt = time.GetTimestamp();
                events.Alive(alive);
                break;
            case Step.Handle handle:
                _busy = true;
                await events.HandleAsync(handle, cancellationToken);
                _busy = false;
                break;
            case Step.Leave leave:
                await LeaveAsync(leave);
                break;
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        Step step;
        lock (_lock)
        {
            // While an event waits for room the answer to the last beat waits in the line behind it: that is no sign of death.
            step = _busy ? new Step.Beat(session.Sequence) : session.OnBeatDue();
        }

        if (step is Step.Leave leave)
        {
            Log.Zombie(logger);
            await LeaveAsync(leave);
            return;
        }

        Interlocked.Exchange(ref _beatAt, time.GetTimestamp());
        await DoAsync(step, cancellationToken);
    }

    // The other side closes in answer, and the reader returns; if it doesn't, the reader waits no longer than this.
    private async Task LeaveAsync(Step.Leave leave)
    {
        Interlocked.CompareExchange(ref _leave, leave, comparand: null);
        await _socket.CloseAsync(leave.CloseCode, time);
        try
        {
            _deadline.CancelAfter(GoodbyePatience);
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile.
        }
    }

    private async Task LeaveWhenCancelledAsync(CancellationToken ended, CancellationToken asked)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ended);
        }
        catch (OperationCanceledException)
        {
            if (asked.IsCancellationRequested)
            {
                await LeaveAsync(new Step.Leave(1000, Comeback.Never));
            }
        }
    }

    private async Task<Received> ReceiveAsync()
    {
        Received received;
        try
        {
            received = await _socket.ReceiveAsync(_deadline.Token);
        }
        catch (OperationCanceledException)
        {
            received = Received.Closed(code: null);
        }

        Interlocked.Exchange(ref _lastHeard, time.GetTimestamp());
        _closeCode = received.CloseCode;
        return received;
    }

    private ConnectionEnd EndOf(int? code)
    {
        TimeSpan? alive = _aliveAt is { } since ? time.GetElapsedTime(since) : null;
        if (_leave is { } leave)
        {
            return new ConnectionEnd(leave.How, Code: null, alive);
        }

        lock (_lock)
        {
            return new ConnectionEnd(session.OnClosed(code), code, alive);
        }
    }
}
