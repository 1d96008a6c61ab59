using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record ErrorDto(ErrorBodyDto Error);

internal sealed record ErrorBodyDto(string Code, string Message, string? Hint, string? Operation);

internal sealed record VersionDto(string Version, string? Commit, string? DiscordClient, EngineApiDto EngineApi);

internal sealed record EngineApiDto(string Minimum);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorDto))]
[JsonSerializable(typeof(VersionDto))]
internal sealed partial class CommonJsonContext : JsonSerializerContext;

internal static class ErrorJson
{
    public static ErrorDto From(Failure failure) => new(new ErrorBodyDto(failure.Code, failure.Message, failure.Hint, failure.Operation));
}
