using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Gateway;

/// <summary>The gateway of version 10: logs clients in, takes their sessions up again, tells them what happens. State under the world's gate.</summary>
internal sealed class GatewayHub(World world, StandInOptions options, Func<Uri> url)
{
    // Every bit that means something.
    private const int KnownIntents = ((1 << 17) - 1) | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

    // Discord wants this much time between two logins.
    private static readonly TimeSpan BetweenIdentifies = TimeSpan.FromSeconds(5);

    // How long a session waits for its client; Discord does not say how long its own do, clients see minutes.
    private static readonly TimeSpan SessionTime = TimeSpan.FromMinutes(5);

    private readonly List<GatewayConnection> _connections = [];
    private readonly Dictionary<string, GatewaySession> _sessions = new(StringComparer.Ordinal);
    private DateTimeOffset _lastIdentify = DateTimeOffset.MinValue;

    public int StartsLeft { get; private set; } = options.SessionStarts;

    public int Identifies { get; private set; }

    public int Resumes { get; private set; }

    /// <summary>Scripted: the code that ends every login.</summary>
    public GatewayClose? RefuseIdentify { get; set; }

    /// <summary>Scripted: how many more connections are refused before they are WebSockets.</summary>
    public int RefuseConnections { get; set; }

    public IReadOnlyList<GatewayConnection> Connections => _connections;

    public IReadOnlyCollection<GatewaySession> Sessions => _sessions.Values;

    public void ForgetSessions()
    {
        lock (world.Gate)
        {
            _sessions.Clear();
        }
    }

