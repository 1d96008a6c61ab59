using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>The JSON of Discord's objects, with every key that clients nobody here wrote insist on.</summary>
internal static class Shapes
{
    public static string Id(ulong id) => id.ToString(CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    public static JsonObject User(Person person) => User(person.Id, person.Name, false);

    public static JsonObject Bot(BotApplication application)
    {
        var user = User(application.Id, application.Name, true);
        user["bot"] = true;
        user["discriminator"] = "0001";
        return user;
    }

    public static JsonObject Member(Guild guild, Member member)
    {
        var json = MemberWithoutUser(guild, member);
        json["user"] = User(member.Person);
        return json;
    }

    public static JsonObject BotMember(World world, Guild guild) => new()
    {
        ["user"] = Bot(world.Application),
        ["nick"] = null,
        ["avatar"] = null,
        ["banner"] = null,
        ["roles"] = Array(guild.BotRole is { } own ? [(JsonNode)Id(own.Id)] : []),
        ["joined_at"] = Time(guild.BotJoined),
        ["premium_since"] = null,
        ["communication_disabled_until"] = null,
        ["deaf"] = false,
        ["mute"] = false,
        ["pending"] = false,
        ["flags"] = 0,
    };

    public static JsonObject Role(Role role, Guild guild) => new()
    {
        ["id"] = Id(role.Id),
        ["name"] = role.Name,
        ["description"] = null,
        ["color"] = 0,
        ["colors"] = new JsonObject { ["primary_color"] = 0, ["secondary_color"] = null, ["tertiary_color"] = null },
        ["hoist"] = false,
        ["icon"] = null,
        ["unicode_emoji"] = null,
        ["position"] = guild.RoleList.IndexOf(role),
        ["permissions"] = Bits(role.Permissions),
        ["managed"] = false,
        ["mentionable"] = false,
        ["flags"] = 0,
    };

    public static JsonObject Channel(TextChannel channel) => new()
    {
        ["id"] = Id(channel.Id),
        ["type"] = 0,
        ["guild_id"] = Id(channel.Guild.Id),
        ["name"] = channel.Name,
        ["position"] = channel.Position,
        ["permission_overwrites"] = new JsonArray(),
        ["topic"] = null,
        ["nsfw"] = false,
        ["last_message_id"] = channel.PostList.LastOrDefault(post => post.OnlyFor is null) is { } last ? Id(last.Id) : null,
        ["rate_limit_per_user"] = 0,
        ["parent_id"] = null,
        ["flags"] = 0,
    };

    public static JsonObject Guild(World world, Guild guild) => new()
    {
        ["id"] = Id(guild.Id),
        ["name"] = guild.Name,
        ["icon"] = null,
        ["icon_hash"] = null,
        ["description"] = null,
        ["home_header"] = null,
        ["splash"] = null,
        ["discovery_splash"] = null,
        ["features"] = new JsonArray(),
        ["banner"] = null,
        ["owner_id"] = Id(guild.Owner.Id),
        ["application_id"] = null,
        ["region"] = "deprecated",
        ["afk_channel_id"] = null,
        ["afk_timeout"] = 300,
        ["system_channel_id"] = null,
        ["system_channel_flags"] = 0,
        ["widget_enabled"] = false,
        ["widget_channel_id"] = null,
        ["verification_level"] = 0,
        ["default_message_notifications"] = 0,
        ["mfa_level"] = 0,
        ["explicit_content_filter"] = 0,
        ["max_presences"] = null,
        ["max_members"] = 500_000,
        ["max_stage_video_channel_users"] = 50,
        ["max_video_channel_users"] = 25,
        ["vanity_url_code"] = null,
        ["premium_tier"] = 0,
        ["premium_subscription_count"] = 0,
        ["preferred_locale"] = guild.Locale,
        ["rules_channel_id"] = null,
        ["safety_alerts_channel_id"] = null,
        ["public_updates_channel_id"] = null,
        ["premium_progress_bar_enabled"] = false,
        ["nsfw"] = false,
        ["nsfw_level"] = 0,
        ["roles"] = Array(guild.RoleList.Select(role => Role(role, guild))),
        ["emojis"] = new JsonArray(),
        ["stickers"] = new JsonArray(),
    };

    /// <summary>What GUILD_CREATE carries beyond the guild.</summary>
    public static JsonObject GuildCreated(World world, Guild guild)
    {
        var json = Guild(world, guild);
        json["joined_at"] = Time(guild.BotJoined);
        json["large"] = false;
        json["unavailable"] = false;
        json["member_count"] = guild.MemberList.Count + 1;
        json["members"] = new JsonArray(BotMember(world, guild));
        json["channels"] = Array(guild.ChannelList.Select(Channel));
        foreach (var empty in (string[])["voice_states", "threads", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"])
        {
            json[empty] = new JsonArray();
        }

        return json;
    }

    public static JsonObject Application(World world) => new()
    {
        ["id"] = Id(world.Application.Id),
        ["name"] = world.Application.Name,
        ["icon"] = null,
        ["description"] = "",
        ["type"] = null,
        ["bot_public"] = false,
        ["bot_require_code_grant"] = false,
        ["verify_key"] = new string('0', 64),
        ["flags"] = 0,
        ["summary"] = "",
        ["hook"] = true,
        ["is_monetized"] = false,
        ["bot"] = Bot(world.Application),
        ["owner"] = world.Guilds.Count > 0 ? User(world.Guilds[0].Owner) : null,
        ["team"] = null,
    };

    /// <summary>A message as the API shows it.</summary>
    public static JsonObject Message(ulong id, TextChannel channel, JsonObject author, JsonObject content, MessageFlags flags) => new()
    {
        ["id"] = Id(id),
        ["type"] = 0,
        ["channel_id"] = Id(channel.Id),
        ["author"] = author,
        ["content"] = PostReading.Text(content["content"]) ?? "",
        ["timestamp"] = Time(Snowflakes.TimeOf(id)),
        ["edited_timestamp"] = null,
        ["tts"] = false,
        ["mention_everyone"] = false,
        ["mentions"] = new JsonArray(),
        ["mention_roles"] = new JsonArray(),
        ["attachments"] = new JsonArray(),
        ["embeds"] = content["embeds"]?.DeepClone() ?? new JsonArray(),
        ["components"] = content["components"]?.DeepClone() ?? new JsonArray(),
        ["pinned"] = false,
        ["flags"] = (int)flags,
    };

    public static string Bits(Permissions permissions) => ((ulong)permissions).ToString(CultureInfo.InvariantCulture);

    private static JsonObject MemberWithoutUser(Guild guild, Member member) => new()
    {
        ["nick"] = null,
        ["avatar"] = null,
        ["banner"] = null,
        ["roles"] = Array(member.RoleList.Where(guild.RoleList.Contains).Select(role => (JsonNode)Id(role.Id))),
        ["joined_at"] = Time(member.Joined),
        ["premium_since"] = null,
        ["communication_disabled_until"] = null,
        ["deaf"] = false,
        ["mute"] = false,
        ["pending"] = false,
        ["flags"] = 0,
    };

    private static JsonObject User(ulong id, string name, bool bot) => new()
    {
        ["id"] = Id(id),
        ["username"] = name,
        ["global_name"] = bot ? null : name,
        ["discriminator"] = "0",
        ["avatar"] = null,
        ["avatar_decoration_data"] = null,
        ["collectibles"] = null,
        ["clan"] = null,
        ["primary_guild"] = null,
        ["public_flags"] = 0,
        ["flags"] = 0,
        ["banner"] = null,
        ["accent_color"] = null,
        ["bot"] = bot,
    };
}
