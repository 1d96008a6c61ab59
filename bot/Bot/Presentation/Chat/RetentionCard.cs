using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What another rule would do to a server's snapshots, before it is saved. For one's own eyes.</summary>
internal static class RetentionCard
{
    private const int MostServers = 10;

    public static Message Of(RetentionShown plan, PendingConfirm confirm) => Ask(
        $"### Save {ChatText.Code(plan.Planned ?? "", 80)} for {ChatText.Name(plan.Server)}?\n"
        + Become(plan.Forecast),
        confirm);

    /// <summary>Of a setting that holds for several servers: each whose snapshots it changes.</summary>
    public static Message Of(SettingPlanned plan, PendingConfirm confirm)
    {
        var setting = plan.Setting;
        var what = setting.Value is { } value ? $"Save {ChatText.Code($"{setting.Key} {SettingPages.Value(setting.Key, value)}", 80)}" : $"Take {setting.Key} away";
        var lines = plan.Servers.Take(MostServers).Select(one => $"{ChatText.Name(one.Server)}: {Become(one.Forecast)}");
        var more = plan.Servers.Count > MostServers ? $"\n{Words.Count(plan.Servers.Count - MostServers, "more server", "more servers")} …" : "";
        return Ask($"### {what}?\n{string.Join('\n', lines)}{more}", confirm);
    }

    private static Message Ask(string question, PendingConfirm confirm) => Message.Of(new Container(
        Colour.Look,
        new TextDisplay(question + "\n" + ChatText.Small("Lock what must not go. Schedules with a rule of their own keep theirs.")),
        new ActionRow(
            Button.Danger("Save", CustomId.Of(Verb.Yes, confirm.Handle)),
            Button.Secondary("Cancel", CustomId.Of(Verb.No, confirm.Handle))),
        new TextDisplay(ChatText.Small($"Nothing is saved yet · until {ChatText.Time(confirm.Until)}"))));

    private static string Become(RetentionForecast forecast)
    {
        var stays = $"{Words.Count(forecast.Kept.Count, "stays", "stay")}, about {Words.Size(forecast.KeptBytes)}.";
        return forecast.Forgotten is [.., var oldest]
            ? $"{Words.Count(forecast.Forgotten.Count, "snapshot goes", "snapshots go")} with the next expiry, the oldest of {ChatText.Time(oldest.Snapshot.CreatedAt, 'D')}; {stays}"
            : $"no snapshot goes; {stays}";
    }
}
