using System.Text.Json.Serialization;
using SnapshotBot.Bot.Demo;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record PlaygroundDto(PlaygroundBodyDto Playground);

internal sealed record PlaygroundBodyDto(string State, string? Url, IReadOnlyList<string> Left, IReadOnlyList<string> Refused);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PlaygroundDto))]
internal sealed partial class PlaygroundJsonContext : JsonSerializerContext;

internal static class PlaygroundJson
{
    public static PlaygroundDto From(PlaygroundOpen open) => new(new PlaygroundBodyDto("open", open.Url.AbsoluteUri, [], []));

    public static PlaygroundDto From(PlaygroundEnded ended) => new(new PlaygroundBodyDto("ended", null, ended.Left, ended.Refused));
}
