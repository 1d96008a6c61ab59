using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// A post as a person reads it: blue buttons in brackets, grey in parentheses, red in braces, those that can't be pressed with ·off, selects
/// between ‹ ›, a section's button between ⟨ ⟩, the edge's colour as a word.
/// </summary>
internal static class PostText
{
    public static string Of(JsonObject body)
    {
        var text = new StringBuilder();
        foreach (var top in Items(body["components"]))
        {
            if (Number(top["type"]) == 17)
            {
                _ = text.Append(ColourOf(Number(top["accent_color"]))).Append('\n');
                foreach (var part in Items(top["components"]))
                {
                    Add(text, part, "▌");
                }
            }
            else
            {
                Add(text, top, "");
            }
        }

        if (body["content"]?.GetValue<string>() is { Length: > 0 } content)
        {
            _ = text.Append(content).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A form: its title, then a line for each field with what stands in it.</summary>
    public static string OfModal(JsonObject modal)
    {
        var text = new StringBuilder().Append("┌ ").Append(modal["title"]).Append('\n');
        foreach (var label in Items(modal["components"]))
        {
            var input = label["component"] as JsonObject ?? [];
            var line = Number(input["type"]) switch
            {
                4 => $"{label["label"]}: [{input["value"]?.ToString() ?? ""}]" + (input["placeholder"] is { } hint ? $" ({hint})" : ""),
                23 => $"☐ {label["label"]}",
                _ => $"{label["label"]}: ‹ {Options(input)} ▾ ›",
            };
            _ = text.Append("│ ").Append(line).Append(label["description"] is { } more ? " · " + more : "").Append('\n');
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, JsonObject part, string edge)
    {
        foreach (var line in Lines(part))
        {
            _ = text.Append(edge).Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> Lines(JsonObject part) => Number(part["type"]) switch
    {
        10 => Markdown(part),
        9 => Items(part["components"]).SelectMany(Markdown).Append("⟨" + part["accessory"]?["label"] + "⟩"),
        14 => ["──────"],
        1 => [string.Join(' ', Items(part["components"]).Select(Control))],
        13 => ["📎 " + (part["file"]?["url"]?.GetValue<string>() ?? "").Split('?')[0].Split('/')[^1]],
        12 => ["🖼"],
        _ => ["? " + part["type"]],
    };

    private static string[] Markdown(JsonObject part) => (part["content"]?.GetValue<string>() ?? "").Split('\n');

    private static string Control(JsonObject control)
    {
        if (Number(control["type"]) != 2)
        {
            return $"‹ {control["placeholder"]} ▾ ›" + (Options(control) is { Length: > 0 } options ? " " + options : "");
        }

        var label = (control["emoji"]?["name"] is { } emoji ? emoji + " " : "") + control["label"] + (control["disabled"]?.GetValue<bool>() == true ? "·off" : "");
        return Number(control["style"]) switch
        {
            1 => $"[{label}]",
            4 => $"{{{label}}}",
            5 => $"<{label}>",
            _ => $"({label})",
        };
    }

    private static string Options(JsonObject select) => string.Join(" / ", Items(select["options"]).Select(option =>
        (option["default"]?.GetValue<bool>() == true ? "☑" : "") + option["label"] + (option["description"] is { } more ? $" ({more})" : "")));

    private static IEnumerable<JsonObject> Items(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static int Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    private static string ColourOf(int colour) => colour switch
    {
        0x5865F2 => "blue",
        0x3BA55D => "green",
        0xF0B132 => "amber",
        0xED4245 => "red",
        0x80848E => "grey",
        _ => colour.ToString("x6", CultureInfo.InvariantCulture),
    };
}
