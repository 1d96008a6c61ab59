using System.Text.Json;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>What Discord's documentation says and its specification doesn't: totals, what excludes what, who is rung.</summary>
internal static class Rules
{
    private const int ComponentsFlag = 1 << 15;
    private static readonly string[] Rung = ["everyone", "users", "roles"];

    public static IEnumerable<string> FaultsOf(Seen seen, JsonElement body)
    {
        if (seen.Path.EndsWith("/commands", StringComparison.Ordinal))
        {
            return body.EnumerateArray().SelectMany(OfCommand);
        }

        var isCallback = seen.Path.EndsWith("/callback", StringComparison.Ordinal);
        var data = isCallback ? body.TryGetProperty("data", out var inner) ? inner : default : body;
        var type = isCallback ? body.GetProperty("type").GetInt32() : 4;
        return type switch
        {
            4 or 7 => OfMessage(data, isEdit: seen.Method == "PATCH" || type == 7, seen.Files.Count),
            9 => OfModal(data),
            _ => [],
        };
    }

    private static IEnumerable<string> OfMessage(JsonElement message, bool isEdit, int files)
    {
        if (!message.TryGetProperty("allowed_mentions", out var mentions) || mentions.GetProperty("parse").GetArrayLength() > 0)
        {
            yield return "allowed_mentions does not forbid all";
        }
        else if (isEdit && mentions.EnumerateObject().Any(property => Rung.Contains(property.Name) && property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0))
        {
            yield return "an edit rings somebody";
        }

        var flags = message.TryGetProperty("flags", out var value) ? value.GetInt32() : 0;
        var components = message.TryGetProperty("components", out var list) ? All(list).ToList() : [];
        if ((flags & ComponentsFlag) != 0 && (message.TryGetProperty("content", out _) || message.TryGetProperty("embeds", out _)))
        {
            yield return "text or embeds beside components";
        }

        if (components.Count > 0 && (flags & ComponentsFlag) == 0)
        {
            yield return "components without their flag";
        }

        if (components.Count > 40)
        {
            yield return $"{components.Count} components";
        }

        var text = components.Where(component => TypeOf(component) == 10).Sum(component => component.GetProperty("content").GetString()!.Length);
        if (text > 4000)
        {
            yield return $"{text} characters of text";
        }

        foreach (var fault in OfIds(components))
        {
            yield return fault;
        }

        var attachments = message.TryGetProperty("attachments", out var kept) ? kept.GetArrayLength() : 0;
        if (attachments != files)
        {
            yield return $"{attachments} attachments named, {files} files sent";
        }
    }

    private static IEnumerable<string> OfModal(JsonElement modal)
    {
        var rows = modal.GetProperty("components");
        return OfIds([.. All(rows)]).Concat(rows.GetArrayLength() > 5 ? ["a modal of more than 5 rows"] : []);
    }

    private static IEnumerable<string> OfIds(IReadOnlyList<JsonElement> components)
    {
        var ids = components.Where(component => component.TryGetProperty("custom_id", out _)).Select(component => component.GetProperty("custom_id").GetString()!).ToList();
        return ids.Count == ids.Distinct(StringComparer.Ordinal).Count() ? [] : ["a custom_id is there twice"];
    }

    private static IEnumerable<string> OfCommand(JsonElement command)
    {
        if (command.GetRawText().Length > 32_000)
        {
            yield return "a command too long";
        }

        var seenOptional = false;
        foreach (var option in command.GetProperty("options").EnumerateArray().Where(option => option.TryGetProperty("required", out _)))
        {
            var required = option.GetProperty("required").GetBoolean();
            if (required && seenOptional)
            {
                yield return "a required option after an optional one";
            }

            seenOptional |= !required;
        }
    }

    private static int TypeOf(JsonElement component) => component.GetProperty("type").GetInt32();

    private static IEnumerable<JsonElement> All(JsonElement list)
    {
        foreach (var component in list.EnumerateArray())
        {
            yield return component;
            foreach (var name in new[] { "components", "accessory", "component" })
            {
                if (component.TryGetProperty(name, out var inner))
                {
                    foreach (var below in inner.ValueKind == JsonValueKind.Array ? All(inner) : [inner])
                    {
                        yield return below;
                    }
                }
            }
        }
    }
}
