using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.ChatDiscordNet.Rest;

/// <summary>Discord.Net's addresses as our sender's routes: whose patience they use up, their bucket, and a name without a token.</summary>
internal static class Addresses
{
    public static Route Of(string method, string address)
    {
        var verb = HttpMethod.Parse(method);
        var path = address.Split('?')[0];
        return path.Split('/') switch
        {
            ["interactions", var id, _, "callback"] => new Route(
                verb, address, $"{method} interactions/{id}/:token/callback", $"{method} interactions/callback", id, RouteKind.Callback, Repeat.Freely),

            // Without a nonce a second one would be seen.
            ["webhooks", var application, var token] => Webhook(verb, address, application, token, "", verb == HttpMethod.Post ? Repeat.WhenRefused : Repeat.Freely),
            ["webhooks", var application, var token, .. var rest] => Webhook(verb, address, application, token, "/" + string.Join('/', rest), Repeat.Freely),
            var parts => Bot(verb, address, path, parts),
        };
    }

    /// <summary>A message of the bot's own, which has a nonce.</summary>
    public static bool IsNewMessage(Route route) => route.Kind == RouteKind.Bot && route.Template == "POST channels/:top/messages";

    private static Route Webhook(HttpMethod verb, string address, string application, string token, string rest, Repeat repeat) => new(
        verb, address, $"{verb} webhooks/{application}/:token{rest}", $"{verb} webhooks/:top{rest}", $"{application}/{token}", RouteKind.Webhook, repeat);

    private static Route Bot(HttpMethod verb, string address, string path, string[] parts)
    {
        var hasTop = parts is ["channels" or "guilds", _, ..];
        var template = parts.Select((part, at) => at == 1 && hasTop ? ":top" : ulong.TryParse(part, out _) ? ":id" : part);
        return new Route(verb, address, $"{verb} {path}", $"{verb} {string.Join('/', template)}", hasTop ? parts[1] : "", RouteKind.Bot, Repeat.Freely);
    }
}
