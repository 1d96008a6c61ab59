using System.Globalization;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record SettingsDto(IReadOnlyList<SettingDto> Settings);

internal sealed record SettingSetDto(SettingDto Setting);

internal sealed record SettingPlannedDto(SettingDto Setting, bool Planned, IReadOnlyList<ServerForecastDto> Servers);

internal sealed record ServerForecastDto(string Server, string? Held, IReadOnlyList<KeptDto> Kept, IReadOnlyList<ForgottenDto> Forgotten, long KeptBytes);

/// <summary>A null guild means all; a null value that it was taken away.</summary>
internal sealed record SettingDto(string Key, string? Guild, string? Value);

internal sealed record ServerSharedDto(ServerRefDto Server, string Guild, bool Shared);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SettingsDto))]
[JsonSerializable(typeof(SettingSetDto))]
[JsonSerializable(typeof(SettingPlannedDto))]
[JsonSerializable(typeof(ServerSharedDto))]
internal sealed partial class SettingJsonContext : JsonSerializerContext;

internal static class SettingJson
{
    public static SettingsDto From(IReadOnlyList<SettingValue> values) => new([.. values.Select(each => new SettingDto(each.Key, Text(each.Guild), each.Value))]);

    public static SettingSetDto From(SettingOutcome.Set set) => new(new SettingDto(set.Key, Text(set.Guild), set.Value));

    public static SettingPlannedDto From(SettingPlanned planned) => new(
        From(planned.Setting).Setting, true,
        [
            .. planned.Servers.Select(one => (one.Server, Forecast: UpkeepJson.From(one.Forecast)))
                .Select(one => new ServerForecastDto(one.Server, one.Forecast.Held, one.Forecast.Kept, one.Forecast.Forgotten, one.Forecast.KeptBytes)),
        ]);

    public static ServerSharedDto Shared(ServerInfo server, ulong guild, bool shared) => new(new ServerRefDto(server.Id.Value, server.Name), Text(guild)!, shared);

    private static string? Text(ulong? id) => id?.ToString(CultureInfo.InvariantCulture);
}
