using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Games;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GameProfile))]
internal sealed partial class ProfileJson : JsonSerializerContext;

/// <summary>Words of a profile are written with dashes: <c>until-expected</c>.</summary>
internal sealed class DashedWords<T>() : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GameHeld))]
internal sealed partial class GamesJson : JsonSerializerContext;
