using System.Buffers;
using System.Text.Json;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>A manifest as JSON; paths are bytes and so in base64.</summary>
internal static class SwapManifestJson
{
    private const int Version = 1;

    public static ReadOnlySpan<byte> Write(SwapManifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("trees");
        foreach (var tree in manifest.Trees)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("live", tree.LivePath);
            writer.WriteBase64String("staging", tree.StagingPath);
            writer.WriteStartArray("entries");
            foreach (var entry in tree.Entries)
            {
                Write(writer, entry);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    public static SwapManifest Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
            {
                throw new FormatException("The manifest of a swap is of a version this program does not know.");
            }

            return new([.. root.GetProperty("trees").EnumerateArray().Select(ReadTree)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The manifest of a swap is not readable.", e);
        }
    }

    private static void Write(Utf8JsonWriter writer, SwapEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("action", (int)entry.Action);
        writer.WriteBase64String("path", entry.Path);
        writer.WriteNumber("liveInode", entry.LiveInode);
        writer.WriteNumber("stagedInode", entry.StagedInode);
        writer.WriteBase64String("staged", entry.StagedName);
        writer.WriteBase64String("aside", entry.AsideName);
        Write(writer, "old", entry.Old);
        Write(writer, "new", entry.New);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, SwapMetadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("mode", metadata.Mode);
        writer.WriteNumber("uid", metadata.UserId);
        writer.WriteNumber("gid", metadata.GroupId);
        writer.WriteNumber("atime", metadata.Accessed.Seconds);
        writer.WriteNumber("atimeNs", metadata.Accessed.Nanoseconds);
        writer.WriteNumber("mtime", metadata.Modified.Seconds);
        writer.WriteNumber("mtimeNs", metadata.Modified.Nanoseconds);
        writer.WriteStartArray("attributes");
        foreach (var attribute in metadata.Attributes)
        {
            writer.WriteBase64StringValue(attribute.Name);
            writer.WriteBase64StringValue(attribute.Value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static SwapTree ReadTree(JsonElement tree) => new(
        tree.GetProperty("live").GetBytesFromBase64(),
        tree.GetProperty("staging").GetBytesFromBase64(),
        [.. tree.GetProperty("entries").EnumerateArray().Select(ReadEntry)]);

    private static SwapEntry ReadEntry(JsonElement entry) => new()
    {
        Action = (SwapAction)entry.GetProperty("action").GetInt32(),
        Path = entry.GetProperty("path").GetBytesFromBase64(),
        LiveInode = entry.GetProperty("liveInode").GetUInt64(),
        StagedInode = entry.GetProperty("stagedInode").GetUInt64(),
        StagedName = entry.GetProperty("staged").GetBytesFromBase64(),
        AsideName = entry.GetProperty("aside").GetBytesFromBase64(),
        Old = entry.TryGetProperty("old", out var old) ? ReadMetadata(old) : null,
        New = entry.TryGetProperty("new", out var made) ? ReadMetadata(made) : null,
    };

    private static SwapMetadata ReadMetadata(JsonElement metadata)
    {
        var parts = metadata.GetProperty("attributes").EnumerateArray().Select(part => part.GetBytesFromBase64()).ToList();
        return new(
            metadata.GetProperty("mode").GetUInt32(),
            metadata.GetProperty("uid").GetUInt32(),
            metadata.GetProperty("gid").GetUInt32(),
            new UnixTime(metadata.GetProperty("atime").GetInt64(), metadata.GetProperty("atimeNs").GetInt32()),
            new UnixTime(metadata.GetProperty("mtime").GetInt64(), metadata.GetProperty("mtimeNs").GetInt32()),
            [.. parts.Chunk(2).Select(pair => new ExtendedAttribute(pair[0], pair[1]))]);
    }
}
