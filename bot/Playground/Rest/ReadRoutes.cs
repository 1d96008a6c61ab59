using System.Text.Json.Nodes;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>What a bot asks about itself, its gateway and its guilds.</summary>
internal sealed class ReadRoutes(World world, GatewayHub hub, StandInOptions options, Func<Uri> gateway)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public IEnumerable<Route> All() =>
    [
        new Route("GET", "/gateway", _ => Answer.Ok(new JsonObject { ["url"] = Gateway() })),
        new Route("GET", "/gateway/bot", _ => Answer.Ok(GatewayBot())),
        new Route("GET", "/users/@me", _ => Answer.Ok(Me())),
        new Route("GET", "/users/@me/guilds", _ => Answer.Ok(Shapes.Array(world.Guilds.Where(guild => guild.HasBot).Select(MyGuild)))),
        new Route("DELETE", "/users/@me/guilds/{guild_id}", Leave),
        new Route("POST", "/users/@me/channels", _ => throw RestError.CannotMessageUser()),
        new Route("GET", "/users/{user_id}", User),
        new Route("GET", "/oauth2/applications/@me", _ => Answer.Ok(Shapes.Application(world))),
        new Route("GET", "/applications/@me", _ => Answer.Ok(Shapes.Application(world))),
        new Route("GET", "/applications/{application_id}/emojis", _ => Answer.Ok(new JsonObject { ["items"] = new JsonArray() })),
        new Route("GET", "/guilds/{guild_id}", call => Answer.Ok(Shapes.Guild(world, Guild(call)))),
        new Route("GET", "/guilds/{guild_id}/channels", call => Answer.Ok(Shapes.Array(Guild(call).ChannelList.Select(Shapes.Channel)))),
        new Route("GET", "/guilds/{guild_id}/roles", call => Answer.Ok(Shapes.Array(Guild(call).RoleList.Select(role => Shapes.Role(role, Guild(call)))))),
        new Route("GET", "/guilds/{guild_id}/members/{user_id}", Member),
    ];

    private string Gateway() => gateway().ToString().TrimEnd('/');

    private JsonObject GatewayBot() => new()
    {
        ["url"] = Gateway(),
        ["shards"] = 1,
        ["session_start_limit"] = new JsonObject
        {
            ["total"] = options.SessionStarts,
            ["remaining"] = Math.Max(0, hub.StartsLeft),
            ["reset_after"] = (int)Day.TotalMilliseconds,
            ["max_concurrency"] = 1,
        },
    };

    private JsonObject Me()
    {
        var me = Shapes.Bot(world.Application);
        (me["verified"], me["locale"], me["mfa_enabled"], me["email"], me["premium_type"]) = (true, "en-US", false, null, 0);
        return me;
    }

    private JsonObject MyGuild(Guild guild) => new()
    {
        ["id"] = Shapes.Id(guild.Id),
        ["name"] = guild.Name,
        ["icon"] = null,
        ["banner"] = null,
        ["owner"] = false,
        ["permissions"] = Shapes.Bits(Permissions.Bot),
        ["features"] = new JsonArray(),
    };

    private Answer Leave(RestCall call)
    {
        world.Kick(Guild(call));
        return Answer.NoContent;
    }

    private Answer User(RestCall call)
    {
        var id = call.Id("user_id");
        return id == world.Application.Id ? Answer.Ok(Shapes.Bot(world.Application))
            : world.People.FirstOrDefault(person => person.Id == id) is { } found ? Answer.Ok(Shapes.User(found))
            : throw RestError.UnknownUser();
    }

    private Answer Member(RestCall call)
    {
        var (guild, id) = (Guild(call), call.Id("user_id"));
        return id == world.Application.Id ? Answer.Ok(Shapes.BotMember(world, guild))
            : guild.MemberList.TryGetValue(id, out var member) ? Answer.Ok(Shapes.Member(guild, member))
            : throw RestError.UnknownMember();
    }

    private Guild Guild(RestCall call) => world.FindGuild(call.Id("guild_id")) is { HasBot: true } guild ? guild : throw RestError.UnknownGuild();
}
