using System.Text.Json.Nodes;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground;

/// <summary>What goes wrong at Discord, on demand.</summary>
public sealed class Faults
{
    private readonly World _world;
    private readonly GatewayHub _hub;
    private readonly List<RestFault> _rest = [];

    internal Faults(World world, GatewayHub hub)
    {
        _world = world;
        _hub = hub;
    }

    /// <summary>Op 7: every client is asked to connect anew and resume.</summary>
    public void AskToReconnect() => Each(connection => connection.Send(new JsonObject { ["t"] = null, ["s"] = null, ["op"] = 7, ["d"] = null }));

    /// <summary>Op 9: the session is no longer valid, and may or may not be resumed.</summary>
    public void InvalidateSessions(SessionFate fate)
    {
        Each(connection => connection.Send(GatewayHub.InvalidSession(fate == SessionFate.MayResume)));
        if (fate == SessionFate.Lost)
        {
            _hub.ForgetSessions();
        }
    }

    /// <summary>The next RESUME is answered with op 9.</summary>
    public void ForgetSessions() => _hub.ForgetSessions();

    /// <summary>Connections stay open and fall silent: no acknowledgement, no event.</summary>
    public void TurnToZombies() => Each(connection => connection.IsZombie = true);

    /// <summary>The line is cut without a word.</summary>
    public void DropConnections() => Each(connection => connection.Abort());

    /// <summary>Closes every connection with a code.</summary>
    public void CloseConnections(GatewayClose code) => Each(connection => connection.Close(code));

    /// <summary>Every login ends with this code, until it is null again.</summary>
    public void RefuseLogins(GatewayClose? code)
    {
        lock (_world.Gate)
        {
            _hub.RefuseIdentify = code;
        }
    }

    /// <summary>The next connections are answered with 503.</summary>
    public void RefuseConnections(int count)
    {
        lock (_world.Gate)
        {
            _hub.RefuseConnections = count;
        }
    }

    /// <summary>Sends a frame as it is, for sessions that were recorded.</summary>
    public void SendRaw(JsonObject frame) => Each(connection => connection.Send(frame));

    /// <summary>Requests of a method ("*" for any) below a path's beginning are answered so, as often as said.</summary>
    public void OnRest(string method, string pathStart, RestFault.Kind kind, int times)
    {
        lock (_world.Gate)
        {
            _rest.Add(new RestFault(method, pathStart, kind) { Left = times });
        }
    }

    /// <summary>Ends all scripted answers.</summary>
    public void ClearRest()
    {
        lock (_world.Gate)
        {
            _rest.Clear();
        }
    }

    /// <summary>Every interaction's token is over, as after fifteen minutes.</summary>
    public void ExpireTokens()
    {
        lock (_world.Gate)
        {
            foreach (var exchange in _world.Exchanges.Values)
            {
                exchange.IsExpired = true;
            }
        }
    }

    internal RestFault.Kind? Take(string method, string path)
    {
        lock (_world.Gate)
        {
            var found = _rest.Find(fault => fault.Left > 0 && (fault.Method == "*" || fault.Method == method) && path.StartsWith(fault.PathStart, StringComparison.Ordinal));
            if (found is null)
            {
                return null;
            }

            found.Left--;
            return found.What;
        }
    }

    private void Each(Action<GatewayConnection> act)
    {
        lock (_world.Gate)
        {
            foreach (var connection in _hub.Connections.Where(one => one.Session is not null).ToList())
            {
                act(connection);
            }
        }
    }
}

/// <summary>What becomes of a session that was invalidated.</summary>
public enum SessionFate
{
    /// <summary>A client may resume it.</summary>
    MayResume,

    /// <summary>It has to log in anew.</summary>
    Lost,
}

/// <summary>A scripted answer of the REST API.</summary>
public sealed class RestFault
{
    internal RestFault(string method, string pathStart, Kind what)
    {
        Method = method;
        PathStart = pathStart;
        What = what;
    }

    internal string Method { get; }

    internal string PathStart { get; }

    internal Kind What { get; }

    internal int Left { get; set; }

    /// <summary>What happens to the request.</summary>
    public abstract record Kind
    {
        private Kind()
        {
        }

        /// <summary>This status with an empty or short body, before anything is done.</summary>
        public sealed record Status(int Code) : Kind;

        /// <summary>It is done, and its answer is a 502: whoever asks again does it twice.</summary>
        public sealed record DoneButLost : Kind;

        /// <summary>429 with this wait.</summary>
        public sealed record Limited(TimeSpan Wait, LimitScope Scope) : Kind;

        /// <summary>Answered this much later.</summary>
        public sealed record Slow(TimeSpan By) : Kind;

        /// <summary>The connection is cut before an answer.</summary>
        public sealed record Cut : Kind;
    }
}

/// <summary>Whose limit a 429 speaks of.</summary>
public enum LimitScope
{
    User,
    Shared,
    Global,

    /// <summary>An edge before the API: HTML, no JSON, no headers of buckets.</summary>
    Edge,
}
