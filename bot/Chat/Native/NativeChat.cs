using System.Text.Json;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native.Events;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.Chat.Native;

/// <summary>
/// Our own client: Discord's gateway and API, version 10. Puts its parts together; they are <see cref="GatewayLoop"/> and <see cref="Session"/> for
/// what comes, <see cref="Inbox"/> between, <see cref="Sender"/> for what goes.
/// </summary>
public sealed partial class NativeChat : InteractionAnswers, IChat, IConnectionEvents
{
    private readonly NativeChatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionStarts _starts;
    private readonly GatewayLoop _loop;
    private readonly GuildCache _guilds = new();
    private readonly Lock _healthLock = new();
    private EventReader? _reader;
    private ChatHealth _health;
    private string? _presence;
    private ulong? _application;
    private bool _hadSession;

    public NativeChat(NativeChatOptions options, TimeProvider time, ILogger<NativeChat> logger)
        : base(new Sender(options, time, logger), time)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _starts = new SessionStarts(options, Sender, time, logger);
        _loop = new GatewayLoop(options, new Session(), _starts, this, time, logger) { OnLost = () => Become(ChatConnection.Reconnecting) };
        _health = new ChatHealth(ChatConnection.Starting) { Since = time.GetUtcNow() };
    }

    public string Client => "native";

    public ChatIdentity? Identity => _reader?.Identity;

    public ChatHealth Health
    {
        get
        {
            lock (_healthLock)
            {
                return _health with
                {
                    Waiting = Inbox?.Waiting ?? 0,
                    Interactions = _reader?.Interactions ?? 0,
                    Requests = Sender.Requests,
                    RateLimited = Sender.RateLimited,
                    InvalidRequests = Sender.Invalid.Count,
                };
            }
        }
    }

    string? IConnectionEvents.Presence => _presence;

    public async Task RunAsync(IChatHandler handler, CancellationToken cancellationToken)
    {
        await Task.WhenAll(handler.WarmUpAsync(cancellationToken), WarmUpAsync(cancellationToken));
        var inbox = new Inbox(handler, _options.Workers, _options.GoingOn, _options.QueueLength, _time, _logger);
        Inbox = inbox;
        _reader = new EventReader(_guilds, inbox, _time, _logger);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Sender.OnStopped = _ => ends.Cancel();
        try
        {
            await _loop.RunAsync(ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // Asked to, or because of a refused token.
        }
        finally
        {
            Sender.OnStopped = null;
            await inbox.DrainAsync(_options.DrainFor);
            Become(ChatConnection.Stopped);
        }

        if (Sender.Stopped is { } stopped && !cancellationToken.IsCancellationRequested)
        {
            throw new ChatStoppedException(stopped.Reason, stopped.Code);
        }
    }

    public Task SetPresenceAsync(string text, CancellationToken cancellationToken)
    {
        _presence = Limits.Presence.Check(text);
        return _loop.SendPresenceAsync(text, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Sender.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override async Task<ulong> ApplicationAsync(CancellationToken cancellationToken)
    {
        if (Identity is { } identity)
        {
            return identity.ApplicationId;
        }

        var body = await Sender.SendAsync(Call.Of(Routes.OwnApplication), cancellationToken);
        _application ??= JsonSerializer.Deserialize(body, WireJson.Default.WireApplication)?.Id;
        return _application ?? 0;
    }

    Task IConnectionEvents.MayIdentifyAsync(CancellationToken cancellationToken) => _starts.EnterAsync(cancellationToken);

    void IConnectionEvents.Alive(Step.Alive alive)
    {
        Become(ChatConnection.Connected);
        lock (_healthLock)
        {
            _health = alive.IsNew ? _health with { Sessions = _health.Sessions + 1 } : _health with { Resumes = _health.Resumes + 1 };
        }

        if (!alive.IsNew)
        {
            Log.Resumed(_logger);
        }
    }

    void IConnectionEvents.Latency(TimeSpan roundTrip)
    {
        lock (_healthLock)
        {
            _health = _health with { Latency = roundTrip };
        }
    }

    ValueTask IConnectionEvents.HandleAsync(Step.Handle handle, CancellationToken cancellationToken) =>
        _reader!.HandleAsync(handle, cancellationToken);

    private void Become(ChatConnection connection)
    {
        lock (_healthLock)
        {
            if (_health.Connection != connection && (connection != ChatConnection.Reconnecting || _hadSession))
            {
                _hadSession |= connection == ChatConnection.Connected;
                _health = _health with { Connection = connection, Since = _time.GetUtcNow() };
            }
        }
    }
}
