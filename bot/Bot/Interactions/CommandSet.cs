using SnapshotBot.Chat;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The slash commands, made from the commands' specs and the few that only a chat has.</summary>
internal static class CommandSet
{
    private const int MostDescription = 100;

    // A shell is told how somebody is written; here one is picked.
    private const string PersonHelp = "only what this person did";

    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["snapshot"] = "Take, look at, restore and compare snapshots",
        ["server"] = "The game servers",
        ["schedule"] = "When snapshots are taken by themselves",
        ["storage"] = "What the snapshots take, and where",
        ["operation"] = "What is running now",
        ["settings"] = "Who may what, and where it reports",
    };

    public static IReadOnlyList<SlashCommand> Of(IReadOnlyList<ChatCommand> commands) =>
    [
        SlashCommand.Of("panel", "Post the panel here: snapshots, schedules, storage, and a blue button"),
        .. commands.Where(command => command.Path.Count == 1).Select(command => SlashCommand.Of(
            command.Path[0], Description(command.Spec.Summary), Options(command))),
        .. commands.Where(command => command.Path.Count == 2).GroupBy(command => command.Path[0], StringComparer.Ordinal).Select(group => SlashCommand.Group(
            group.Key, Groups.GetValueOrDefault(group.Key, group.Key),
            [.. group.Select(command => new Subcommand(command.Path[1], Description(command.Spec.Summary), Options(command)))])),
        Settings(),
    ];

    private static IReadOnlyList<SlashOption> Options(ChatCommand command)
    {
        var options = command.Inputs.Select(Option).ToList();

        // A snapshot's server narrows what is suggested, and lets its plain name be given.
        if (command.Inputs.Any(input => input.Kind == OptionKind.Snapshot) && command.Inputs.All(input => input.Option != "server"))
        {
            options.Add(new StringOption("server", "its server, to choose among that one's") { Suggests = true });
        }

        return [.. options.OrderBy(option => option.IsRequired ? 0 : 1)];
    }

    private static SlashOption Option(ChatInput input)
    {
        var help = Description(input.Input.Help);
        return input.Kind switch
        {
            OptionKind.Flag => new BooleanOption(input.Option, help),
            OptionKind.Number => new IntegerOption(input.Option, help) { IsRequired = input.IsRequired, Least = 0, Most = 1_000_000 },
            OptionKind.Channel => new ChannelOption(input.Option, help) { IsRequired = input.IsRequired },
            OptionKind.Person => new UserOption(input.Option, Description(PersonHelp)) { IsRequired = input.IsRequired },
            OptionKind.Text => new StringOption(input.Option, help) { IsRequired = input.IsRequired },
            _ => new StringOption(input.Option, help) { IsRequired = input.IsRequired, Suggests = true },
        };
    }

    private static SlashCommand Settings() => SlashCommand.Group(
        "settings", Groups["settings"],
        new Subcommand("show", "Show what is set, and what is still to be said"),
        new Subcommand("claim", "Set this bot up here, with the one-time code printed where it was started", new StringOption("code", "the one-time code") { IsRequired = true }),
        new Subcommand(
            "roles", "Who may what; a role that is not given stays as it is",
            new RoleOption("viewer", "may look"), new RoleOption("operator", "may take snapshots"), new RoleOption("admin", "may restore and delete")),
        new Subcommand("restore", "Who may put a server back", new StringOption("policy", "who")
        {
            IsRequired = true,
            Choices = [new("admins", "admins"), new("operators", "operators"), new("two operators", "two operators")],
        }),
        new Subcommand("channel", "Where it reports", new ChannelOption("channel", "the channel; none reports where it was asked")),
        new Subcommand("audit", "Where it tells who did what", new ChannelOption("channel", "the channel; none tells nowhere")),
        new Subcommand("alerts", "The one role an incident may mention", new RoleOption("role", "the role; none mentions nobody")),
        new Subcommand("notify", "How much is told of what goes well", new StringOption("level", "how much")
        {
            IsRequired = true,
            Choices = [new("all: a message each", "all"), new("daily: one message a day", "daily"), new("problems: nothing", "problems")],
        }),
        new Subcommand("undo-time", "For how long a restore can be undone", new StringOption("time", "such as 24h or 3d; none takes it away") { IsRequired = true }),
        new Subcommand("countdown", "How long players are given before a restore stops their server", new StringOption("time", "such as 30s or 2m; none takes it away") { IsRequired = true }),
        new Subcommand("freeze-budget", "How long a snapshot may hold a server still at most", new StringOption("time", "such as 10s; none takes it away") { IsRequired = true }),
        new Subcommand("zone", "The time zone times are read and written in", new StringOption("zone", "such as Europe/Berlin") { IsRequired = true, Suggests = true }),
        new Subcommand("retention", "What servers keep that have no rule of their own (see /server retention)", new StringOption("keep", "such as last=7,daily=14; all keeps all; none takes it away") { IsRequired = true }),
        new Subcommand("quota", "How much the snapshots may take; the oldest that are not locked go first", new StringOption("size", "such as 120GB; none takes it away") { IsRequired = true }))
        with
    {
        ShownTo = ChatPermissions.ManageGuild,
    };

    private static string Description(string text) => text.Length <= MostDescription ? text : text[..(MostDescription - 1)] + "…";

    /// <summary>Which setting a subcommand of /settings sets, and the option that holds its value.</summary>
    public static IReadOnlyDictionary<string, (string Key, string Option)> SettingOf { get; } = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["restore"] = (SettingKind.Restore, "policy"),
        ["channel"] = (SettingKind.Channel, "channel"),
        ["audit"] = (SettingKind.Audit, "channel"),
        ["alerts"] = (SettingKind.Alerts, "role"),
        ["notify"] = (SettingKind.Notify, "level"),
        ["undo-time"] = (SettingKind.UndoTime, "time"),
        ["countdown"] = (SettingKind.Countdown, "time"),
        ["freeze-budget"] = (SettingKind.FreezeBudget, "time"),
        ["zone"] = (SettingKind.Zone, "zone"),
        ["retention"] = (SettingKind.Retention, "keep"),
        ["quota"] = (SettingKind.Quota, "size"),
    };
}
