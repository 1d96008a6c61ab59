using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>One request, read whole: where to, what for, the JSON and the files.</summary>
internal sealed record RestCall
{
    public required string Method { get; init; }

    /// <summary>The path below the version.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required Route Route { get; init; }

    /// <summary>What stands in the path's variable places.</summary>
    public required IReadOnlyDictionary<string, string> Places { get; init; }

    public JsonNode? Json { get; init; }

    /// <summary>Files by the number in their field's name, <c>files[n]</c>.</summary>
    public IReadOnlyDictionary<int, StoredFile> Files { get; init; } = new Dictionary<int, StoredFile>();

    public JsonObject Body => Json as JsonObject ?? [];

    public string Place(string name) => Places[name];

    public ulong Id(string name) => ulong.TryParse(Places[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw NotSnowflake(name);

    private RestError NotSnowflake(string name) => RestError.InvalidForm(new JsonObject
    {
        [name] = new JsonObject
        {
            ["_errors"] = new JsonArray(new JsonObject { ["code"] = "NUMBER_TYPE_COERCE", ["message"] = $"Value \"{Places[name]}\" is not snowflake." }),
        },
    });
}
