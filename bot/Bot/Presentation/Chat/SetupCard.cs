using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What is still to be said before the first server is protected; for one's own eyes.</summary>
internal static class SetupCard
{
    /// <param name="settings">What was set so far.</param>
    /// <param name="offers">Containers that may be added.</param>
    /// <param name="servers">How many servers there are already.</param>
    /// <param name="channel">The channel that was set, where it can be looked at.</param>
    /// <param name="first">What the only server's first snapshot would be, where it has none yet and that can be told.</param>
    public static Message Of(GuildSettings settings, IReadOnlyList<string> offers, int servers, ChatChannel? channel, FirstSnapshot? first)
    {
        var parts = new List<Part>
        {
            new TextDisplay(servers == 0 ? "## Let's protect your first server" : "## Settings"),
            new TextDisplay("**1** Who may what? " + RolesWords(settings)),
            Role("viewer: who may look", SettingKind.Viewer, settings.Viewer),
            Role("operator: who may take snapshots", SettingKind.Operator, settings.Operator),
            Role("admin: who may restore and delete", SettingKind.Admin, settings.Admin),
            new TextDisplay("**2** Where do I report? " + ChannelWords(settings, channel)),
            new ActionRow(new ChannelSelect(CustomId.Of(Verb.Set, "channel")) { Placeholder = "channel", Picked = settings.Channel is { } id ? [new ChannelId(id)] : [] }),
        };
        if (offers.Count > 0)
        {
            parts.Add(new TextDisplay("**3** Which game?"));
            parts.Add(new ActionRow(new StringSelect(
                Verb.AddServer, [.. offers.Take(25).Select(name => new SelectOption(ChatText.Label(name, 100), name.Length <= 100 ? name : name[..100]))])
            {
                Placeholder = "container",
            }));
        }
        else if (servers == 0)
        {
            parts.Add(new TextDisplay(
                "**3** Which game? No container is offered here.\n"
                + ChatText.Small("Label it snapshotbot.offer=true, or add it at the terminal: snapshotbot server add NAME --container CONTAINER")));
        }

        if (servers > 0)
        {
            parts.Add(new TextDisplay("**4** " + (first is null ? "Take a snapshot" : "The first snapshot: " + PanelCard.FirstWords(first))));
            parts.Add(new ActionRow(Button.Primary("Create snapshot", CustomId.Of(Verb.New, "")), Button.Secondary("Post the panel", Verb.PostPanel)));
        }

        return Message.Of(new Container(Colour.Running, parts));
    }

    /// <summary>The settings as a list, for who only wants to read them.</summary>
    public static Message Show(GuildSettings settings, bool passwordKept)
    {
        var lines = new List<string>
        {
            "### Settings",
            RolesWords(settings),
            "**Restore:** " + settings.Restore switch
            {
                RestorePolicy.Operators => "operators",
                RestorePolicy.TwoOperators => "two operators, or an admin",
                _ => "admins",
            },
            "**Channel:** " + Channel(settings.Channel) + " · **Audit:** " + Channel(settings.Audit),
            "**Alerts:** " + RoleText(settings.Alerts, settings.Guild) + " · **Notify:** " + settings.Notify switch
            {
                NotifyLevel.All => "all",
                NotifyLevel.Problems => "problems",
                _ => "daily",
            },
            $"**Undo:** {Words.Span(settings.UndoTime)} · **Countdown:** {Words.Span(settings.Countdown)} · **Freeze:** at most {Words.Span(settings.FreezeBudget)}",
            "**Zone:** " + ChatText.Name(settings.Zone.Id),
            "**Retention:** " + (settings.Retention is { } keep ? ChatText.Code(keep) : "keeps all") + " · **Quota:** "
                + (settings.Quota is { } quota ? Words.Size(quota) : "none"),
            passwordKept ? "" : "⚠ Nobody has confirmed that the repository's password lies elsewhere too: at the terminal, `settings set password-kept yes`.",
        };
        return Message.Of(new Container(passwordKept ? Colour.Good : Colour.Look, new TextDisplay(string.Join('\n', lines.Where(line => line.Length > 0)))));
    }

    public static string RoleText(ulong? role, ulong guild) => role switch
    {
        null => "nobody",
        { } id when id == guild => "everyone",
        { } id => $"<@&{id}>",
    };

    private static string RolesWords(GuildSettings settings) =>
        $"viewer: {RoleText(settings.Viewer, settings.Guild)} · operator: {RoleText(settings.Operator, settings.Guild)} · admin: {RoleText(settings.Admin, settings.Guild)}"
        + (settings.Admin is null ? "\n" + ChatText.Small("The owner and Administrators may always.") : "");

    private static string ChannelWords(GuildSettings settings, ChatChannel? channel) => channel is null
        ? Channel(settings.Channel)
        : $"<#{channel.Id}>\n" + ChatText.Small("I can send, embed, pin there: "
            + $"{YesNo(channel.OwnPermissions.Has(ChatPermissions.SendMessages | ChatPermissions.ViewChannel))} · "
            + $"{YesNo(channel.OwnPermissions.Has(ChatPermissions.EmbedLinks))} · "
            + YesNo(channel.OwnPermissions.Has(ChatPermissions.PinMessages) || channel.OwnPermissions.Has(ChatPermissions.ManageMessages)));

    private static string YesNo(bool may) => may ? "yes" : "**no**";

    private static string Channel(ulong? channel) => channel is { } id ? $"<#{id}>" : "where it is asked";

    private static ActionRow Role(string placeholder, string key, ulong? picked) => new(
        new RoleSelect(CustomId.Of(Verb.Set, key)) { Placeholder = placeholder, Picked = picked is { } id ? [new RoleId(id)] : [] });
}
