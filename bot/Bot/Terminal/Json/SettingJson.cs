using System.Globalization;
using System.Text.Json.Serialization;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record SettingsDto(IReadOnlyList<SettingDto> Settings);

internal sealed record SettingSetDto(SettingDto Setting);

/// <summary>A null guild means all; a null value that it was taken away.</summary>
internal sealed record SettingDto(string Key, string? Guild, string? Value);

internal sealed record ServerSharedDto(ServerRefDto Server, string Guild, bool Shared);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SettingsDto))]
[JsonSerializable(typeof(SettingSetDto))]
[JsonSerializable(typeof(ServerSharedDto))]
internal sealed partial class SettingJsonContext : JsonSerializerContext;

internal static class SettingJson
{
    public static SettingsDto From(IReadOnlyList<SettingValue> values) => new([.. values.Select(each => new SettingDto(each.Key, Text(each.Guild), each.Value))]);

    public static SettingSetDto From(SettingOutcome.Set set) => new(new SettingDto(set.Key, Text(set.Guild), set.Value));

    public static ServerSharedDto Shared(ServerInfo server, ulong guild, bool shared) => new(new ServerRefDto(server.Id.Value, server.Name), Text(guild)!, shared);

    private static string? Text(ulong? id) => id?.ToString(CultureInfo.InvariantCulture);
}
