using System.Reflection;
using Discord;
using Discord.Net;
using Discord.Net.WebSockets;
using Discord.WebSocket;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Native.Events;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Rest;
using SnapshotBot.ChatDiscordNet.Gateway;
using SnapshotBot.ChatDiscordNet.Rest;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>
/// The port over Discord.Net: mapping, and what Discord.Net leaves to its caller, namely handlers off the gateway's loop, an end when the gateway
/// refuses for good, and a look from outside at a connection that doesn't come back. Beneath it are a <see cref="Transport"/> and a <see cref="Line"/> of
/// ours, and answers to interactions go past it.
/// </summary>
public sealed partial class DiscordNetChat : InteractionAnswers, IChat
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    // A connection that isn't up for this long is given up and begun anew.
    private static readonly TimeSpan DeadAfter = TimeSpan.FromMinutes(5);

    private readonly NativeChatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Transport _transport;
    private readonly Line _line;
    private readonly DiscordSocketClient _client;
    private readonly InteractionMap _interactionMap;
    private readonly Lock _healthLock = new();
    private readonly TaskCompletionSource<ChatStoppedException> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChatHealth _health;
    private long _interactions;
    private ulong _application;

    /// <param name="options">As for our own client. How its gateway's loop waits and compresses is Discord.Net's affair here.</param>
    public DiscordNetChat(NativeChatOptions options, TimeProvider time, ILogger<DiscordNetChat> logger)
        : base(new Sender(options, time, logger), time)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _interactionMap = new InteractionMap(time);
        _health = new ChatHealth(ChatConnection.Starting) { Since = time.GetUtcNow() };
        Sender.OnStopped = stopped => _stopped.TrySetResult(stopped);
        _transport = new Transport(Sender);
        _line = new Line(DefaultWebSocketProvider.Instance(), new SessionStarts(options, Sender, time, logger), stopped => _stopped.TrySetResult(stopped));
        var config = new DiscordSocketConfig
        {
            GatewayIntents = GatewayIntents.Guilds,
            LogLevel = LogSeverity.Info,
            MessageCacheSize = 0,
            AlwaysDownloadUsers = false,
            HandlerTimeout = null,

            // When an answer is too late Discord says so itself, and the clock here may be wrong.
            ResponseInternalTimeCheck = false,
            UseInteractionSnowflakeDate = false,
            FormatUsersInBidirectionalUnicode = false,
            DefaultRetryMode = RetryMode.AlwaysRetry,
            RestClientProvider = _ => _transport,
            WebSocketProvider = () => _line,
        };
        _client = new DiscordSocketClient(config);
        Listen();
    }

    /// <summary>Such as "Discord.Net 3.18.0".</summary>
    public static string Name { get; } = "Discord.Net " + Version();

    public string Client => Name;

    public ChatIdentity? Identity => _client.CurrentUser is { } self ? new ChatIdentity(_application, new UserId(self.Id), self.Username) : null;

    public ChatHealth Health
    {
        get
        {
            lock (_healthLock)
            {
                return _health with
                {
                    Latency = _client.Latency > 0 ? TimeSpan.FromMilliseconds(_client.Latency) : null,
                    Waiting = Inbox?.Waiting ?? 0,
                    Interactions = Interlocked.Read(ref _interactions),
                    Sessions = _line.Sessions,
                    Resumes = _line.Resumes,
                    Requests = Sender.Requests,
                    RateLimited = Sender.RateLimited,
                    InvalidRequests = Sender.Invalid.Count,
                };
            }
        }
    }

    public async Task RunAsync(IChatHandler handler, CancellationToken cancellationToken)
    {
        await Task.WhenAll(handler.WarmUpAsync(cancellationToken), Task.Run(WarmUp.Run, cancellationToken));
        Inbox = new Inbox(handler, _options.Workers, _options.GoingOn, _options.QueueLength, _time, _logger);
        try
        {
            await LogInAsync(cancellationToken);
            await _client.StartAsync();
            await WatchAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to.
        }
        finally
        {
            await _client.StopAsync();
            await Inbox.DrainAsync(_options.DrainFor);
            Become(ChatConnection.Stopped);
        }
    }

    public async Task SetPresenceAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > Limits.Presence.Most || text.Length == 0)
        {
            throw new ChatLimitException(Limits.Presence, text.Length);
        }

        await _client.SetCustomStatusAsync(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _line.Dispose();
        Sender.Dispose();
    }

    private protected override Task<ulong> ApplicationAsync(CancellationToken cancellationToken) => Task.FromResult(_application);

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Our own check of the token's shape is done; Discord's answer is what counts.
                await _client.LoginAsync(TokenType.Bot, _options.Token.Reveal(), validateToken: false);
                _application = (await _client.GetApplicationInfoAsync(Options(cancellationToken))).Id;
                return;
            }
            catch (ChatRequestException refusal) when (refusal.InnerException is ChatStoppedException stopped)
            {
                throw new ChatStoppedException(stopped.Reason, stopped.Code);
            }
            catch (ChatRequestException)
            {
                // Discord is away; it is asked until it is back.
                await Task.Delay(LookEvery, _time, cancellationToken);
            }
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var look = Task.Delay(LookEvery, _time, cancellationToken);
            if (await Task.WhenAny(look, _stopped.Task) == _stopped.Task)
            {
                var stopped = await _stopped.Task;
                throw new ChatStoppedException(stopped.Reason, stopped.Code);
            }

            await look;
            var health = Health;
            if (health.Connection != ChatConnection.Connected && _time.GetUtcNow() - health.Since > DeadAfter)
            {
                NetLog.Dead(_logger, health.Since);
                await _client.StopAsync();
                await _client.StartAsync();
                Become(ChatConnection.Starting);
            }
        }
    }

    private void Listen()
    {
        _client.Log += message =>
        {
            NetLog.Line(_logger, Level(message.Severity), message.Source, message.Message ?? "", message.Exception?.GetType().Name ?? "");
            return Task.CompletedTask;
        };
        _client.Connected += () =>
        {
            Become(ChatConnection.Connected);
            return Task.CompletedTask;
        };
        _client.Disconnected += exception =>
        {
            Become(ChatConnection.Reconnecting);
            OnClosed(exception);
            return Task.CompletedTask;
        };
        _client.Ready += () => AddAsync((handler, token) =>
            handler.ReadyAsync(new ChatReady(Identity!, [.. _client.Guilds.Select(guild => new GuildId(guild.Id))]), token));
        _client.GuildAvailable += OnGuildAsync;
        _client.JoinedGuild += OnGuildAsync;
        _client.LeftGuild += guild => AddAsync((handler, token) => handler.GuildLeftAsync(new GuildId(guild.Id), token));
        _client.InteractionCreated += OnInteractionAsync;
    }

    private Task OnGuildAsync(SocketGuild guild) => AddAsync((handler, token) => handler.GuildAppearedAsync(Facts.Guild(guild), token));

    private async Task OnInteractionAsync(SocketInteraction source)
    {
        if (_interactionMap.Read(source) is { } interaction && Inbox is { } inbox)
        {
            Interlocked.Increment(ref _interactions);
            await inbox.AddAsync(interaction, CancellationToken.None);
        }
    }

    private async Task AddAsync(Func<IChatHandler, CancellationToken, Task> item)
    {
        if (Inbox is { } inbox)
        {
            await inbox.AddAsync(item, CancellationToken.None);
        }
    }

    // Discord.Net tries again after some codes that are for good.
    private void OnClosed(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is WebSocketClosedException closed && Session.IsForGood(closed.CloseCode))
            {
                _stopped.TrySetResult(new ChatStoppedException(Session.StopOf(closed.CloseCode), closed.CloseCode));
            }
        }
    }

    private void Become(ChatConnection connection)
    {
        lock (_healthLock)
        {
            _health = _health.Connection == connection ? _health : _health with { Connection = connection, Since = _time.GetUtcNow() };
        }
    }

    private static LogLevel Level(LogSeverity severity) => severity switch
    {
        LogSeverity.Critical => LogLevel.Critical,
        LogSeverity.Error => LogLevel.Error,
        LogSeverity.Warning => LogLevel.Warning,
        LogSeverity.Info => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    private static string Version() =>
        typeof(DiscordSocketClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
}
