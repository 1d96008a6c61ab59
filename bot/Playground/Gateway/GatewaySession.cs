using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Gateway;

/// <summary>What a client that lost its connection takes up again: the events since, in order. Used under the hub's gate.</summary>
internal sealed class GatewaySession(string id, Intents intents, int shard, int shards)
{
    private const int KeptEvents = 5_000;

    private readonly Queue<(int Sequence, byte[] Frame)> _events = new();
    private int _sequence;

    public string Id => id;

    /// <summary>The connection it goes over at present; null while the client is away.</summary>
    public GatewayConnection? Connection { get; set; }

    /// <summary>When it lost its last connection.</summary>
    public DateTimeOffset AwaySince { get; set; }

    public int Sequence => _sequence;

    public bool Wants(Intents needed) => (intents & needed) == needed;

    public bool Serves(ulong guild) => (int)((guild >> 22) % (ulong)shards) == shard;

    public void Dispatch(string name, JsonNode data)
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["t"] = name, ["s"] = ++_sequence, ["op"] = 0, ["d"] = data });
        _events.Enqueue((_sequence, frame));
        if (_events.Count > KeptEvents)
        {
            _events.Dequeue();
        }

        Connection?.Send(frame);
    }

    /// <summary>Sends what the client has missed.</summary>
    /// <returns>How many events; -1 when some of them are not kept any more or it claims to have seen what never was.</returns>
    public int Replay(int seen)
    {
        if (seen > _sequence || (_events.Count > 0 && _events.Peek().Sequence > seen + 1))
        {
            return -1;
        }

        var missed = _events.Where(one => one.Sequence > seen).ToList();
        missed.ForEach(one => Connection!.Send(one.Frame));
        return missed.Count;
    }
}
