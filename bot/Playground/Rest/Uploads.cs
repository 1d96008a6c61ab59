using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>The files of one request: described in <c>attachments</c>, sent as <c>files[n]</c>, linked from components by name.</summary>
internal sealed class Uploads(World world, Uri origin, TextChannel channel, RestCall call, JsonObject body)
{
    /// <summary>The names a component may point at: files that stay, and those that come.</summary>
    public IReadOnlyCollection<string> Names(JsonArray before) =>
        [.. Kept(before).Select(kept => kept["filename"]!.GetValue<string>()), .. call.Files.Values.Select(file => CleanName(file.Name))];

    /// <summary>Keeps the files and describes them.</summary>
    public JsonArray Store(JsonArray before)
    {
        var list = Shapes.Array(Kept(before).Select(kept => kept.DeepClone()));
        foreach (var (number, file) in call.Files.OrderBy(pair => pair.Key))
        {
            var id = Shapes.Id(world.NextId());
            var name = CleanName(file.Name);
            var path = $"/attachments/{Shapes.Id(channel.Id)}/{id}/{Uri.EscapeDataString(name)}";
            world.Files[Uri.UnescapeDataString(path)] = file;
            var link = new Uri(origin, path).AbsoluteUri;
            var json = new JsonObject
            {
                ["id"] = id,
                ["filename"] = name,
                ["size"] = file.Content.Length,
                ["url"] = link,
                ["proxy_url"] = link,
                ["content_type"] = file.ContentType,
            };
            if (PngSize(file.Content) is { } size)
            {
                (json["width"], json["height"]) = (size.Width, size.Height);
            }

            if (Described(number)?["description"].Text() is { } description)
            {
                json["description"] = description;
            }

            list.Add(json);
        }

        return list;
    }

    /// <summary>Gives a component that names an upload its link.</summary>
    public static void Resolve(JsonObject component, JsonArray attachments)
    {
        foreach (var media in (JsonNode?[])[component["media"], component["file"], .. component["items"].Items().Select(item => item?["media"])])
        {
            if (media is JsonObject json && json["url"].Text() is { } url && url.StartsWith("attachment://", StringComparison.Ordinal)
                && attachments.FirstOrDefault(one => one!["filename"].Text() == url["attachment://".Length..]) is JsonObject found)
            {
                json["url"] = found["url"].Text();
                json["proxy_url"] = found["url"].Text();
                json["attachment_id"] = found["id"].Text();
                json["content_type"] = found["content_type"].Text();
                (json["width"], json["height"]) = (found["width"].Number(), found["height"].Number());
            }
        }
    }

    /// <summary>Discord's own cleaning of a file's name.</summary>
    private static string CleanName(string name)
    {
        var clean = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'));
        return clean.Trim('_', '.').Length == 0 ? "unknown" : clean;
    }

    private IEnumerable<JsonObject> Kept(JsonArray before) => body["attachments"] is JsonArray listed
        ? before.OfType<JsonObject>().Where(kept => listed.Any(one => one?["id"]?.ToString() == kept["id"].Text()))
        : before.OfType<JsonObject>();

    private JsonObject? Described(int number) =>
        body["attachments"].Items().OfType<JsonObject>().FirstOrDefault(one => one["id"]?.ToString() == number.ToString(CultureInfo.InvariantCulture));

    private static (int Width, int Height)? PngSize(byte[] content) =>
        content.Length <= 24 || !content.AsSpan(1, 3).SequenceEqual("PNG"u8)
            ? null
            : (BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(20)));
}
