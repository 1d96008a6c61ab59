using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.State;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// An evening as the gateway told it, frames with the times at which they came, played to discord.js and to the whole of this program: both
/// answer the same interactions, each of them once.
/// </summary>
public sealed class RecordedSessionTests
{
    private const int Patience = 600_000;
    private const string DiscordJs = "14.28.1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Tape => SourceTree.PathOf("tests", "Bot.Tests", "Discord", "evening.jsonl");

    [Fact(Timeout = Patience)]
    public async Task Evening_PlayedToDiscordJsAndToTheWholeProgram_IsAnsweredAlike()
    {
        var modules = await NodePackage.FindAsync("discord.js", DiscordJs);
        Assert.SkipWhen(modules is null, "node, npm or the package discord.js is not to be had here.");
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        var things = await PrepareAsync(bench);
        await using var theirs = await StandIn.StartWithGuildAsync(DiscordBench.UnderLoad with { RateLimits = RateLimits.Off }, Cancel);
        await using (var node = NodeBot.Start(modules!, theirs, script: "answers.mjs"))
        {
            await node.NextAsync("ready", Cancel);
            await PlayAsync(theirs, Names(theirs, things));
        }

        await using var bot = await bench.ServeAsync(Cancel);
        await PlayAsync(bench.Discord, Names(bench.Discord, things));

        var answered = Answered(bench.Discord);
        answered.ShouldBe(Answered(theirs));
        answered.ShouldBe([.. Frames([]).Select(frame => frame.Frame["d"]!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal)], "each of them, and each once");
        answered.Count.ShouldBeGreaterThan(20);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        bot.Errors.ShouldNotContain("should not happen");
    }

    /// <summary>Writes the recording anew: SNAPSHOTBOT_TEST_RECORD=1.</summary>
    [Fact(Timeout = Patience)]
    public async Task Record_AnEvening_WhenAskedTo()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_RECORD") != "1", "Only by SNAPSHOTBOT_TEST_RECORD=1.");
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        var things = await PrepareAsync(bench);
        await using var bot = await bench.ServeAsync(Cancel);
        using var tape = new ClientWebSocket();
        await tape.ConnectAsync(new Uri(bench.Discord.GatewayUrl + "?v=10&encoding=json"), Cancel);
        var lines = new List<string> { new JsonObject { ["names"] = JsonSerializer.SerializeToNode(Names(bench.Discord, things)) }.ToJsonString() };
        var taping = TapeAsync(tape, bench.Discord.Token, lines);
        await bench.Discord.WaitAsync(() => bench.Discord.Connected == 2 ? bench : null, Cancel);

        var asked = await LiveAsync(bench, things.Snapshot);

        while (lines.Count <= asked)
        {
            // The tape fills as the line brings frames; it has no word for it.
            await Task.Delay(20, Cancel);
        }

