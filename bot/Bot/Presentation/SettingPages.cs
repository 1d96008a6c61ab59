using System.Globalization;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Settings in words.</summary>
internal static class SettingPages
{
    public static Page List(IReadOnlyList<SettingValue> values) => values.Count == 0
        ? Page.Of(
            new Sentence("Nothing was set.", Tone.Plain),
            new Sentence("Begin with the Discord server that may use this: snapshotbot settings set guilds ID", Tone.Small))
        : Page.Of(new Table(
            [new("Setting", Align.Left), new("Discord server", Align.Left), new("Value", Align.Left)],
            [.. values.Select(each => (string[])[each.Key, Guild(each.Guild), Value(each.Key, each.Value)])]));

    public static Page Set(SettingOutcome.Set set) => Page.Say(
        (set.Value is { } value ? $"{set.Key} is {Value(set.Key, value)} now" : $"{set.Key} is not set any more")
        + (set.Guild is { } guild ? $", in the Discord server {Guild(guild)}." : "."),
        Tone.Good);

    public static Page Planned(SettingPlanned planned, TimeZoneInfo zone)
    {
        var setting = planned.Setting;
        var what = setting.Value is { } value ? $"With {setting.Key} {Value(setting.Key, value)}" : $"Without {setting.Key}";
        return planned.Servers.Count == 0
            ? Page.Say($"Nothing was changed. {what} the same snapshots would stay as now.", Tone.Plain)
            : new Page(
            [
                new Sentence($"Nothing was changed. {what}:", Tone.Plain),
                .. planned.Servers.SelectMany(one => (IEnumerable<Block>)[new Sentence(Words.Safe(one.Server), Tone.Plain), .. UpkeepPages.Forecast(one.Forecast, zone).Blocks]),
            ]);
    }

    public static Page Shared(ServerInfo server, ulong guild) => Page.Say(
        $"{Words.Safe(server.Name)} is shown in the Discord server {Guild(guild)}: its state, and no names of players, files or notes.", Tone.Good);

    public static Page Withdrawn(ServerInfo server, ulong guild) => Page.Say(
        $"{Words.Safe(server.Name)} is not shown in the Discord server {Guild(guild)} any more.", Tone.Good);

    public static Page Home(ServerInfo server, ulong guild) => Page.Say(
        $"{Words.Safe(server.Name)} lives in the Discord server {Guild(guild)} anyway. Nothing was changed.", Tone.Plain);

    /// <summary>A value as people read it.</summary>
    public static string Value(string key, string value) =>
        key == SettingKind.Quota && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? Words.Size(bytes) : Words.Safe(value);

    private static string Guild(ulong? guild) => guild?.ToString(CultureInfo.InvariantCulture) ?? "all";
}
