using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record ServeDto(ServeStateDto Serve);

internal sealed record ServeStateDto(string State, IReadOnlyList<string> Healed, int Left);

internal sealed record ClaimDto(ClaimCodeDto Claim);

internal sealed record ClaimCodeDto(string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeDto))]
[JsonSerializable(typeof(ClaimDto))]
internal sealed partial class ServeJsonContext : JsonSerializerContext;

internal static class ServeJson
{
    public static ServeDto Waiting() => new(new("waiting", [], 0));

    public static ServeDto Ready(ServeEvent.Ready ready) => new(new("ready", [.. ready.Healed.Select(healed => healed.Id.Value)], 0));

    public static ServeDto Ended(int left) => new(new("ended", [], left));
}
