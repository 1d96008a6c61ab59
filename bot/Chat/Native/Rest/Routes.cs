using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>Every address of Discord's API version 10 that is used.</summary>
internal static class Routes
{
    public static readonly Route GatewayBot = Bot(HttpMethod.Get, "gateway/bot", "", "");

    public static readonly Route OwnApplication = Bot(HttpMethod.Get, "applications/@me", "", "");

    public static Route Commands(ulong application) => Bot(HttpMethod.Put, $"applications/{application}/commands", "", $"{application}");

    public static Route Messages(ChannelId channel) => Bot(HttpMethod.Post, $"channels/{channel}/messages", $"{channel}", "");

    public static Route EditMessage(ChannelId channel, MessageId message) => OfMessage(HttpMethod.Patch, channel, message);

    public static Route DeleteMessage(ChannelId channel, MessageId message) => OfMessage(HttpMethod.Delete, channel, message);

    public static Route Pin(ChannelId channel, MessageId message) =>
        Bot(HttpMethod.Put, $"channels/{channel}/messages/pins/{message}", $"{channel}", $"{message}");

    public static Route Unpin(ChannelId channel, MessageId message) =>
        Bot(HttpMethod.Delete, $"channels/{channel}/messages/pins/{message}", $"{channel}", $"{message}");

    public static Route Channel(ChannelId channel) => Bot(HttpMethod.Get, $"channels/{channel}", $"{channel}", "");

    public static Route Guild(GuildId guild) => Bot(HttpMethod.Get, $"guilds/{guild}", $"{guild}", "");

    public static Route Member(GuildId guild, UserId user) => Bot(HttpMethod.Get, $"guilds/{guild}/members/{user}", $"{guild}", $"{user}");

    public static Route Callback(Interaction interaction) => new(
        HttpMethod.Post,
        $"interactions/{interaction.Id}/{Escaped(interaction)}/callback",
        $"POST interactions/{interaction.Id}/:token/callback",
        "POST interactions/callback",
        interaction.Id.ToString(),
        RouteKind.Callback,
        Repeat.Freely);

    public static Route FollowUp(ulong application, Interaction interaction) =>
        Webhook(HttpMethod.Post, application, interaction, "", Repeat.WhenRefused);

    public static Route EditReply(ulong application, Interaction interaction) =>
        Webhook(HttpMethod.Patch, application, interaction, "/messages/@original", Repeat.Freely);

    public static Route DeleteReply(ulong application, Interaction interaction) =>
        Webhook(HttpMethod.Delete, application, interaction, "/messages/@original", Repeat.Freely);

    // Deleting messages has a bucket of its own by the message's age; Discord's header names it, so the template needs no more than this.
    private static Route OfMessage(HttpMethod method, ChannelId channel, MessageId message) =>
        Bot(method, $"channels/{channel}/messages/{message}", $"{channel}", $"{message}");

    private static Route Bot(HttpMethod method, string path, string top, string minor)
    {
        var template = minor.Length == 0 ? path : path.Replace(minor, ":id", StringComparison.Ordinal);
        template = top.Length == 0 ? template : template.Replace(top, ":top", StringComparison.Ordinal);
        return new Route(method, path, $"{method} {path}", $"{method} {template}", top, RouteKind.Bot, Repeat.Freely);
    }

    private static Route Webhook(HttpMethod method, ulong application, Interaction interaction, string rest, Repeat repeat) => new(
        method,
        $"webhooks/{application}/{Escaped(interaction)}{rest}",
        $"{method} webhooks/{application}/:token{rest}",
        $"{method} webhooks/:top{rest}",
        $"{application}/{interaction.Id}",
        RouteKind.Webhook,
        repeat);

    private static string Escaped(Interaction interaction) => Uri.EscapeDataString(interaction.Token.Value);
}
