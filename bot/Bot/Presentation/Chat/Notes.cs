using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Short answers for one's own eyes: what · not harmed · do, and at most one next step.</summary>
internal static class Notes
{
    /// <summary>The code of a failure for want of room.</summary>
    public const string NoSpace = "no-space";

    /// <summary>The code of a failure because something kept is unreadable.</summary>
    public const string Damaged = "repository-damaged";

    /// <summary>A button that leads to what takes the room.</summary>
    public static Button Storage(string label) => Button.Secondary(label, (PanelState.First with { Tab = PanelTab.Storage }).ToId());

    public static Message Say(string text, int colour, params Button[] buttons) => buttons.Length == 0
        ? Message.Of(new Container(colour, new TextDisplay(text)))
        : Message.Of(new Container(colour, new TextDisplay(text), new ActionRow(buttons)));

    public static Message NotSetUp() => Say("❔ This bot is not set up here. Nothing was shown or changed.", Colour.Off);

    public static Message ClaimFirst() => Say(
        "🔑 Nobody has set this bot up yet. Whoever runs it finds a one-time code where it was started; somebody who may manage this Discord server "
        + "gives it here: `/settings claim`. Nothing was shown or changed.",
        Colour.Off);

    public static Message Elsewhere() => Say("❔ No such server here. Nothing was changed.", Colour.Off);

    public static Message NoSuch(string kind) => Say($"❔ No such {kind} here. Nothing was changed.", Colour.Off);

    public static Message GuestOnly() => Say("❔ This server lives elsewhere; only its state is shown here. Nothing was changed.", Colour.Off);

    /// <summary>The role is too little. <paramref name="what"/> is what they wanted, as in <c>restore</c>.</summary>
    public static Message NotAllowed(string what, GuildRole needed, string? askAbout)
    {
        var text = $"⛔ You are not allowed to {what}: this needs the {RoleWord(needed)} role. Nothing was changed.";
        return askAbout is null ? Say(text, Colour.Look) : Say(text, Colour.Look, Button.Secondary("Ask an admin", CustomId.Of(Verb.Ask, askAbout)));
    }

    public static Message SecretFile(string path) => Say(
        $"🔑 {ChatText.Code(path)} holds a secret of the server, so only admins get it. Nothing was sent.", Colour.Look);

    public static Message TooMuch(int most) => Say(
        $"⏳ {Words.Count(most)} things you asked for are still being worked on. This one was not begun and nothing was changed: wait for one of them, then try again.", Colour.Look);

    public static Message NotYours(ulong owner) => Say($"🙅 This button belongs to {ChatText.Person(owner)}. Run the command yourself.", Colour.Look);

    public static Message Expired(string? again) => again is null
        ? Say("⌛ This card is too old. Nothing was changed.", Colour.Off)
        : Say("⌛ This card is too old. Nothing was changed.", Colour.Off, Button.Secondary("Show it again", again));

    public static Message UnknownButton() => Say("⌛ This button means nothing any more. Nothing was changed.", Colour.Off);

    public static Message InDirectMessage() => Say("❔ I work in Discord servers only, not in direct messages.", Colour.Off);

    public static Message WhichServer(IEnumerable<string> names) => Say(
        "❔ Which server? Give `server`: " + string.Join(", ", names.Take(10).Select(name => ChatText.Name(name))) + ". Nothing was changed.", Colour.Look);

    public static Message NoServer() => Say("❔ There is no game server here yet. An admin adds one with `/server add`.", Colour.Off);

    public static Message Of(Failure failure) => Say(
        WordsOf(failure), failure.Exit is ExitCode.Failed ? Colour.Act : Colour.Look, failure.Code == NoSpace ? [Storage("What can go")] : []);

    /// <summary>A failure as a chat says it.</summary>
    public static string WordsOf(Failure failure) =>
        SymbolOf(failure) + " " + ChatText.Name(failure.Message, 1200) + (failure.Hint is { } hint ? "\n" + ChatText.Name(PageCard.ForChat(hint), 600) : "");

    /// <summary>Something that should not happen did; the log has it under the id.</summary>
    public static Message Unexpected(string id) => Say(
        "❌ Something went wrong that should not. Your servers and snapshots are as they were.\nDo: try again; if it stays so, tell whoever runs this bot.\n"
        + ChatText.Small("id " + id),
        Colour.Act);

    /// <param name="left">How much longer it likely takes, where that can be told.</param>
    public static Message Busy(string server, string what, string by, TimeSpan? left, string? link)
    {
        var text = $"⏳ {ChatText.Name(server)} is being {what} by {by}{(left is { } time ? ", about " + Words.Roughly(time) : "")}. Yours was not queued.";
        return link is null ? Say(text, Colour.Look) : Say(text, Colour.Look, Button.Link("Show it", link));
    }

    public static Message OnItsWay(string what, string? link) => link is null
        ? Say($"{what} is on its way.", Colour.Running)
        : Say($"{what} is on its way: {link}", Colour.Running);

    /// <summary>It is carried out, and Discord does not take its message just now.</summary>
    public static Message OnItsWayUntold(string what, ulong channel) => Say(
        $"{what} is on its way. Discord does not take my message in <#{channel}> just now; it comes as soon as Discord does.", Colour.Running);

    /// <summary>The bot lacks a permission. <paramref name="meaning"/> says what that means for what was asked for.</summary>
    public static Message CantWriteThere(ulong channel, string meaning) => Say(
        $"🔑 I can't write in <#{channel}>: Send Messages is missing there, or View Channel. {meaning}", Colour.Look);

    /// <summary>Discord did not do what the bot asked of it in a channel.</summary>
    public static Message NotTaken(string meaning) => Say(
        $"📡 Discord did not take a message of mine just now. {meaning}\nDo: try again in a minute.", Colour.Look);

    public static string RoleWord(GuildRole role) => role switch
    {
        GuildRole.Viewer => "viewer",
        GuildRole.Operator => "operator",
        _ => "admin",
    };

    private static string SymbolOf(Failure failure) => failure.Code switch
    {
        "snapshot-locked" => "🔒",
        NoSpace => "💾",
        "managed-elsewhere" => "🧰",
        "mount-unreachable" => "🔌",
        Damaged => "🧩",
        _ => failure.Exit switch
        {
            ExitCode.NotFound => "❔",
            ExitCode.Failed => "❌",
            _ => "⛔",
        },
    };
}
