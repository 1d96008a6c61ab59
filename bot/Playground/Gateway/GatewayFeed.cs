using System.Text.Json.Nodes;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Gateway;

/// <summary>Turns what happens into the events that clients hear of.</summary>
internal sealed class GatewayFeed(World world, GatewayHub hub)
{
    public void Start() => world.LookOn(Tell);

    private void Tell(Change change)
    {
        switch (change)
        {
            case Change.Pressed(var exchange):
                hub.Dispatch("INTERACTION_CREATE", exchange.Channel.Guild.Id, Intents.None, () => exchange.Payload.DeepClone());
                break;
            case Change.GuildJoined(var guild):
                hub.Dispatch("GUILD_CREATE", guild.Id, Intents.Guilds, () => Shapes.GuildCreated(world, guild));
                break;
            case Change.GuildLeft(var guild):
                hub.Dispatch("GUILD_DELETE", guild.Id, Intents.Guilds, () => new JsonObject { ["id"] = Shapes.Id(guild.Id) });
                break;
            case Change.ChannelCreated(var channel):
                Guild(channel.Guild, "CHANNEL_CREATE", () => Shapes.Channel(channel));
                break;
            case Change.ChannelDeleted(var channel):
                Guild(channel.Guild, "CHANNEL_DELETE", () => Shapes.Channel(channel));
                break;
            case Change.RoleCreated(var guild, var role):
                Guild(guild, "GUILD_ROLE_CREATE", () => new JsonObject { ["guild_id"] = Shapes.Id(guild.Id), ["role"] = Shapes.Role(role, guild) });
                break;
            case Change.RoleDeleted(var guild, var role):
                Guild(guild, "GUILD_ROLE_DELETE", () => new JsonObject { ["guild_id"] = Shapes.Id(guild.Id), ["role_id"] = Shapes.Id(role.Id) });
                break;
            case Change.PostCreated(var post) when post.OnlyFor is null:
                Message(post, "MESSAGE_CREATE");
                break;
            case Change.PostEdited(var post) when post.OnlyFor is null:
                Message(post, "MESSAGE_UPDATE");
                break;
            case Change.PostDeleted(var post) when post.OnlyFor is null:
                Bot(post.Channel, "MESSAGE_DELETE", () => new JsonObject
                {
                    ["id"] = Shapes.Id(post.Id),
                    ["channel_id"] = Shapes.Id(post.Channel.Id),
                    ["guild_id"] = Shapes.Id(post.Channel.Guild.Id),
                });
                break;
            case Change.PinsChanged({ Channel: var channel }):
                Bot(channel, "CHANNEL_PINS_UPDATE", () => new JsonObject
                {
                    ["channel_id"] = Shapes.Id(channel.Id),
                    ["guild_id"] = Shapes.Id(channel.Guild.Id),
                    ["last_pin_timestamp"] = Shapes.Time(world.Now),
                }, Intents.Guilds);
                break;
        }
    }

    private void Guild(Guild guild, string name, Func<JsonNode> data)
    {
        if (guild.HasBot)
        {
            hub.Dispatch(name, guild.Id, Intents.Guilds, data);
        }
    }

    private void Bot(TextChannel channel, string name, Func<JsonNode> data, Intents needed = Intents.GuildMessages)
    {
        if (channel.Guild.HasBot && channel.BotPermissions.HasFlag(Permissions.ViewChannel))
        {
            hub.Dispatch(name, channel.Guild.Id, needed, data);
        }
    }

    private void Message(Post post, string name) => Bot(post.Channel, name, () =>
    {
        var json = (JsonObject)post.Body.DeepClone();
        json["guild_id"] = Shapes.Id(post.Channel.Guild.Id);
        if (post.Author is { } author)
        {
            // Without the privileged intent others' words stay hidden.
            json["content"] = "";
            if (post.Channel.Guild.MemberList.TryGetValue(author.Id, out var member))
            {
                var shape = Shapes.Member(post.Channel.Guild, member);
                shape.Remove("user");
                json["member"] = shape;
            }
        }

        return json;
    });
}
