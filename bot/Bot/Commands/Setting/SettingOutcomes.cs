using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Commands.Setting;

internal sealed record SettingsShown(IReadOnlyList<SettingValue> Values);
