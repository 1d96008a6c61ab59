using System.Globalization;
using System.Text.Json;

namespace SnapshotBot.Engine.Transport;

/// <summary>Reading the engine's answers: a missing or empty value is normal, a wrong kind is not.</summary>
internal static class Answer
{
    public static T Read<T>(ReadOnlyMemory<byte> json, CallSubject subject, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw EngineErrors.Unreadable(subject, error);
        }
    }

    public static JsonElement At(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string Text(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : string.Empty;

    public static bool Flag(this JsonElement element, string name) => element.At(name).ValueKind == JsonValueKind.True;

    public static long Number(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : 0;

    public static DateTimeOffset? Time(this JsonElement element, string name)
    {
        var text = element.Text(name);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? time
            : null;
    }

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : [];

    /// <summary>A list of texts; the engine writes an absent one as null, and old images have a single text.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.GetString() ?? string.Empty)],
        { ValueKind: JsonValueKind.String } single => [single.GetString()!],
        _ => [],
    };

    public static IReadOnlyDictionary<string, string> TextMap(this JsonElement element, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in element.Members(name))
        {
            map[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
        }

        return map;
    }
}