    public async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || TakeRefusal())
        {
            http.Response.StatusCode = http.WebSockets.IsWebSocketRequest ? 503 : 400;
            return;
        }

        var query = http.Request.Query;
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var connection = new GatewayConnection(socket, query["compress"] == "zlib-stream" ? new ZlibFrames() : null, options.Time);
        await using var watch = options.Time.CreateTimer(_ => CheckBeat(connection), null, options.HeartbeatInterval, options.HeartbeatInterval);
        lock (world.Gate)
        {
            _connections.Add(connection);
            connection.Send(new JsonObject
            {
                ["t"] = null,
                ["s"] = null,
                ["op"] = 10,
                ["d"] = new JsonObject { ["heartbeat_interval"] = (int)options.HeartbeatInterval.TotalMilliseconds, ["_trace"] = new JsonArray() },
            });
            if (query["v"] != "10" || (query["encoding"].ToString() is { Length: > 0 } encoding && encoding != "json"))
            {
                connection.Close(query["v"] != "10" ? GatewayClose.InvalidVersion : GatewayClose.DecodeError);
            }

            world.Pulse();
        }

        try
        {
            await connection.RunAsync(Receive, http.RequestAborted);
        }
        finally
        {
            lock (world.Gate)
            {
                _connections.Remove(connection);
                if (connection.Session is { } session && session.Connection == connection)
                {
                    session.Connection = null;
                    session.AwaySince = options.Time.GetUtcNow();
                }

                // Whoever says goodbye with 1000 or 1001 does not come back for the session.
                if (socket.CloseStatus is WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable && connection.Session is { } ended)
                {
                    _sessions.Remove(ended.Id);
                }

                world.Pulse();
            }
        }
    }

    /// <summary>Tells every session whose shard and intents it concerns. Under the gate.</summary>
    public void Dispatch(string name, ulong guild, Intents needed, Func<JsonNode> data)
    {
        // A client that was killed never says that it won't come back.
        var lost = options.Time.GetUtcNow() - SessionTime;
        foreach (var session in _sessions.Values.Where(session => session.Connection is null && session.AwaySince < lost).ToList())
        {
            _sessions.Remove(session.Id);
        }

        foreach (var session in _sessions.Values.Where(session => session.Wants(needed) && session.Serves(guild)))
        {
            session.Dispatch(name, data());
        }
    }

    private bool TakeRefusal()
    {
        lock (world.Gate)
        {
            return RefuseConnections > 0 && RefuseConnections-- > 0;
        }
    }

    private void CheckBeat(GatewayConnection connection)
    {
        if (connection.SinceBeat > options.HeartbeatInterval * 1.5)
        {
            connection.Close(GatewayClose.SessionTimedOut);
        }
    }

    private void Receive(GatewayConnection connection, JsonObject frame)
    {
        lock (world.Gate)
        {
            switch (frame["op"] is JsonValue op && op.TryGetValue<int>(out var code) ? code : -1)
            {
                case 1:
                    connection.Beat();
                    connection.Send(new JsonObject { ["t"] = null, ["s"] = null, ["op"] = 11, ["d"] = null });
                    break;
                case 2:
                    Identify(connection, frame["d"] as JsonObject ?? []);
                    break;
                case 6:
                    Resume(connection, frame["d"] as JsonObject ?? []);
                    break;
                case 3 or 4 or 8 or 31:
                    if (connection.Session is null)
                    {
                        connection.Close(GatewayClose.NotAuthenticated);
                    }

                    break;
                default:
                    connection.Close(GatewayClose.UnknownOpcode);
                    break;
            }

            world.Pulse();
        }
    }

    private void Identify(GatewayConnection connection, JsonObject data)
    {
        Identifies++;
        var problem = IdentifyProblem(connection, data);
        if (problem is { } close)
        {
            connection.Close(close);
            return;
        }

        var now = options.Time.GetUtcNow();
        if (options.RateLimits == RateLimits.AsDiscord && now - _lastIdentify < BetweenIdentifies)
        {
            connection.Send(InvalidSession(resumable: false));
            return;
        }

        _lastIdentify = now;
        StartsLeft--;
        var intents = (Intents)data["intents"]!.GetValue<int>();
        var (shard, shards) = Shard(data);
        var session = new GatewaySession(RandomNumberGenerator.GetHexString(32, lowercase: true), intents, shard, shards) { Connection = connection };
        _sessions[session.Id] = session;
        connection.Session = session;
        var guilds = world.Guilds.Where(guild => guild.HasBot && session.Serves(guild.Id)).ToList();
        session.Dispatch("READY", Ready(session, guilds, (shard, shards)));
        if (session.Wants(Intents.Guilds))
        {
            guilds.ForEach(guild => session.Dispatch("GUILD_CREATE", Shapes.GuildCreated(world, guild)));
        }
    }

    private GatewayClose? IdentifyProblem(GatewayConnection connection, JsonObject data)
    {
        var (shard, shards) = Shard(data);
        return connection.Session is not null ? GatewayClose.AlreadyAuthenticated
            : RefuseIdentify is { } scripted ? scripted
            // Whoever logs in a thousand times a day has its token taken away.
            : StartsLeft <= 0 || Clean(data["token"]) != world.Application.Token ? GatewayClose.AuthenticationFailed
            : data["properties"] is not JsonObject ? GatewayClose.DecodeError
            : data["intents"] is not JsonValue value || !value.TryGetValue<int>(out var intents) || (intents & ~KnownIntents) != 0 ? GatewayClose.InvalidIntents
            : ((Intents)intents & Intents.Privileged) != Intents.None ? GatewayClose.DisallowedIntents
            : shards < 1 || shard < 0 || shard >= shards ? GatewayClose.InvalidShard
            : null;
    }

    private void Resume(GatewayConnection connection, JsonObject data)
    {
        Resumes++;
        if (connection.Session is not null)
        {
            connection.Close(GatewayClose.AlreadyAuthenticated);
        }
        else if (Clean(data["token"]) != world.Application.Token)
        {
            connection.Close(GatewayClose.AuthenticationFailed);
        }
        else if (PostReading.Text(data["session_id"]) is not { } id || !_sessions.TryGetValue(id, out var session)
            || data["seq"] is not JsonValue value || !value.TryGetValue<int>(out var seen))
        {
            connection.Send(InvalidSession(resumable: false));
        }
        else if (seen > session.Sequence)
        {
            connection.Close(GatewayClose.InvalidSequence);
        }
        else
        {
            session.Connection?.Close(GatewayClose.UnknownError);
            session.Connection = connection;
            connection.Session = session;
            if (session.Replay(seen) < 0)
            {
                _sessions.Remove(id);
                connection.Session = null;
                connection.Send(InvalidSession(resumable: false));
                return;
            }

            session.Dispatch("RESUMED", new JsonObject { ["_trace"] = new JsonArray() });
        }
    }

    internal static JsonObject InvalidSession(bool resumable) => new() { ["t"] = null, ["s"] = null, ["op"] = 9, ["d"] = resumable };

    private JsonObject Ready(GatewaySession session, List<Guild> guilds, (int Id, int Count) shard) => new()
    {
        ["v"] = 10,
        ["user_settings"] = new JsonObject(),
        ["user"] = Shapes.Bot(world.Application),
        ["session_type"] = "normal",
        ["session_id"] = session.Id,
        ["resume_gateway_url"] = url().ToString().TrimEnd('/'),
        ["relationships"] = new JsonArray(),
        ["private_channels"] = new JsonArray(),
        ["presences"] = new JsonArray(),
        ["guilds"] = Shapes.Array(guilds.Select(guild => new JsonObject { ["id"] = Shapes.Id(guild.Id), ["unavailable"] = true })),
        ["guild_join_requests"] = new JsonArray(),
        ["geo_ordered_rtc_regions"] = new JsonArray(),
        ["auth"] = new JsonObject(),
        ["application"] = new JsonObject { ["id"] = Shapes.Id(world.Application.Id), ["flags"] = 0 },
        ["shard"] = new JsonArray(shard.Id, shard.Count),
        ["_trace"] = new JsonArray(),
    };

    private static (int Id, int Count) Shard(JsonObject data) =>
        data["shard"] is JsonArray { Count: 2 } shard ? (Number(shard[0]), Number(shard[1])) : (0, 1);

    private static int Number(JsonNode? node) => int.TryParse(node?.ToString(), CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string? Clean(JsonNode? token) => PostReading.Text(token) is { } text && text.StartsWith("Bot ", StringComparison.Ordinal) ? text[4..] : PostReading.Text(token);
}
