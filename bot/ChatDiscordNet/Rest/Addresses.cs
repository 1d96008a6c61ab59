using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.ChatDiscordNet.Rest;

/// <summary>Discord.Net's addresses as our sender's routes. They are the bot's own: answers to interactions don't come this way.</summary>
internal static class Addresses
{
    private const string NewMessage = "POST channels/:top/messages";

    public static Route Of(string method, string address)
    {
        var path = address.Split('?')[0];
        var parts = path.Split('/');
        var top = parts is ["channels" or "guilds", var id, ..] ? id : "";
        var template = parts.Select((part, at) => at == 1 && top.Length > 0 ? ":top" : ulong.TryParse(part, out _) ? ":id" : part);
        return new Route(
            HttpMethod.Parse(method), address, $"{method} {path}", $"{method} {string.Join('/', template)}", top, RouteKind.Bot, Repeat.Freely);
    }

    /// <summary>One that would be seen twice if it was sent twice.</summary>
    public static bool IsNewMessage(Route route) => route.Template == NewMessage;
}
