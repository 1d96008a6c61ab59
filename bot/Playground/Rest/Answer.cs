using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rest;

/// <summary>What a route answers: a status, and JSON unless it is 204.</summary>
internal sealed record Answer(int Status, JsonNode? Body)
{
    public static Answer NoContent { get; } = new(204, null);

    public static Answer Ok(JsonNode body) => new(200, body);
}
