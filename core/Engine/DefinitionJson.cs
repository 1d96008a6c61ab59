using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>Reading and taking apart the engine's own descriptions.</summary>
internal static class DefinitionJson
{
    // What strangers wrote into labels and variables must come back as it was; the text goes to the engine and into files, never into a page.
    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject ParseObject(ReadOnlyMemory<byte> json, string noun, string required)
    {
        try
        {
            if (JsonNode.Parse(json.Span) is JsonObject document && document.ContainsKey(required))
            {
                return document;
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw Unreadable(noun, error);
        }

        throw Unreadable(noun, null);
    }

    public static byte[] ToBytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Writing);

    public static JsonObject Pick(JsonObject from, ReadOnlySpan<string> names)
    {
        var picked = new JsonObject();
        foreach (var name in names)
        {
            if (from[name] is { } value)
            {
                picked[name] = value.DeepClone();
            }
        }

        return picked;
    }

    public static JsonObject ToObject(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var result = new JsonObject();
        foreach (var (key, value) in pairs)
        {
            result[key] = value;
        }

        return result;
    }

    public static JsonArray ToArray(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];

    public static JsonObject ObjectAt(this JsonObject node, string name)
    {
        if (node[name] is JsonObject found)
        {
            return found;
        }

        var made = new JsonObject();
        node[name] = made;
        return made;
    }

    public static string Text(this JsonObject? node, string name) =>
        node?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : string.Empty;

    public static IReadOnlyDictionary<string, string> TextMap(this JsonObject node, string name) =>
        node[name] is JsonObject map
            ? map.ToDictionary(pair => pair.Key, pair => pair.Value is JsonValue value ? value.ToString() : string.Empty, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    private static EngineAnswerException Unreadable(string noun, Exception? inner) => new(
        $"The description of a {noun} can't be read. Nothing was changed. It is damaged, or written by an engine this version does not know.",
        inner);
}
