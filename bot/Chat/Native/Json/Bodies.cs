using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Native.Json;

/// <summary>The bodies of all requests.</summary>
internal static class Bodies
{
    private const int EphemeralFlag = 1 << 6;
    private const int QuietFlag = 1 << 12;
    private const int ComponentsFlag = 1 << 15;

    // Sent to Discord, never into a page: emoji and umlauts may stay as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Types of a callback, by Discord's numbers.</summary>
    public enum Answer
    {
        Message = 4,
        LaterMessage = 5,
        LaterUpdate = 6,
        Update = 7,
        Suggestions = 8,
        Modal = 9,
    }

    /// <param name="nonce">With it Discord makes the message once, however often it is asked.</param>
    public static byte[] Send(Message message, string nonce) => Make(json =>
    {
        json.WriteStartObject();
        WriteMessage(json, message, Flags(message, Audience.Everyone, message.IsQuiet), message.Mentions);
        json.WriteString("nonce", nonce);
        json.WriteBoolean("enforce_nonce", value: true);
        if (message.ReplyTo is { } other)
        {
            json.WriteStartObject("message_reference");
            json.WriteString("message_id", other.ToString());
            json.WriteBoolean("fail_if_not_exists", value: false);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    public static byte[] FollowUp(Message message, Audience audience) => Make(json =>
    {
        json.WriteStartObject();
        WriteMessage(json, message, Flags(message, audience, message.IsQuiet), message.Mentions);
        json.WriteEndObject();
    });

    /// <summary>Rings nobody, whatever the message says.</summary>
    public static byte[] Edit(Message message) => Make(json =>
    {
        json.WriteStartObject();
        WriteMessage(json, message, Flags(message, Audience.Everyone, quiet: false), AllowedMentions.None);
        json.WriteEndObject();
    });

    public static byte[] Reply(Message message, Audience audience) =>
        Callback(Answer.Message, json => WriteMessage(json, message, Flags(message, audience, message.IsQuiet), message.Mentions));

    public static byte[] Update(Message message) =>
        Callback(Answer.Update, json => WriteMessage(json, message, Flags(message, Audience.Everyone, quiet: false), AllowedMentions.None));

    public static byte[] Later(Audience audience) =>
        Callback(Answer.LaterMessage, json => json.WriteNumber("flags", audience == Audience.Asker ? EphemeralFlag : 0));

    public static byte[] LaterUpdate() => Callback(Answer.LaterUpdate, write: null);

    public static byte[] Suggest(IReadOnlyList<Choice> choices) => Callback(Answer.Suggestions, json => WriteChoices(json, choices));

    public static byte[] Open(Modal modal) => Callback(Answer.Modal, json =>
    {
        json.WriteString("custom_id", modal.CustomId);
        json.WriteString("title", modal.Title);
        json.WriteStartArray("components");
        foreach (var field in modal.Fields)
        {
            ComponentWriter.Write(json, field);
        }

        json.WriteEndArray();
    });

    public static byte[] Commands(IReadOnlyList<SlashCommand> commands) => Make(json =>
    {
        json.WriteStartArray();
        foreach (var command in commands)
        {
            WriteCommand(json, command);
        }

        json.WriteEndArray();
    });

    internal static byte[] Make(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Callback(Answer type, Action<Utf8JsonWriter>? write) => Make(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("type", (int)type);
        if (write is not null)
        {
            json.WriteStartObject("data");
            write(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static int Flags(Message message, Audience audience, bool quiet) =>
        (message.Components.Count > 0 ? ComponentsFlag : 0) | (audience == Audience.Asker ? EphemeralFlag : 0) | (quiet ? QuietFlag : 0);

    private static void WriteMessage(Utf8JsonWriter json, Message message, int flags, AllowedMentions mentions)
    {
        json.WriteNumber("flags", flags);
        if (message.Content is { } content)
        {
            json.WriteString("content", content);
        }

        if (message.Embeds.Count > 0)
        {
            json.WriteStartArray("embeds");
            foreach (var embed in message.Embeds)
            {
                WriteEmbed(json, embed);
            }

            json.WriteEndArray();
        }

        if (message.Components.Count > 0)
        {
            ComponentWriter.WriteAll(json, message.Components);
        }

        if (message.Files.Count > 0)
        {
            json.WriteStartArray("attachments");
            for (var i = 0; i < message.Files.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("id", i.ToString(CultureInfo.InvariantCulture));
                json.WriteString("filename", message.Files[i].Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("allowed_mentions");
        json.WriteStartArray("parse");
        json.WriteEndArray();
        if (mentions.Roles.Count > 0)
        {
            json.WriteStartArray("roles");
            foreach (var role in mentions.Roles)
            {
                json.WriteStringValue(role.ToString());
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteEmbed(Utf8JsonWriter json, Embed embed)
    {
        json.WriteStartObject();
        WriteIfAny(json, "title", embed.Title);
        WriteIfAny(json, "description", embed.Description);
        if (embed.Colour is { } colour)
        {
            json.WriteNumber("color", colour);
        }

        json.WriteStartArray("fields");
        foreach (var field in embed.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            json.WriteBoolean("inline", field.IsInline);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCommand(Utf8JsonWriter json, SlashCommand command)
    {
        json.WriteStartObject();
        json.WriteNumber("type", 1);
        json.WriteString("name", command.Name);
        json.WriteString("description", command.Description);
        if (command.ShownTo is { } shown)
        {
            json.WriteString("default_member_permissions", ((ulong)shown).ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull("default_member_permissions");
        }

        // In guilds, installed to guilds: never in direct messages.
        WriteNumbers(json, "contexts", [0]);
        WriteNumbers(json, "integration_types", [0]);
        json.WriteStartArray("options");
        foreach (var option in command.Options)
        {
            WriteOption(json, option);
        }

        foreach (var subcommand in command.Subcommands)
        {
            json.WriteStartObject();
            json.WriteNumber("type", 1);
            json.WriteString("name", subcommand.Name);
            json.WriteString("description", subcommand.Description);
            json.WriteStartArray("options");
            foreach (var option in subcommand.Options)
            {
                WriteOption(json, option);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOption(Utf8JsonWriter json, SlashOption option)
    {
        json.WriteStartObject();
        json.WriteString("name", option.Name);
        json.WriteString("description", option.Description);
        json.WriteBoolean("required", option.IsRequired);
        switch (option)
        {
            case StringOption text:
                json.WriteNumber("type", 3);
                WriteIfAny(json, "max_length", text.MostLength);
                if (text.Suggests)
                {
                    json.WriteBoolean("autocomplete", value: true);
                }
                else if (text.Choices.Count > 0)
                {
                    WriteChoices(json, text.Choices);
                }

                break;
            case IntegerOption number:
                json.WriteNumber("type", 4);
                WriteIfAny(json, "min_value", number.Least);
                WriteIfAny(json, "max_value", number.Most);
                break;
            case BooleanOption:
                json.WriteNumber("type", 5);
                break;
            case UserOption:
                json.WriteNumber("type", 6);
                break;
            case ChannelOption:
                json.WriteNumber("type", 7);
                WriteNumbers(json, "channel_types", [0, 5]);
                break;
            case RoleOption:
                json.WriteNumber("type", 8);
                break;
            default:
                throw new NotSupportedException(option.GetType().Name);
        }

        json.WriteEndObject();
    }

    private static void WriteChoices(Utf8JsonWriter json, IReadOnlyList<Choice> choices)
    {
        json.WriteStartArray("choices");
        foreach (var choice in choices)
        {
            json.WriteStartObject();
            json.WriteString("name", choice.Name);
            json.WriteString("value", choice.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
