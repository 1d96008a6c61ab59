using System.Text.Json;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>What is sent to the gateway.</summary>
internal static class Commands
{
    // Guilds with their roles and channels: no messages, no members, no presences. Interactions need no intent at all.
    private const int GuildsIntent = 1 << 0;

    public static byte[] Beat(long? sequence) => Bodies.Make(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("op", 1);
        if (sequence is { } number)
        {
            json.WriteNumber("d", number);
        }
        else
        {
            json.WriteNull("d");
        }

        json.WriteEndObject();
    });

    public static byte[] Identify(BotToken token, string? presence) => Bodies.Make(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("op", 2);
        json.WriteStartObject("d");
        json.WriteString("token", token.Reveal());
        json.WriteNumber("intents", GuildsIntent);
        json.WriteStartObject("properties");
        json.WriteString("os", "linux");
        json.WriteString("browser", "snapshotbot");
        json.WriteString("device", "snapshotbot");
        json.WriteEndObject();

        // One connection for all guilds; Discord asks for more from 2,500 guilds on.
        json.WriteStartArray("shard");
        json.WriteNumberValue(0);
        json.WriteNumberValue(1);
        json.WriteEndArray();
        if (presence is not null)
        {
            json.WritePropertyName("presence");
            WritePresence(json, presence);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static byte[] Resume(BotToken token, string sessionId, long sequence) => Bodies.Make(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("op", 6);
        json.WriteStartObject("d");
        json.WriteString("token", token.Reveal());
        json.WriteString("session_id", sessionId);
        json.WriteNumber("seq", sequence);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static byte[] Presence(string presence) => Bodies.Make(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("op", 3);
        json.WritePropertyName("d");
        WritePresence(json, presence);
        json.WriteEndObject();
    });

    // A custom status: the one kind that reads as a plain sentence.
    private static void WritePresence(Utf8JsonWriter json, string presence)
    {
        json.WriteStartObject();
        json.WriteNull("since");
        json.WriteStartArray("activities");
        json.WriteStartObject();
        json.WriteString("name", "Custom Status");
        json.WriteNumber("type", 4);
        json.WriteString("state", presence);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("status", "online");
        json.WriteBoolean("afk", value: false);
        json.WriteEndObject();
    }
}
