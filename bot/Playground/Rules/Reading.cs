using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rules;

/// <summary>Reads JSON whose types nobody has vouched for.</summary>
internal static class Reading
{
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static int? Number(this JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) ? number : null;

    public static bool IsTrue(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    public static JsonArray Items(this JsonNode? node) => node as JsonArray ?? [];

    /// <summary>Characters as Discord counts them: an emoji is one.</summary>
    public static int Characters(this string text) => text.EnumerateRunes().Count();
}
