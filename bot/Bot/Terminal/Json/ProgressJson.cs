using System.Text.Json.Serialization;

namespace SnapshotBot.Bot.Terminal.Json;

/// <summary>A line of <c>--progress json</c>. State is <c>running</c> or <c>done</c>.</summary>
internal sealed record ProgressDto(string Step, string State, long Done, long? Total, string? Unit, long ElapsedMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgressDto))]
internal sealed partial class ProgressJsonContext : JsonSerializerContext;
