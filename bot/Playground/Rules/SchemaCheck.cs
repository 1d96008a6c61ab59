using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SnapshotBot.Playground.Rules;

/// <summary>What a value says against a schema, and which of its keys no schema knows.</summary>
internal sealed record SchemaFindings(Problems Problems, SortedSet<string> UnknownKeys);

/// <summary>The part of JSON Schema that Discord's specification is written in.</summary>
internal sealed class SchemaCheck(JsonObject schemas)
{
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    public SchemaFindings Run(JsonObject schema, JsonNode? value)
    {
        var found = new SchemaFindings(new Problems(), new SortedSet<string>(StringComparer.Ordinal));
        Check(schema, value, "", found);
        return found;
    }

    private void Check(JsonObject schema, JsonNode? value, string path, SchemaFindings found)
    {
        if (schema["$ref"] is JsonValue reference)
        {
            Check((JsonObject)schemas[reference.GetValue<string>()[(reference.GetValue<string>().LastIndexOf('/') + 1)..]]!, value, path, found);
            return;
        }

        foreach (var part in Schemas(schema["allOf"]))
        {
            Check(part, value, path, found);
        }

        if (schema["oneOf"] is JsonArray && Schemas(schema["oneOf"]).Any(branch => branch["const"] is null))
        {
            CheckUnion(Schemas(schema["oneOf"]), value, path, found);
        }
        else if (schema["oneOf"] is JsonArray && !Schemas(schema["oneOf"]).Any(branch => Same(branch["const"], value)))
        {
            found.Problems.Add(path, "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", Schemas(schema["oneOf"]).Select(branch => branch["const"]))}}}.");
            return;
        }

        if (schema["anyOf"] is JsonArray)
        {
            CheckUnion(Schemas(schema["anyOf"]), value, path, found);
        }

        if (schema["enum"] is JsonArray choices && !choices.Any(choice => Same(choice, value)))
        {
            found.Problems.Add(path, "BASE_TYPE_CHOICES", $"Value must be one of {choices.ToJsonString()}.");
            return;
        }

        // The specification calls permissions numbers; the documentation, the service and its clients have them as text, for they outgrow a number.
        if (path.EndsWith("default_member_permissions", StringComparison.Ordinal) && value.Text() is { Length: > 0 } bits && bits.All(char.IsAsciiDigit))
        {
            return;
        }

        if (schema["type"] is { } type && !Types(type).Any(name => Is(name, value)))
        {
            found.Problems.Add(path, "BASE_TYPE_BAD_TYPE", $"Must be of type {string.Join(" or ", Types(type))}.");
            return;
        }

        switch (value)
        {
            case JsonObject map when schema["properties"] is JsonObject || schema["additionalProperties"] is JsonObject:
                CheckObject(schema, map, path, found);
                break;
            case JsonArray list:
                CheckArray(schema, list, path, found);
                break;
            case JsonValue single when single.TryGetValue<string>(out var text):
                CheckText(schema, text, path, found);
                break;
            case JsonValue single when single.GetValueKind() == JsonValueKind.Number:
                CheckNumber(schema, decimal.Parse(single.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture), path, found);
                break;
        }
    }

    /// <summary>One branch has to fit. If none does, the one is told of that was meant: the same type, else the fewest problems.</summary>
    private void CheckUnion(IReadOnlyList<JsonObject> branches, JsonNode? value, string path, SchemaFindings found)
    {
        SchemaFindings? best = null;
        var bestScore = int.MaxValue;
        foreach (var branch in branches)
        {
            var trial = Run(branch, value, path);
            if (trial.Problems.Count == 0 && trial.UnknownKeys.Count == 0)
            {
                return;
            }

            var score = (trial.Problems.Count * 10) + trial.UnknownKeys.Count + (IsMeant(branch, value) ? 0 : 10_000);
            if (score < bestScore)
            {
                (best, bestScore) = (trial, score);
            }
        }

        if (best is not null)
        {
            found.Problems.Add(best.Problems);
            found.UnknownKeys.UnionWith(best.UnknownKeys);
        }
    }

    private SchemaFindings Run(JsonObject schema, JsonNode? value, string path)
    {
        var found = new SchemaFindings(new Problems(), new SortedSet<string>(StringComparer.Ordinal));
        Check(schema, value, path, found);
        return found;
    }

    private bool IsMeant(JsonObject branch, JsonNode? value)
    {
        var schema = branch["$ref"] is JsonValue reference ? schemas[reference.GetValue<string>()[(reference.GetValue<string>().LastIndexOf('/') + 1)..]] as JsonObject : branch;
        return value is JsonObject map
            ? schema?["properties"]?["type"] is JsonObject type && type["enum"] is JsonArray kinds && kinds.Any(kind => Same(kind, map["type"]))
            : schema?["type"] is { } name && Types(name).Any(one => Is(one, value));
    }

    private void CheckObject(JsonObject schema, JsonObject map, string path, SchemaFindings found)
    {
        foreach (var required in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()))
        {
            if (!map.ContainsKey(required))
            {
                found.Problems.Required(Join(path, required));
            }
        }

        var properties = schema["properties"] as JsonObject;
        foreach (var (key, child) in map)
        {
            if (properties?[key] is JsonObject known)
            {
                Check(known, child, Join(path, key), found);
            }
            else if (schema["additionalProperties"] is JsonObject others)
            {
                Check(others, child, Join(path, key), found);
            }
            else if (properties is { Count: > 0 })
            {
                found.UnknownKeys.Add(Join(path, key));
            }
        }

        if (schema["maxProperties"] is { } most && map.Count > most.GetValue<int>())
        {
            found.Problems.TooLong(path, most.GetValue<int>());
        }
    }

    private void CheckArray(JsonObject schema, JsonArray list, string path, SchemaFindings found)
    {
        var (fewest, most) = (schema["minItems"]?.GetValue<int>() ?? 0, schema["maxItems"]?.GetValue<int>() ?? int.MaxValue);
        if (list.Count < fewest || list.Count > most)
        {
            found.Problems.Length(path, fewest, most);
        }

        if (schema["uniqueItems"]?.GetValue<bool>() == true && list.Select(item => item?.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != list.Count)
        {
            found.Problems.Add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains the value.");
        }

        for (var i = 0; schema["items"] is JsonObject item && i < list.Count; i++)
        {
            Check(item, list[i], Join(path, i.ToString(CultureInfo.InvariantCulture)), found);
        }
    }

    private static void CheckText(JsonObject schema, string text, string path, SchemaFindings found)
    {
        // Discord counts characters, not the halves of which an emoji has two.
        var length = text.EnumerateRunes().Count();
        var (shortest, longest) = (schema["minLength"]?.GetValue<int>() ?? 0, schema["maxLength"]?.GetValue<int>() ?? int.MaxValue);
        if (length < shortest || length > longest)
        {
            found.Problems.Length(path, shortest, longest);
        }

        if (schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.CultureInvariant, PatternTime))
        {
            found.Problems.Add(path, "STRING_TYPE_REGEX", $"String value did not match validation regex {pattern}.");
        }

        if (schema["format"]?.GetValue<string>() == "uri" && !text.StartsWith("attachment://", StringComparison.Ordinal) && !Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            found.Problems.Add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
    }

    private static void CheckNumber(JsonObject schema, decimal number, string path, SchemaFindings found)
    {
        if (schema["minimum"] is { } least && number < Decimal(least))
        {
            found.Problems.Add(path, "NUMBER_TYPE_MIN", $"Value must be greater than or equal to {least}.");
        }

        if (schema["maximum"] is { } most && number > Decimal(most))
        {
            found.Problems.Add(path, "NUMBER_TYPE_MAX", $"Value must be less than or equal to {most}.");
        }
    }

    private static decimal Decimal(JsonNode node) => decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IReadOnlyList<JsonObject> Schemas(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonObject>()];

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray list ? list.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number),
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        _ => true,
    };

    private static bool Same(JsonNode? one, JsonNode? other) => one is not null && other is not null && one.ToJsonString() == other.ToJsonString();

    private static string Join(string path, string part) => path.Length == 0 ? part : $"{path}.{part}";
}
