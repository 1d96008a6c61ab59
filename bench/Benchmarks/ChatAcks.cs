using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Playground;

namespace SnapshotBot.Benchmarks;

/// <summary>
/// How long people wait for the first sign of life: from the press, as the playground's Discord sees it, to the acknowledgement it gets. First of a
/// fresh process, then so many a second, each also answered by an edit. Client and stand-in share the process and the cores.
/// </summary>
internal static class ChatAcks
{
    public static async Task RunAsync(int perSecond, TimeSpan length)
    {
        using var ends = new CancellationTokenSource();
        await using var discord = await StandIn.StartWithGuildAsync(new StandInOptions { RateLimits = RateLimits.Off }, ends.Token);
        var options = new NativeChatOptions(new BotToken(discord.Token)) { ApiAddress = discord.ApiUrl };
        await using var chat = new NativeChat(options, TimeProvider.System, NullLogger<NativeChat>.Instance);
        var began = Stopwatch.GetTimestamp();
        var running = chat.RunAsync(new Bot(chat), ends.Token);
        var mod = discord.As("operator");
        await discord.WaitAsync(() => mod.Palette.Count > 0 ? mod : null, ends.Token);
        Console.WriteLine($"ready after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");

        Console.WriteLine($"first acknowledgement after a cold start: {await AskAsync():0} ms");
        var asked = new List<Task<double>>();
        var start = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        while (Stopwatch.GetElapsedTime(start) < length && await ticks.WaitForNextTickAsync(ends.Token))
        {
            asked.Add(AskAsync());
        }

        var all = (await Task.WhenAll(asked)).Order().ToList();
        Console.WriteLine(
            $"{all.Count} at {all.Count / Stopwatch.GetElapsedTime(start).TotalSeconds:0} a second: p50 {At(0.5):0} ms, p99 {At(0.99):0} ms, worst {all[^1]:0} ms");
        Console.WriteLine($"requests {chat.Health.Requests}, busiest second {discord.Ledger.BusiestSecond} that count, refused {discord.Ledger.InvalidRequests}");
        await ends.CancelAsync();
        await running;

        async Task<double> AskAsync()
        {
            var exchange = mod.Command("ping");
            await mod.AnswerAsync(exchange, ends.Token);
            return exchange.AnsweredAt is { } at ? (at - exchange.PressedAt).TotalMilliseconds : double.PositiveInfinity;
        }

        double At(double part) => all[Math.Min(all.Count - 1, (int)(all.Count * part))];
    }

    private sealed class Bot(IChat chat) : IChatHandler
    {
        private static readonly Message Pong = Message.Of(new Container(0x57F287, new TextDisplay("pong")));

        public Task WarmUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReadyAsync(ChatReady ready, CancellationToken cancellationToken) =>
            chat.ReplaceCommandsAsync([SlashCommand.Of("ping", "Answers")], knownHash: null, cancellationToken);

        public async Task InteractAsync(Interaction interaction, CancellationToken cancellationToken)
        {
            await chat.AcknowledgeAsync(interaction, Audience.Asker, cancellationToken);
            await chat.EditReplyAsync(interaction, Pong, cancellationToken);
        }

        public Task GuildAppearedAsync(ChatGuild guild, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task GuildLeftAsync(GuildId guild, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
