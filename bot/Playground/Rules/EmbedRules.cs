using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rules;

/// <summary>How long the parts of embeds may be.</summary>
internal static class EmbedRules
{
    public static void Check(JsonArray embeds, string at, Problems problems)
    {
        if (embeds.Count > 10)
        {
            problems.Length(at + "embeds", 0, 10);
        }

        var total = 0;
        for (var i = 0; i < embeds.Count; i++)
        {
            if (embeds[i] is JsonObject embed)
            {
                total += Check(embed, string.Create(CultureInfo.InvariantCulture, $"{at}embeds.{i}"), problems);
            }
        }

        if (total > 6000)
        {
            problems.Add(at + "embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
        }
    }

    private static int Check(JsonObject embed, string path, Problems problems)
    {
        var fields = embed["fields"].Items();
        if (fields.Count > 25)
        {
            problems.Length(path + ".fields", 0, 25);
        }

        var total = Part(embed["title"], path + ".title", 256, problems) + Part(embed["description"], path + ".description", 4096, problems)
            + Part(embed["footer"]?["text"], path + ".footer.text", 2048, problems) + Part(embed["author"]?["name"], path + ".author.name", 256, problems);
        for (var i = 0; i < fields.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.fields.{i}");
            total += Field(fields[i]?["name"], at + ".name", 256, problems) + Field(fields[i]?["value"], at + ".value", 1024, problems);
        }

        return total;
    }

    private static int Field(JsonNode? text, string path, int longest, Problems problems)
    {
        if (string.IsNullOrEmpty(text.Text()))
        {
            problems.Required(path);
        }

        return Part(text, path, longest, problems);
    }

    private static int Part(JsonNode? text, string path, int longest, Problems problems)
    {
        var length = text.Text()?.Characters() ?? 0;
        if (length > longest)
        {
            problems.TooLong(path, longest);
        }

        return length;
    }
}
