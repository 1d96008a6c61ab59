using System.Text.Json;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal static class ImageReader
{
    private const string Nothing = "<none>:<none>";

    public static ImageSummary ReadSummary(JsonElement entry) => new()
    {
        Id = ImageId.Parse(entry.Text("Id")),
        Tags = [.. entry.Texts("RepoTags").Where(tag => tag != Nothing)],
        Digests = entry.Texts("RepoDigests"),
        Size = entry.Number("Size"),
    };

    public static ImageDetails Read(JsonElement root, ReadOnlyMemory<byte> json) => new()
    {
        Id = ImageId.Parse(root.Text("Id")),
        Tags = [.. root.Texts("RepoTags").Where(tag => tag != Nothing)],
        Digests = root.Texts("RepoDigests"),
        LayerDigests = root.At("RootFS").Texts("Layers"),
        Architecture = root.Text("Architecture"),
        OperatingSystem = root.Text("Os"),
        Size = root.Number("Size"),
        CreatedAt = root.Time("Created"),
        DeclaredVolumes = [.. root.At("Config").Members("Volumes").Select(member => member.Name)],
        Json = json,
    };

    public static ImageHistoryEntry ReadHistory(JsonElement entry) => new(
        DateTimeOffset.FromUnixTimeSeconds(entry.Number("Created")), entry.Text("CreatedBy"), entry.Text("Comment"), entry.Number("Size"));
}
