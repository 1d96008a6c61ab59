using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>A form filled in: each field by its label or custom id, the others with what they came with.</summary>
internal static class ModalForms
{
    public static JsonObject Fill(JsonObject modal, IReadOnlyList<(string Field, object Value)> given, Guild guild)
    {
        var resolved = new JsonObject();
        var left = given.Select(one => one.Field).ToList();
        var components = new JsonArray();
        var id = 0;
        foreach (var outer in modal["components"].Items().OfType<JsonObject>())
        {
            id++;
            var inner = outer["component"] as JsonObject ?? outer["components"].Items().FirstOrDefault() as JsonObject;
            if (inner is null)
            {
                // A text between the fields says nothing back.
                continue;
            }

            var label = outer["label"].Text() ?? inner["label"].Text();
            var index = given.ToList().FindIndex(one => one.Field == label || one.Field == inner["custom_id"].Text());
            var filled = Field(inner, label, index < 0 ? null : given[index].Value, guild, resolved);
            filled["id"] = ++id;
            if (index >= 0)
            {
                left.Remove(given[index].Field);
            }

            components.Add(outer["component"] is not null
                ? new JsonObject { ["type"] = ComponentKind.Label, ["id"] = id - 1, ["component"] = filled }
                : new JsonObject { ["type"] = ComponentKind.Row, ["id"] = id - 1, ["components"] = new JsonArray(filled) });
        }

        if (left.Count > 0)
        {
            throw new PeopleException($"The form has no field '{left[0]}'.");
        }

        var data = new JsonObject { ["custom_id"] = modal["custom_id"]!.DeepClone(), ["components"] = components };
        if (resolved.Count > 0)
        {
            data["resolved"] = resolved;
        }

        return data;
    }

    private static JsonObject Field(JsonObject field, string? label, object? given, Guild guild, JsonObject resolved)
    {
        var type = field["type"].Number() ?? 0;
        var json = new JsonObject { ["type"] = type, ["custom_id"] = field["custom_id"]!.DeepClone() };
        switch (type)
        {
            case ComponentKind.TextInput:
                json["value"] = Text(field, label, given is null ? field["value"].Text() ?? "" : Convert.ToString(given, CultureInfo.InvariantCulture)!);
                break;
            case ComponentKind.Checkbox:
                json["value"] = given is null ? field["default"].IsTrue() : Convert.ToBoolean(given, CultureInfo.InvariantCulture);
                break;
            case ComponentKind.RadioGroup:
                json["value"] = Chosen(field, label, given, guild).FirstOrDefault();
                break;
            default:
                var values = Chosen(field, label, given, guild);
                json["values"] = Shapes.Array(values.Select(value => (JsonNode)value));
                foreach (var (key, found) in Resolving.Of(guild, values, type) ?? [])
                {
                    resolved[key] = found?.DeepClone();
                }

                break;
        }

        return json;
    }

    private static string Text(JsonObject field, string? label, string text)
    {
        var (shortest, longest) = (field["min_length"].Number() ?? 0, field["max_length"].Number() ?? 4000);
        // A field is required unless it says otherwise.
        if (text.Length == 0 && field["required"]?.GetValue<bool>() == false)
        {
            return text;
        }

        return text.Length < Math.Max(1, shortest) || text.Characters() > longest
            ? throw new PeopleException($"'{label}' takes {Math.Max(1, shortest)} to {longest} characters.")
            : text;
    }

    private static IReadOnlyList<string> Chosen(JsonObject field, string? label, object? given, Guild guild)
    {
        var chosen = given switch
        {
            null => [.. Defaults(field)],
            string one => [one],
            IEnumerable<string> many => many.ToList(),
            _ => (List<string>)[Convert.ToString(given, CultureInfo.InvariantCulture)!],
        };
        if (chosen.Count == 0)
        {
            return field["required"]?.GetValue<bool>() == false || field["min_values"].Number() == 0 ? [] : throw new PeopleException($"'{label}' needs a choice.");
        }

        return Choices.Of(field, chosen, guild);
    }

    private static IEnumerable<string> Defaults(JsonObject field) =>
        field["options"].Items().Where(option => option?["default"].IsTrue() == true).Select(option => option!["value"].Text()!)
            .Concat(field["default_values"].Items().Select(value => value!["id"].Text()!));
}
