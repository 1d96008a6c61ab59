using System.IO.Compression;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Gateway;

/// <summary>The gateway by bare frames.</summary>
public sealed class GatewayTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_ByTheBook_SaysHelloReadyAndTheGuilds()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        using var client = await Client.ConnectAsync(discord, "?v=10&encoding=json");

        (await client.NextAsync())["op"]!.GetValue<int>().ShouldBe(10);
        await client.SendAsync("""{"op":1,"d":null}""");
        (await client.NextAsync())["op"]!.GetValue<int>().ShouldBe(11);
        await client.IdentifyAsync(discord.Token);
        var ready = await client.NextAsync();
        (ready["t"]!.GetValue<string>(), ready["s"]!.GetValue<int>()).ShouldBe(("READY", 1));
        ready["d"]!["guilds"]![0]!["unavailable"]!.GetValue<bool>().ShouldBeTrue();
        var guild = await client.NextAsync();
        guild["t"]!.GetValue<string>().ShouldBe("GUILD_CREATE");
        guild["d"]!["preferred_locale"]!.GetValue<string>().ShouldBe("en-US");
        guild["d"]!["roles"]!.AsArray().Count.ShouldBe(5, "everyone, three of the bot's people, and the bot's own");
    }

    [Theory]
    [InlineData("""{"op":2,"d":{"token":"wrong","intents":1,"properties":{}}}""", GatewayClose.AuthenticationFailed)]
    [InlineData("""{"op":2,"d":{"token":"$","intents":32768,"properties":{}}}""", GatewayClose.DisallowedIntents)]
    [InlineData("""{"op":2,"d":{"token":"$","intents":1073741824,"properties":{}}}""", GatewayClose.InvalidIntents)]
    [InlineData("""{"op":3,"d":{}}""", GatewayClose.NotAuthenticated)]
    [InlineData("""{"op":99}""", GatewayClose.UnknownOpcode)]
    [InlineData("no json", GatewayClose.DecodeError)]
    public async Task Frame_ThatIsWrong_ClosesWithDiscordsCode(string frame, GatewayClose code)
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        using var client = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await client.NextAsync();
        await client.SendAsync(frame.Replace("$", discord.Token, StringComparison.Ordinal));

        (await client.ClosedAsync()).ShouldBe((int)code);
    }

    [Fact]
    public async Task Resume_AfterACut_BringsWhatWasMissedAndThenResumed()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        string session;
        using (var first = await Client.ConnectAsync(discord, "?v=10&encoding=json"))
        {
            await first.NextAsync();
            await first.IdentifyAsync(discord.Token);
            session = (await first.NextAsync())["d"]!["session_id"]!.GetValue<string>();
            await first.NextAsync();
            discord.Faults.DropConnections();
        }

        discord.World.Guilds[0].AddChannel("missed");
        using var second = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await second.NextAsync();
        await second.SendAsync($$$"""{"op":6,"d":{"token":"{{{discord.Token}}}","session_id":"{{{session}}}","seq":2}}""");

        (await second.NextAsync())["t"]!.GetValue<string>().ShouldBe("CHANNEL_CREATE");
        (await second.NextAsync())["t"]!.GetValue<string>().ShouldBe("RESUMED");
        discord.Logins.ShouldBe((1, 1));
    }

    [Fact]
    public async Task Resume_OfAnotherSession_IsInvalid()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        using var client = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await client.NextAsync();
        await client.SendAsync($$$"""{"op":6,"d":{"token":"{{{discord.Token}}}","session_id":"none","seq":2}}""");

        var invalid = await client.NextAsync();
        (invalid["op"]!.GetValue<int>(), invalid["d"]!.GetValue<bool>()).ShouldBe((9, false));
    }

    [Fact]
    public async Task Identify_TwiceInFiveSeconds_IsInvalidUntilThen()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        using var first = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await first.NextAsync();
        await first.IdentifyAsync(discord.Token);
        await first.NextAsync();
        using var second = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await second.NextAsync();
        await second.IdentifyAsync(discord.Token);
        (await second.NextAsync())["op"]!.GetValue<int>().ShouldBe(9);
        clock.Advance(TimeSpan.FromSeconds(5));
        await second.IdentifyAsync(discord.Token);

        (await second.NextAsync())["t"]!.GetValue<string>().ShouldBe("READY");
    }

    [Fact]
    public async Task Client_WithoutAHeartbeat_IsLetGo()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options with { Time = clock }, Now);
        using var client = await Client.ConnectAsync(discord, "?v=10&encoding=json");
        await client.NextAsync();
        clock.Advance(TimeSpan.FromSeconds(42));
        clock.Advance(TimeSpan.FromSeconds(42));

        (await client.ClosedAsync()).ShouldBe((int)GatewayClose.SessionTimedOut);
    }

    [Fact]
    public async Task ZlibStream_IsOneContextFlushedAtEachMessage()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        using var client = await Client.ConnectAsync(discord, "?v=10&encoding=json&compress=zlib-stream");
        var hello = await client.RawAsync();
        hello[^4..].ShouldBe([0, 0, 0xFF, 0xFF]);
        await client.SendAsync("""{"op":1,"d":null}""");
        var acknowledged = await client.RawAsync();
        acknowledged[^4..].ShouldBe([0, 0, 0xFF, 0xFF]);

        // The second message alone is no zlib stream: it goes on from the first.
        using var zlib = new ZLibStream(new MemoryStream([.. hello, .. acknowledged]), CompressionMode.Decompress);
        var text = new byte[4096];
        var length = zlib.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        System.Text.Encoding.UTF8.GetString(text, 0, length).ShouldEndWith("\"op\":11,\"d\":null}");
    }

    private sealed class Client : IDisposable
    {
        private readonly ClientWebSocket _socket = new();

        public static async Task<Client> ConnectAsync(StandIn discord, string query)
        {
            var client = new Client();
            await client._socket.ConnectAsync(new Uri(discord.GatewayUrl + query), Now);
            return client;
        }

        public Task IdentifyAsync(string token) =>
            SendAsync(new JsonObject { ["op"] = 2, ["d"] = new JsonObject { ["token"] = token, ["intents"] = 1, ["properties"] = new JsonObject { ["os"] = "linux" } } }.ToJsonString());

        public async Task SendAsync(string frame) =>
            await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, Now);

        public async Task<JsonNode> NextAsync() => JsonNode.Parse(await RawAsync())!;

        public async Task<byte[]> RawAsync()
        {
            var buffer = new byte[256 * 1024];
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), Now);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            return part.MessageType == WebSocketMessageType.Close ? throw new JsonException($"Closed with {_socket.CloseStatus}.") : buffer[..length];
        }

        public async Task<int> ClosedAsync()
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(new byte[4096].AsMemory(), Now);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return (int)_socket.CloseStatus!;
                }
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