        await File.WriteAllLinesAsync(Tape, lines, Cancel);
        tape.Abort();
        await taping;
    }

    /// <summary>What people did that evening; how many interactions it was.</summary>
    private static async Task<int> LiveAsync(DiscordBench bench, string snapshot)
    {
        var asked = 0;
        var (viewer, mod, admin, owner, stranger) = (bench.As("viewer"), bench.As("operator"), bench.As("admin"), bench.As("owner"), bench.As("stranger"));
        foreach (var press in (Func<Exchange>[])
            [
                () => owner.Command("settings show"), () => viewer.Command("snapshot list"), () => viewer.Command("server list"), () => admin.Command("panel"),
                () => viewer.Type("snapshot info", "snapshot", ""), () => viewer.Type("snapshot info", "snapshot", "g"), () => viewer.Type("snapshot info", "snapshot", "go"),
                () => viewer.Command("snapshot info", ("snapshot", snapshot)), () => viewer.Command("snapshot diff", ("snapshot", snapshot)),
                () => mod.Command("snapshot lock", ("snapshot", snapshot)), () => mod.Command("snapshot restore", ("snapshot", snapshot)),
                () => stranger.Command("snapshot list"), () => stranger.Type("snapshot info", "snapshot", "g"), () => viewer.Command("snapshot create"),
                () => admin.Command("snapshot delete", ("snapshot", snapshot)), () => admin.Command("snapshot unlock", ("snapshot", snapshot)),
                () => mod.Command("operation list"), () => viewer.Command("storage show"), () => admin.Type("server add", "container", ""),
            ])
        {
            await bench.As("owner").AnswerAsync(press(), Cancel);
            asked++;
        }

        var panel = await viewer.SeesAsync(post => post.OnlyFor is null && post.Author is null, Cancel);
        var form = await mod.AnswerAsync(mod.Click(panel, "Create snapshot"), Cancel);
        _ = await mod.AnswerAsync(mod.Submit(form, ("Name", "from the form")), Cancel);
        var card = await admin.ReadAsync(admin.Click(panel, "Open"), Cancel);
        _ = await admin.ReadAsync(admin.Click(card, "Compare…"), Cancel);
        _ = await viewer.AnswerAsync(viewer.Click(panel, "Schedules"), Cancel);
        _ = await viewer.AnswerAsync(viewer.Click(panel, "Storage"), Cancel);
        return asked + 6;
    }

    private static async Task<Things> PrepareAsync(DiscordBench bench)
    {
        await bench.SetUpAsync(Cancel);
        var added = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "good");
        return new Things(
            added.Json.GetProperty("server").GetProperty("id").GetString()!, made.Json.GetProperty("snapshot").GetProperty("id").GetString()!);
    }

    /// <summary>What has another number in each world, by a name that is the same in all.</summary>
    private static Dictionary<string, string> Names(StandIn discord, Things things)
    {
        var guild = discord.World.Guilds[0];
        return new Dictionary<string, string>(
            [
                new("guild", $"{guild.Id}"), new("application", $"{discord.World.Application.Id}"), new("server", things.Server), new("snapshot", things.Snapshot),
                .. guild.Channels.Select(channel => KeyValuePair.Create("channel " + channel.Name, $"{channel.Id}")),
                .. guild.Roles.Where(role => role.Id != guild.Id).Select(role => KeyValuePair.Create("role " + role.Name, $"{role.Id}")),
                .. guild.Members.Select(member => KeyValuePair.Create("person " + member.Person.Name, $"{member.Person.Id}")),
            ],
            StringComparer.Ordinal);
    }

    private static List<(TimeSpan At, JsonObject Frame)> Frames(Dictionary<string, string> names)
    {
        var lines = File.ReadAllLines(Tape);
        var recorded = JsonNode.Parse(lines[0])!["names"]!.AsObject();
        return [.. lines.Skip(1).Select(line =>
        {
            foreach (var (name, value) in names)
            {
                line = recorded[name] is { } old ? line.Replace(old.GetValue<string>(), value, StringComparison.Ordinal) : line;
            }

            var frame = JsonNode.Parse(line)!;
            return (TimeSpan.FromMilliseconds(frame["at"]!.GetValue<double>()), frame["frame"]!.DeepClone().AsObject());
        })];
    }

    private static async Task PlayAsync(StandIn discord, Dictionary<string, string> names)
    {
        var start = Stopwatch.GetTimestamp();
        var frames = Frames(names);
        foreach (var (at, frame) in frames)
        {
            if (at - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, Cancel);
            }

            discord.Faults.SendRaw(frame);
        }

        while (Answered(discord).Count < frames.Count)
        {
            // What was recorded is nobody's in this world: only the ledger of calls knows of the answers, and it tells nobody.
            await Task.Delay(20, Cancel);
        }
    }

    private static List<string> Answered(StandIn discord) =>
    [
        .. discord.Ledger.Calls
            .Where(call => call.Method == "POST" && call.Path.TrimStart('/').StartsWith("interactions/", StringComparison.Ordinal))
            .Select(call => call.Path.TrimStart('/').Split('/')[1])
            .Order(StringComparer.Ordinal),
    ];

    // A client that listens only. Its sequence is moved far up, so that it follows on from whatever session it is played into.
    private static async Task TapeAsync(ClientWebSocket tape, string token, List<string> lines)
    {
        var start = Stopwatch.GetTimestamp();
        var buffer = new byte[1024 * 1024];
        try
        {
            await tape.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(new { op = 2, d = new { token, intents = 1, properties = new { os = "linux", browser = "tape", device = "tape" } } }),
                WebSocketMessageType.Text,
                endOfMessage: true,
                Cancel);
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await tape.ReceiveAsync(buffer.AsMemory(length), Cancel);
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

    private sealed record Things(string Server, string Snapshot);
}
