using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Tests.Fake;

namespace SnapshotBot.Chat.Tests.Contract;

/// <summary>A client connected to a <see cref="FakeDiscord"/>, with all it logs.</summary>
internal sealed class ChatWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private ChatWorld(FakeDiscord discord, IChat chat, Recorder handler, Lines log) => (Discord, Chat, Handler, Log) = (discord, chat, handler, log);

    public FakeDiscord Discord { get; }
    public IChat Chat { get; }
    public Recorder Handler { get; }
    public Lines Log { get; }
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Nothing is connected yet.</summary>
    public static async Task<ChatWorld> MakeAsync(Recorder? handler = null, Func<NativeChatOptions, NativeChatOptions>? with = null)
    {
        var discord = await FakeDiscord.StartAsync();
        var log = new Lines();
        var options = new NativeChatOptions(new BotToken(FakeDiscord.Token))
        {
            ApiAddress = discord.ApiAddress,
            IdentifyEvery = TimeSpan.Zero,
            SteadyAfter = TimeSpan.Zero,
            InvalidSessionPause = TimeSpan.FromMilliseconds(1),
        };
        var chat = new NativeChat(with?.Invoke(options) ?? options, TimeProvider.System, log);
        return new ChatWorld(discord, chat, handler ?? new Recorder(), log);
    }

    /// <summary>Connected, with a session.</summary>
    public static async Task<ChatWorld> ConnectAsync(Recorder? handler = null, Func<NativeChatOptions, NativeChatOptions>? with = null)
    {
        var world = await MakeAsync(handler, with);
        world.Start();
        await world.Discord.Gateway.UntilAsync("identify");
        await world.Handler.NextEventAsync<ChatReady>();
        return world;
    }

    public void Start() => Running = Chat.RunAsync(Handler, _stop.Token);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Running;
        }
        catch (ChatStoppedException)
        {
            // What the test was about.
        }

        await Chat.DisposeAsync();
        await Discord.DisposeAsync();
        _stop.Dispose();
    }

    internal sealed class Lines : ILogger<NativeChat>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}
