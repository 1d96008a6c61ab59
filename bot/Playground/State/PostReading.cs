using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>Reads a message's JSON the way a person's eyes do.</summary>
public static class PostReading
{
    /// <summary>Every component, parents before their children, in the order they are seen.</summary>
    public static IEnumerable<JsonObject> Components(JsonObject body) => Flat(body["components"] as JsonArray);

    /// <summary>The buttons and selects that can be pressed.</summary>
    public static IEnumerable<JsonObject> Controls(Post post) =>
        Components(post.Body).Where(one => one["custom_id"] is not null || one["url"] is not null);

    /// <summary>A button or select by its label, placeholder or custom id.</summary>
    /// <exception cref="PeopleException">There is none, or more than one.</exception>
    public static JsonObject Control(Post post, string name)
    {
        var controls = Controls(post).ToList();
        var found = controls.FindAll(one => Name(one) == name);
        if (found.Count == 0)
        {
            found = controls.FindAll(one => one["custom_id"]?.GetValue<string>() == name);
        }

        return found.Count == 1
            ? found[0]
            : throw new PeopleException(
                $"{(found.Count == 0 ? "No" : "More than one")} control '{name}' in: {string.Join(", ", controls.Select(Name))}\n{post.Text}");
    }

    internal static IEnumerable<string> Texts(JsonObject body)
    {
        if (Text(body["content"]) is { Length: > 0 } content)
        {
            yield return content;
        }

        foreach (var embed in (body["embeds"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var fields = (embed["fields"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(field => (string?[])[Text(field["name"]), Text(field["value"])]);
            foreach (var text in (string?[])[Text(embed["title"]), Text(embed["description"]), .. fields, Text(embed["footer"]?["text"])])
            {
                if (text is { Length: > 0 })
                {
                    yield return text;
                }
            }
        }

        foreach (var component in Components(body))
        {
            var text = Text(component["content"]) ?? (Name(component) is { Length: > 0 } name ? $"[{name}]" : null);
            if (text is not null)
            {
                yield return text;
            }
        }
    }

    internal static string Name(JsonObject control) =>
        Text(control["label"]) ?? Text(control["placeholder"]) ?? Text(control["emoji"]?["name"]) ?? Text(control["custom_id"]) ?? "";

    internal static IEnumerable<JsonObject> Flat(JsonArray? components)
    {
        foreach (var component in (components ?? []).OfType<JsonObject>())
        {
            yield return component;
            foreach (var child in Flat(component["components"] as JsonArray))
            {
                yield return child;
            }

            foreach (var single in (JsonNode?[])[component["accessory"], component["component"]])
            {
                if (single is JsonObject inner)
                {
                    yield return inner;
                }
            }
        }
    }

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
