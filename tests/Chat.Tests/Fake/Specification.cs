using System.Text.Json;
using System.Text.RegularExpressions;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>
/// Holds request bodies against Discord's published specification, where it lies beside the repository or SNAPSHOTBOT_TEST_DISCORD_SPECIFICATION names it, and
/// always against <see cref="Rules"/>.
/// </summary>
internal static class Specification
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Lazy<JsonElement?> Document = new(Load);

    /// <summary>Where it lies; null: nowhere.</summary>
    public static string? Location { get; } = Find();

    /// <summary>Null where the specification isn't there: then only the rules are checked.</summary>
    public static JsonElement? Root => Document.Value;

    public static IEnumerable<string> FaultsOf(Seen seen)
    {
        if (seen.Body.Length == 0)
        {
            return [];
        }

        using var body = JsonDocument.Parse(seen.Body);
        var faults = Rules.FaultsOf(seen, body.RootElement).ToList();
        if (Root is { } root)
        {
            faults.AddRange(SchemaOf(root, seen) is { } schema
                ? new SchemaCheck(root).FaultsOf(schema, body.RootElement, "$")
                : [$"the specification knows no {seen.Method} {seen.Path}"]);
        }

        return faults;
    }

    private static JsonElement? SchemaOf(JsonElement root, Seen seen)
    {
        foreach (var path in root.GetProperty("paths").EnumerateObject().OrderBy(path => path.Name.Count(c => c == '{')))
        {
            var pattern = "^" + Regex.Replace(Regex.Escape(path.Name.TrimStart('/')), @"\\\{[^}]+}", "[^/]+", RegexOptions.None, Patience) + "$";
            if (Regex.IsMatch(seen.Path, pattern, RegexOptions.None, Patience)
                && path.Value.TryGetProperty(seen.Method.ToLowerInvariant(), out var operation)
                && operation.TryGetProperty("requestBody", out var body))
            {
                return body.GetProperty("content").GetProperty("application/json").GetProperty("schema");
            }
        }

        return null;
    }

    private static string? Find()
    {
        var file = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_DISCORD_SPECIFICATION");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); file is null && folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "discord", "openapi.json");
            file = File.Exists(candidate) ? candidate : null;
        }

        return file;
    }

    private static JsonElement? Load()
    {
        if (Location is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(Location));
        return document.RootElement.Clone();
    }
}

/// <summary>As much of JSON Schema as the specification uses. It leaves unknown keys alone; here they are faults, for Discord drops them silently.</summary>
internal sealed class SchemaCheck(JsonElement root)
{
    public IEnumerable<string> FaultsOf(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var target = reference.GetString()!.Split('/')[1..].Aggregate(root, (node, name) => node.GetProperty(name));
            return FaultsOf(target, value, at);
        }

        foreach (var any in new[] { "oneOf", "anyOf" }.Where(name => schema.TryGetProperty(name, out _)))
        {
            var tries = schema.GetProperty(any).EnumerateArray().Select(option => FaultsOf(option, value, at).ToList()).ToList();

            // Of all that don't fit, the one that fits deepest says most.
            return tries.Any(faults => faults.Count == 0) ? [] : tries.OrderByDescending(faults => faults.Max(fault => fault.Length)).First();
        }

        return Own(schema, value, at)
            .Concat(schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray().SelectMany(part => FaultsOf(part, value, at)) : []);
    }

    private IEnumerable<string> Own(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("type", out var type) && !TypesOf(type).Any(name => Is(name, value)))
        {
            // The specification calls permissions numbers; the documentation and the service take text.
            return at.EndsWith("default_member_permissions", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.String
                ? []
                : [$"{at} is {value.ValueKind}, not {type}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => OfObject(schema, value, at),
            JsonValueKind.Array => Size(schema, "Items", value.GetArrayLength(), at)
                .Concat(schema.TryGetProperty("items", out var items) ? value.EnumerateArray().SelectMany((item, i) => FaultsOf(items, item, $"{at}[{i}]")) : []),
            JsonValueKind.String => Size(schema, "Length", value.GetString()!.Length, at).Concat(Pattern(schema, value.GetString()!, at)).Concat(Enum(schema, value, at)),
            JsonValueKind.Number => Range(schema, value.GetDouble(), at).Concat(Enum(schema, value, at)),
            _ => [],
        };
    }

    private IEnumerable<string> OfObject(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{at} lacks {name}";
            }
        }

        if (!schema.TryGetProperty("properties", out var properties))
        {
            yield break;
        }

        foreach (var property in value.EnumerateObject())
        {
            var faults = properties.TryGetProperty(property.Name, out var own) ? FaultsOf(own, property.Value, $"{at}.{property.Name}")
                : schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind != JsonValueKind.False ? []
                : [$"{at} has an unknown key {property.Name}"];
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => true,
    };

    private static IEnumerable<string> Size(JsonElement schema, string what, int actual, string at)
    {
        if (schema.TryGetProperty("max" + what, out var most) && actual > most.GetInt32())
        {
            yield return $"{at}: {actual} is more than max{what} {most}";
        }

        if (schema.TryGetProperty("min" + what, out var least) && actual < least.GetInt32())
        {
            yield return $"{at}: {actual} is less than min{what} {least}";
        }
    }

    private static IEnumerable<string> Range(JsonElement schema, double actual, string at)
    {
        var good = (!schema.TryGetProperty("maximum", out var most) || actual <= most.GetDouble())
            && (!schema.TryGetProperty("minimum", out var least) || actual >= least.GetDouble());
        return good ? [] : [$"{at}: {actual} is out of range"];
    }

    private static IEnumerable<string> Pattern(JsonElement schema, string actual, string at) =>
        schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(actual, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(5)) ? [$"{at}: '{actual}' is not like {pattern}"] : [];

    private static IEnumerable<string> Enum(JsonElement schema, JsonElement value, string at) =>
        schema.TryGetProperty("enum", out var all) && !all.EnumerateArray().Any(one => one.GetRawText() == value.GetRawText())
            ? [$"{at}: {value} is none of {all}"]
            : [];
}
