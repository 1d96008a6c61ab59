using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.WebSocket;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>
/// Discord.Net 3.18 knows forms of text inputs only, without labels, selects and checkboxes. So what is filled in comes through it folded into the text
/// of one input.
/// </summary>
internal static class Forms
{
    private const string Folded = "folded";

    /// <param name="text">A frame of the gateway.</param>
    /// <returns>The frame with its form folded; as it is when it holds none.</returns>
    public static string Fold(string text)
    {
        if (!text.Contains("INTERACTION_CREATE", StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            if (JsonNode.Parse(text) is not JsonObject frame || frame["d"] is not JsonObject interaction
                || interaction["type"]?.ToJsonString() != "5" || interaction["data"] is not JsonObject form)
            {
                return text;
            }

            var input = new JsonObject { ["type"] = 4, ["custom_id"] = Folded, ["value"] = form.ToJsonString() };
            form["components"] = new JsonArray(new JsonObject { ["type"] = 1, ["components"] = new JsonArray(input) });
            return frame.ToJsonString();
        }
        catch (JsonException)
        {
            return text;
        }
    }

    public static FieldValues Read(SocketModalData data) =>
        Reading.Fields(JsonSerializer.Deserialize(data.Components.Single().Value, WireJson.Default.WireData)?.Components ?? []);
}
