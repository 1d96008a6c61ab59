using SnapshotBot.Service;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What is wrong with a setting, in words.</summary>
internal static class SettingText
{
    public static (string Code, string Message, string? Hint) Of(Refusal refusal) => refusal switch
    {
        Refusal.SettingUnknown it => (
            "setting-unknown", $"There is no setting '{Words.Safe(it.Key)}'. Nothing was changed.",
            Nearest.Of(it.Key, it.Known) is { } near ? $"Did you mean '{near}'? All: {string.Join(", ", it.Known)}." : $"There are: {string.Join(", ", it.Known)}."),
        Refusal.SettingRefused it => (
            "setting-refused", $"'{Words.Safe(it.Value)}' is no good value for {it.Key}. Nothing was changed.", $"Give {Wanted(it)}."),
        Refusal.GuildNeeded { Allowed.Count: 0 } it => (
            "guild-needed", $"{it.Key} belongs to one Discord server, and none is allowed yet. Nothing was changed.",
            "Allow one first: snapshotbot settings set guilds ID."),
        Refusal.GuildNeeded it => (
            "guild-needed", $"{it.Key} belongs to one Discord server, and there are several. Nothing was changed.",
            $"Say which: --guild {string.Join(" or --guild ", it.Allowed)}."),
        Refusal.GuildNotAllowed it => (
            "guild-not-allowed", $"The Discord server {it.Guild} is not allowed here. Nothing was changed.",
            "Allow it first, beside those that are: snapshotbot settings set guilds ID,ID."),
        _ => throw new InvalidOperationException($"No words for {refusal.GetType().Name}."),
    };

    private static string Wanted(Refusal.SettingRefused refused) => refused.Wanted switch
    {
        SettingShape.Ids => "the numbers Discord shows as the servers' ids, with commas between, or none",
        SettingShape.Id => "the number Discord shows as its id, or none",
        SettingShape.Role => "a role's id, everyone, or none",
        SettingShape.Zone => "a time zone such as Europe/Berlin",
        SettingShape.RestorePolicy => "one of admins, operators, 'two operators'",
        SettingShape.Notify => "one of all, daily, problems",
        SettingShape.Retention => "what to keep, such as last=7,daily=14,weekly=8, all to keep all, or none to take it away",
        SettingShape.Size => "a size such as 120GB, or none",
        SettingShape.Repository => "an absolute folder or rest:http://host/path/, or none",
        SettingShape.File => "a file by its absolute path, or none",
        SettingShape.Count => "a whole number from 1, or none",
        SettingShape.Time => $"a time from {Words.Span(refused.Least)} to {Words.Span(refused.Most)}, such as 30s, 5m, 2h or 3d, or none for what holds otherwise",
        _ => "yes or no",
    };
}
