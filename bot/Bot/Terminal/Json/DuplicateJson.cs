using System.Text.Json.Serialization;
using SnapshotBot.Service.Duplicates;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record DuplicateMadeDto(
    ServerDto Server, IReadOnlyList<PortDto> Ports, IReadOnlyList<string> Blanked, IReadOnlyList<string> LeftOut, string? EndsAt, string? NotUp);

internal sealed record PortDto(int Host, int Container, string Protocol);

internal sealed record ImagePublishedDto(PublishedImageDto Image);

internal sealed record PublishedImageDto(string Id, string Tag, string Container, long Size, IReadOnlyList<string> Secrets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DuplicateMadeDto))]
[JsonSerializable(typeof(ImagePublishedDto))]
internal sealed partial class DuplicateJsonContext : JsonSerializerContext;

internal static class DuplicateJson
{
    public static DuplicateMadeDto From(DuplicateOutcome.Made made) => new(
        ServerJson.One(made.Server).Server,
        [.. made.Ports.Select(port => new PortDto(port.HostPort, port.ContainerPort, port.Protocol))],
        made.Blanked,
        made.LeftOut,
        made.EndsAt is { } ends ? JsonText.Time(ends) : null,
        made.NotUp);

    public static ImagePublishedDto From(PublishImageOutcome.Published image) =>
        new(new PublishedImageDto(image.Image, image.Tag, image.Container, image.Size, image.Secrets));
}
