using System.Text.Json;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;

namespace SnapshotBot.Chat.Native.Json;

/// <summary>Components as Discord numbers and spells them.</summary>
internal static class ComponentWriter
{
    private const int RowType = 1;
    private const int ButtonType = 2;
    private const int StringSelectType = 3;
    private const int TextInputType = 4;
    private const int UserSelectType = 5;
    private const int RoleSelectType = 6;
    private const int ChannelSelectType = 8;
    private const int SectionType = 9;
    private const int TextType = 10;
    private const int ThumbnailType = 11;
    private const int GalleryType = 12;
    private const int FileType = 13;
    private const int SeparatorType = 14;
    private const int ContainerType = 17;
    private const int LabelType = 18;
    private const int CheckboxType = 23;

    // Text channels and announcement channels.
    private static readonly int[] TextChannels = [0, 5];

    public static void Write(Utf8JsonWriter json, Component component)
    {
        json.WriteStartObject();
        switch (component)
        {
            case TextDisplay text:
                json.WriteNumber("type", TextType);
                json.WriteString("content", text.Markdown);
                break;
            case Container container:
                json.WriteNumber("type", ContainerType);
                if (container.AccentColour is { } colour)
                {
                    json.WriteNumber("accent_color", colour);
                }

                WriteAll(json, container.Parts);
                break;
            case Section section:
                json.WriteNumber("type", SectionType);
                WriteAll(json, section.Texts);
                json.WritePropertyName("accessory");
                Write(json, section.Accessory);
                break;
            case Separator separator:
                json.WriteNumber("type", SeparatorType);
                json.WriteBoolean("divider", separator.Kind is SeparatorKind.Line or SeparatorKind.WideLine);
                json.WriteNumber("spacing", separator.Kind is SeparatorKind.WideLine or SeparatorKind.WideSpace ? 2 : 1);
                break;
            case ActionRow row:
                json.WriteNumber("type", RowType);
                WriteRow(json, row);
                break;
            case Gallery gallery:
                json.WriteNumber("type", GalleryType);
                WriteItems(json, gallery);
                break;
            case FileDisplay file:
                json.WriteNumber("type", FileType);
                WriteMedia(json, "file", Media.Of(file.File));
                break;
            default:
                throw new NotSupportedException(component.GetType().Name);
        }

        json.WriteEndObject();
    }

    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<Component> components)
    {
        json.WriteStartArray("components");
        foreach (var component in components)
        {
            Write(json, component);
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, ModalField field)
    {
        json.WriteStartObject();
        json.WriteNumber("type", LabelType);
        json.WriteString("label", field.Label);
        if (field.Description is { } description)
        {
            json.WriteString("description", description);
        }

        json.WritePropertyName("component");
        switch (field.Input)
        {
            case TextInput input:
                WriteInput(json, input);
                break;
            case SelectInput input:
                WriteSelect(json, input.Select, input);
                break;
            case Checkbox input:
                json.WriteStartObject();
                json.WriteNumber("type", CheckboxType);
                json.WriteString("custom_id", input.CustomId);
                json.WriteBoolean("default", input.IsTicked);
                json.WriteEndObject();
                break;
            default:
                throw new NotSupportedException(field.Input.GetType().Name);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IAccessory accessory)
    {
        switch (accessory)
        {
            case Button button:
                Write(json, button);
                break;
            case Thumbnail thumbnail:
                json.WriteStartObject();
                json.WriteNumber("type", ThumbnailType);
                WriteMedia(json, "media", thumbnail.Media);
                WriteIfAny(json, "description", thumbnail.Description);
                json.WriteEndObject();
                break;
            default:
                throw new NotSupportedException(accessory.GetType().Name);
        }
    }

    private static void WriteRow(Utf8JsonWriter json, ActionRow row)
    {
        json.WriteStartArray("components");
        if (row.Select is { } select)
        {
            WriteSelect(json, select, input: null);
        }

        foreach (var button in row.Buttons)
        {
            Write(json, button);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Button button)
    {
        json.WriteStartObject();
        json.WriteNumber("type", ButtonType);
        json.WriteNumber("style", (int)button.Style);
        json.WriteString("label", button.Label);
        WriteIfAny(json, "custom_id", button.CustomId);
        WriteIfAny(json, "url", button.Url);
        WriteEmoji(json, button.Emoji);
        if (button.IsOff)
        {
            json.WriteBoolean("disabled", value: true);
        }

        json.WriteEndObject();
    }

    private static void WriteSelect(Utf8JsonWriter json, Select select, SelectInput? input)
    {
        json.WriteStartObject();
        json.WriteString("custom_id", select.CustomId);
        WriteIfAny(json, "placeholder", select.Placeholder);
        var most = select.Most;
        switch (select)
        {
            case StringSelect strings:
                json.WriteNumber("type", StringSelectType);
                WriteOptions(json, strings);
                most = Math.Min(most, strings.Options.Count);
                break;
            case RoleSelect roles:
                json.WriteNumber("type", RoleSelectType);
                WritePicked(json, "role", roles.Picked.Select(id => id.Value));
                break;
            case ChannelSelect channels:
                json.WriteNumber("type", ChannelSelectType);
                WritePicked(json, "channel", channels.Picked.Select(id => id.Value));
                json.WriteStartArray("channel_types");
                foreach (var type in TextChannels)
                {
                    json.WriteNumberValue(type);
                }

                json.WriteEndArray();
                break;
            case UserSelect users:
                json.WriteNumber("type", UserSelectType);
                WritePicked(json, "user", users.Picked.Select(id => id.Value));
                break;
            default:
                throw new NotSupportedException(select.GetType().Name);
        }

        json.WriteNumber("min_values", input is { IsRequired: false } ? 0 : Math.Min(select.Least, most));
        json.WriteNumber("max_values", Math.Max(1, most));
        if (input is not null)
        {
            json.WriteBoolean("required", input.IsRequired);
        }
        else if (select.IsOff)
        {
            json.WriteBoolean("disabled", value: true);
        }

        json.WriteEndObject();
    }

    private static void WriteOptions(Utf8JsonWriter json, StringSelect select)
    {
        json.WriteStartArray("options");
        foreach (var option in select.Options)
        {
            json.WriteStartObject();
            json.WriteString("label", option.Label);
            json.WriteString("value", option.Value);
            WriteIfAny(json, "description", option.Description);
            WriteEmoji(json, option.Emoji);
            if (option.IsPicked)
            {
                json.WriteBoolean("default", value: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePicked(Utf8JsonWriter json, string type, IEnumerable<ulong> ids)
    {
        json.WriteStartArray("default_values");
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{id}");
            json.WriteString("type", type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInput(Utf8JsonWriter json, TextInput input)
    {
        json.WriteStartObject();
        json.WriteNumber("type", TextInputType);
        json.WriteString("custom_id", input.CustomId);
        json.WriteNumber("style", (int)input.Style);
        json.WriteBoolean("required", input.IsRequired);
        json.WriteNumber("min_length", input.LeastLength);
        json.WriteNumber("max_length", input.MostLength);
        WriteIfAny(json, "placeholder", input.Placeholder);
        WriteIfAny(json, "value", input.Value is { Length: > 0 } value ? value : null);
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, Gallery gallery)
    {
        json.WriteStartArray("items");
        foreach (var item in gallery.Items)
        {
            json.WriteStartObject();
            WriteMedia(json, "media", item.Media);
            WriteIfAny(json, "description", item.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMedia(Utf8JsonWriter json, string name, Media media)
    {
        json.WriteStartObject(name);
        json.WriteString("url", media.Url);
        json.WriteEndObject();
    }

    private static void WriteEmoji(Utf8JsonWriter json, string? emoji)
    {
        if (emoji is not null)
        {
            json.WriteStartObject("emoji");
            json.WriteString("name", emoji);
            json.WriteEndObject();
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
