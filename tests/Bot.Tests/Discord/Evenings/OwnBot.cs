using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// The bot as <c>serve</c> puts it together, in this process, so that its time can be moved on and its players need not be given half a minute.
/// Everything else is what it always is: the native client, the runner, the catalog, a real engine.
/// </summary>
internal sealed class OwnBot : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ServiceHost _service;
    private readonly SnapshotBot.Chat.IChat _chat;
    private readonly DiscordHost _discord;
    private readonly TextWriter _log;
    private Task _serving = Task.CompletedTask;
    private Task _talking = Task.CompletedTask;

    private OwnBot(ServiceHost service, SnapshotBot.Chat.IChat chat, DiscordHost discord, TextWriter log) =>
        (_service, _chat, _discord, _log) = (service, chat, discord, log);

    public SnapshotBot.Bot.Interactions.Desk Desk => _discord.Desk;

    /// <summary>The one-time code it would print.</summary>
    public string Code => _discord.Desk.Claim.Code;

    /// <summary>What it logged.</summary>
    public string Log => _log.ToString()!;

    /// <summary>One of the service's classes, to look at what the bot knows.</summary>
    public Task<T> ServiceAsync<T>(CancellationToken cancellationToken)
        where T : notnull => _service.GetAsync<T>(cancellationToken);

    public static async Task<OwnBot> StartAsync(IReadOnlyDictionary<string, string> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = new Settings(null, environment.GetValueOrDefault);
        var service = new ServiceHost(settings, options => options with { Countdown = TimeSpan.FromSeconds(1), HealthTime = TimeSpan.FromSeconds(1), GameBootTime = TimeSpan.FromSeconds(1) }, time);
        var log = new StringWriter();
        service.LogTo(TextWriter.Synchronized(log));
        var chat = ChatClient.Create(settings, service.Logs, TimeProvider.System);
        var discord = await DiscordHost.CreateAsync(chat, service, settings, service.Logs.CreateLogger("Discord"), time, cancellationToken);
        var bot = new OwnBot(service, chat, discord, log);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await service.GetAsync<OperationServer>(cancellationToken);
        bot._serving = server.RunAsync(
            told =>
            {
                if (told is ServeEvent.Ready)
                {
                    ready.SetResult();
                }

                return Task.CompletedTask;
            },
            bot._end.Token);
        bot._talking = discord.RunAsync(bot._end.Token);
        await Task.WhenAny(ready.Task, bot._serving, bot._talking).WaitAsync(cancellationToken);
        return bot;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_serving, _talking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _chat.DisposeAsync();
        await _service.DisposeAsync();
        _end.Dispose();
    }
}
