using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Setting;

internal sealed record SettingsShown(IReadOnlyList<SettingValue> Values);

/// <param name="Setting">What would be set.</param>
/// <param name="Servers">Those whose snapshots that changes, and what would stay and go there.</param>
internal sealed record SettingPlanned(SettingOutcome.Set Setting, IReadOnlyList<ServerForecast> Servers);
