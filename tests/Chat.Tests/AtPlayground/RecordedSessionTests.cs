using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Chat.Native;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Chat.Tests.AtPlayground;

/// <summary>
/// A recorded gateway session (frames with the time at which each came) is played to discord.js and to our client: both must answer the same
/// interactions, once each, and with the same kind of answer.
/// </summary>
public sealed class RecordedSessionTests
{
    private const string DiscordJs = "14.28.1";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly StandInOptions Options = new() { RateLimits = RateLimits.Off, Specification = Fake.Specification.Location };

    [Fact]
    public async Task RecordedSession_PlayedToBothClients_IsAnsweredAlike()
    {
        var modules = await NodePackage.FindAsync("discord.js", DiscordJs);
        Assert.SkipWhen(modules is null, "node, npm or the package discord.js is not to be had here.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;

        await using var theirs = await StandIn.StartWithGuildAsync(Options, now);
        await using var node = NodeBot.Start(modules!, theirs);
        await node.NextAsync("ready", now);
        await PlayAsync(theirs, now);

        await using var ours = await StandIn.StartWithGuildAsync(Options, now);
        var bot = new SmallBot();
        await using var chat = new NativeChat(new NativeChatOptions(new BotToken(ours.Token)) { ApiAddress = ours.ApiUrl }, TimeProvider.System, NullLogger<NativeChat>.Instance);
        bot.Chat = chat;
        var running = chat.RunAsync(bot, now);
        await ours.WaitAsync(() => ours.As("operator").Palette.Count > 0 ? ours : null, now);
        await PlayAsync(ours, now);
        var answers = Answers(ours);

        answers.ShouldBe(Answers(theirs));
        ours.Ledger.Objections.ShouldBeEmpty();
        answers.Count.ShouldBe(Frames().Count(frame => frame.Frame["t"]?.GetValue<string>() == "INTERACTION_CREATE"));
        await deadline.CancelAsync();
        await running;
    }

    /// <summary>Writes the recording anew: SNAPSHOTBOT_TEST_RECORD=1.</summary>
    [Fact]
    public async Task Record_WhatAClientIsTold_WhenAskedTo()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_RECORD") != "1", "Only by SNAPSHOTBOT_TEST_RECORD=1.");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        await using var discord = await StandIn.StartWithGuildAsync(Options, now);
        var bot = new SmallBot();
        await using var chat = new NativeChat(new NativeChatOptions(new BotToken(discord.Token)) { ApiAddress = discord.ApiUrl }, TimeProvider.System, NullLogger<NativeChat>.Instance);
        bot.Chat = chat;
        var running = chat.RunAsync(bot, now);
        await discord.WaitAsync(() => discord.As("operator").Palette.Count > 0 ? discord : null, now);
        using var tape = new ClientWebSocket();
        await tape.ConnectAsync(new Uri(discord.GatewayUrl + "?v=10&encoding=json"), now);
        var lines = new List<string>();
        var taping = TapeAsync(tape, discord.Token, lines, now);
        await discord.WaitAsync(() => discord.Connected == 2 ? discord : null, now);

        foreach (var name in new[] { "operator", "admin" })
        {
            var person = discord.As(name);
            await person.AnswerAsync(person.Type("snapshot create", "server", "mod"), now);
            var card = await person.ReadAsync(person.Command("snapshot create", ("server", "modpack"), ("lock", true)), now);
            var opened = await person.AnswerAsync(person.Click(card, "Name…"), now);
            await person.ReadAsync(person.Submit(opened, ("Name", "before-update"), ("Which", "B")), now);
            await person.ReadAsync(person.Click(card, "Delete"), now);
        }

        while (lines.Count < 10)
        {
            // The tape fills as the line brings frames; it has no word for it.
            await Task.Delay(20, now);
        }

        await File.WriteAllLinesAsync(SourceTree.PathOf("tests", "Chat.Tests", "AtPlayground", "session.jsonl"), lines, now);
        tape.Abort();
        await taping;
        await deadline.CancelAsync();
        await running;
    }

    // A client that listens only. Its sequence is moved far up, so that it follows on from whatever session it is played into.
    private static async Task TapeAsync(ClientWebSocket tape, string token, List<string> lines, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var buffer = new byte[1024 * 1024];
        try
        {
            await tape.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(new { op = 2, d = new { token, intents = 1, properties = new { os = "linux", browser = "tape", device = "tape" } } }),
                WebSocketMessageType.Text,
                endOfMessage: true,
                cancellationToken);
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await tape.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                var frame = JsonNode.Parse(buffer.AsSpan(0, length))!;
                if (frame["t"]?.GetValue<string>() == "INTERACTION_CREATE")
                {
                    frame["s"] = 1000 + lines.Count;
                    lines.Add(new JsonObject { ["at"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds), ["frame"] = frame }.ToJsonString());
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The tape is cut.
        }
    }

    // Which interaction was answered, and how: the numbers of Discord's callback types.
    private static List<string> Answers(StandIn discord) =>
    [
        .. discord.Ledger.Calls
            .Where(call => call.Method == "POST" && call.Path.TrimStart('/').StartsWith("interactions/", StringComparison.Ordinal))
            .Select(call => $"{call.Path.TrimStart('/').Split('/')[1]}: {JsonNode.Parse(call.Body!)!["type"]}")
            .Order(StringComparer.Ordinal),
    ];

    private static List<(TimeSpan At, JsonObject Frame)> Frames() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "AtPlayground", "session.jsonl"))
            .Select(line => JsonNode.Parse(line)!)
            .Select(line => (TimeSpan.FromMilliseconds(line["at"]!.GetValue<double>()), line["frame"]!.DeepClone().AsObject())),
    ];

    private static async Task PlayAsync(StandIn discord, CancellationToken cancellationToken)
    {
        var guild = discord.World.Guilds[0];
        var start = Stopwatch.GetTimestamp();
        var frames = Frames();
        foreach (var (at, frame) in frames)
        {
            if (at - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, cancellationToken);
            }

            // Guild and channel are numbered anew in each world.
            (frame["d"]!["guild_id"], frame["d"]!["channel_id"], frame["d"]!["channel"]!["id"]) = ($"{guild.Id}", $"{guild.Channels[0].Id}", $"{guild.Channels[0].Id}");
            discord.Faults.SendRaw(frame);
        }

        while (Answers(discord).Count < frames.Count)
        {
            // What was recorded is nobody's in this world: only the ledger of calls knows of the answers, and it tells nobody.
            await Task.Delay(20, cancellationToken);
        }
    }
}
