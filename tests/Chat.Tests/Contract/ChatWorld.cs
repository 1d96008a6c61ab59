using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.Tests.Fake;
using Xunit;

namespace SnapshotBot.Chat.Tests.Contract;

/// <summary>A client connected to a <see cref="FakeDiscord"/>, with all it logs.</summary>
internal sealed class ChatWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private ChatWorld(FakeDiscord discord, IChat chat, Recorder handler, Lines log) => (Discord, Chat, Handler, Log) = (discord, chat, handler, log);

    /// <summary>The suite runs over Discord.Net; see tools/test-discord-net.sh.</summary>
    public static bool IsDiscordNet { get; } = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_CHAT") == "discord.net";

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
        return new ChatWorld(discord, Client(with?.Invoke(options) ?? options, log), handler ?? new Recorder(), log);
    }

    /// <summary>Connected, with a session.</summary>
    public static async Task<ChatWorld> ConnectAsync(Recorder? handler = null, Func<NativeChatOptions, NativeChatOptions>? with = null)
    {
        var world = await MakeAsync(handler, with);
        world.Start();
        var identified = world.Discord.Gateway.UntilAsync("identify");
        try
        {
            await await Task.WhenAny(identified, world.Running);
            await identified;
            await world.Handler.NextEventAsync<ChatReady>();
            return world;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Not connected. {world.Log.Text}", exception);
        }
    }

    /// <summary>What Discord.Net does in its own way, and isn't the port's promise.</summary>
    public static void NativeOnly(string reason) => Assert.SkipWhen(IsDiscordNet, "Discord.Net: " + reason);

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

        // Shown where the test failed.
        TestContext.Current.TestOutputHelper?.WriteLine(Log.Text);
        await Chat.DisposeAsync();
        await Discord.DisposeAsync();
        _stop.Dispose();
    }

#if DISCORD_NET
    private static IChat Client(NativeChatOptions options, Lines log) => IsDiscordNet
        ? new ChatDiscordNet.DiscordNetChat(options, TimeProvider.System, log)
        : new NativeChat(options, TimeProvider.System, log);
#else
    private static IChat Client(NativeChatOptions options, Lines log) => IsDiscordNet
        ? throw new InvalidOperationException("Built without Discord.Net: build with -p:UseDiscordNet=true.")
        : new NativeChat(options, TimeProvider.System, log);
#endif

#if DISCORD_NET
    internal sealed class Lines : ILogger<NativeChat>, ILogger<ChatDiscordNet.DiscordNetChat>
#else
    internal sealed class Lines : ILogger<NativeChat>
#endif
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
