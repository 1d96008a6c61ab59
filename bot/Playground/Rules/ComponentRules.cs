using System.Globalization;
using System.Text.Json.Nodes;
using static SnapshotBot.Playground.Rules.ComponentKind;

namespace SnapshotBot.Playground.Rules;

/// <summary>What may stand in what, how many of it and how long: the components of messages and modals.</summary>
internal sealed class ComponentRules(Problems problems, ComponentPlace place)
{
    private readonly HashSet<string> _customIds = new(StringComparer.Ordinal);
    private readonly HashSet<int> _ids = [];

    /// <summary>Components in all, those within others too.</summary>
    public int Total { get; private set; }

    /// <summary>Characters of all text displays.</summary>
    public int Characters { get; private set; }

    /// <summary>Names of uploaded files that components point at.</summary>
    public List<(string Path, string Name)> Uploads { get; } = [];

    public void Check(JsonArray components, string path, IReadOnlyList<int> allowed)
    {
        for (var i = 0; i < components.Count; i++)
        {
            Check(components[i] as JsonObject, $"{path}.{i.ToString(CultureInfo.InvariantCulture)}", allowed);
        }
    }

    private void Check(JsonObject? component, string path, IReadOnlyList<int> allowed)
    {
        Total++;
        var type = component?["type"].Number();
        if (component is null || type is null)
        {
            problems.Required(path + ".type");
            return;
        }

        if (!allowed.Contains(type.Value))
        {
            problems.Choice(path + ".type", allowed);
            return;
        }

        if (component["id"].Number() is { } id and not 0 && !_ids.Add(id))
        {
            problems.Add(path + ".id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated");
        }

        Check(component, type.Value, path);
    }

    private void Check(JsonObject component, int type, string path)
    {
        switch (type)
        {
            case Row:
                CheckRow(component, path);
                break;
            case Button:
                CheckButton(component, path);
                break;
            case StringSelect or UserSelect or RoleSelect or MentionableSelect or ChannelSelect:
                ControlRules.CheckSelect(component, type, path, problems);
                CustomId(component, path);
                break;
            case TextInput:
                ControlRules.CheckTextInput(component, path, problems);
                CustomId(component, path);
                break;
            case Section:
                Count(component["components"].Items(), path + ".components", 1, 3);
                Check(component["components"].Items(), path + ".components", [Text]);
                Check(component["accessory"] as JsonObject, path + ".accessory", [Button, Thumbnail]);
                break;
            case Text:
                CheckText(component, path);
                break;
            case Thumbnail or FileLink:
                Media(type == FileLink ? component["file"] : component["media"], path + (type == FileLink ? ".file" : ".media"), type == FileLink);
                break;
            case Gallery:
                CheckGallery(component, path);
                break;
            case Separator:
                if (component["spacing"] is { } spacing && spacing.Number() is not (1 or 2))
                {
                    problems.Add(path + ".spacing", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).");
                }

                break;
            case Container:
                Count(component["components"].Items(), path + ".components", 1, 40);
                Check(component["components"].Items(), path + ".components", InContainer);
                break;
            case Label:
                CheckLabel(component, path);
                break;
            default:
                ControlRules.CheckGroup(component, type, path, problems);
                CustomId(component, path);
                break;
        }
    }

    private void CheckRow(JsonObject component, string path)
    {
        var children = component["components"].Items();
        Count(children, path + ".components", 1, 5);
        Check(children, path + ".components", place == ComponentPlace.Modal ? [TextInput] : InRow);
        if (children.Count > 1 && children.Any(child => child?["type"].Number() is not Button))
        {
            problems.Add(path + ".components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
        }
    }

    private void CheckButton(JsonObject button, string path)
    {
        var (style, url, custom) = (button["style"].Number(), button["url"].Text(), button["custom_id"].Text());
        if (style is null or < 1 or > 6)
        {
            problems.Add(path + ".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).");
        }
        else if (style <= 4 && url is not null)
        {
            problems.Add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified");
        }
        else if (style <= 4)
        {
            CustomId(button, path);
        }
        else if (style == 5 && (url is null || custom is not null))
        {
            problems.Required(path + ".url");
        }

        if (button["label"].Text()?.Characters() > 80)
        {
            problems.TooLong(path + ".label", 80);
        }

        if (style != 6 && string.IsNullOrEmpty(button["label"].Text()) && button["emoji"] is not JsonObject)
        {
            problems.Add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or emoji");
        }
    }

    private void CheckText(JsonObject component, string path)
    {
        var length = component["content"].Text()?.Characters() ?? 0;
        if (length is 0 or > 4000)
        {
            problems.Length(path + ".content", 1, 4000);
        }

        Characters += length;
    }

    private void CheckGallery(JsonObject gallery, string path)
    {
        var items = gallery["items"].Items();
        Count(items, path + ".items", 1, 10);
        for (var i = 0; i < items.Count; i++)
        {
            Media(items[i]?["media"], string.Create(CultureInfo.InvariantCulture, $"{path}.items.{i}.media"), uploadsOnly: false);
            if (items[i]?["description"].Text()?.Characters() > 1024)
            {
                problems.TooLong(string.Create(CultureInfo.InvariantCulture, $"{path}.items.{i}.description"), 1024);
            }
        }
    }

    private void CheckLabel(JsonObject label, string path)
    {
        if (label["label"].Text()?.Characters() is null or 0 or > 45)
        {
            problems.Length(path + ".label", 1, 45);
        }

        if (label["description"].Text()?.Characters() > 100)
        {
            problems.TooLong(path + ".description", 100);
        }

        Check(label["component"] as JsonObject, path + ".component", InLabel);
        if (label["component"]?["label"].Text() is not null)
        {
            problems.Add(path + ".component.label", "TEXT_INPUT_LABEL_NOT_ALLOWED", "A text input within a label cannot have a label of its own");
        }
    }

    private void Media(JsonNode? media, string path, bool uploadsOnly)
    {
        if (media?["url"].Text() is not { Length: > 0 } url)
        {
            problems.Required(path + ".url");
        }
        else if (url.StartsWith("attachment://", StringComparison.Ordinal))
        {
            Uploads.Add((path, url["attachment://".Length..]));
        }
        else if (uploadsOnly || !Uri.TryCreate(url, UriKind.Absolute, out var link) || link.Scheme is not ("http" or "https"))
        {
            problems.Add(path + ".url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').");
        }
    }

    private void CustomId(JsonObject component, string path)
    {
        var id = component["custom_id"].Text();
        if (id is null)
        {
            problems.Required(path + ".custom_id");
        }
        else if (id.Characters() is 0 or > 100)
        {
            problems.Length(path + ".custom_id", 1, 100);
        }
        else if (!_customIds.Add(id))
        {
            problems.Add(path + ".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
        }
    }

    private void Count(JsonArray list, string path, int fewest, int most)
    {
        if (list.Count < fewest || list.Count > most)
        {
            problems.Length(path, fewest, most);
        }
    }
}
