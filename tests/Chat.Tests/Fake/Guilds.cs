namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>The one guild of these tests: owner 77; roles everyone, admin (40), 41; channels open, half open and closed to the bot.</summary>
internal static class Guilds
{
    public static string Create { get; } =
        $$"""
        {"id":"10","name":"Guild","owner_id":"77","preferred_locale":"en-GB","afk_timeout":60,"verification_level":0,"default_message_notifications":0,
        "explicit_content_filter":0,"mfa_level":0,"system_channel_flags":0,"premium_tier":0,"nsfw_level":0,"features":[],"emojis":[],"stickers":[],"large":false,
        "member_count":2,"unavailable":false,"joined_at":"2026-01-01T00:00:00+00:00","voice_states":[],"presences":[],"threads":[],"stage_instances":[],
        "guild_scheduled_events":[],"roles":[{{Roles("10")}}],
        "channels":[{{Channel("20")}},{{Channel("21")}},{{Channel("22")}},{{Channel("99")}}],
        "members":[{"user":{"id":"{{FakeDiscord.BotId}}","username":"snapshots","discriminator":"0001","avatar":null,"bot":true},"roles":[],
        "joined_at":"2026-01-01T00:00:00+00:00","deaf":false,"mute":false,"flags":0}]}
        """;

    public static string Guild(string id) =>
        $$"""
        {"id":"{{id}}","name":"Guild","owner_id":"77","preferred_locale":"de","afk_timeout":60,"verification_level":0,"default_message_notifications":0,
        "explicit_content_filter":0,"mfa_level":0,"system_channel_flags":0,"premium_tier":0,"nsfw_level":0,"features":[],"emojis":[],"stickers":[],
        "roles":[{{Roles(id)}}]}
        """;

    public static string Channel(string id) =>
        $$"""{"id":"{{id}}","type":0,"name":"{{Name(id)}}","guild_id":"10","position":0,"nsfw":false,"permission_overwrites":[{{Overwrites(id)}}]}""";

    /// <summary>30 is an admin and a friend, 31 a friend, anybody else only there.</summary>
    public static string Member(string user) =>
        $$"""
        {"user":{"id":"{{user}}","username":"somebody","discriminator":"0","avatar":null},"roles":[{{(user is "30" ? "\"40\",\"41\"" : user is "31" ? "\"41\"" : "")}}],
        "joined_at":"2026-01-01T00:00:00+00:00","deaf":false,"mute":false,"flags":0}
        """;

    private static string Roles(string guild) => string.Join(',', Role(guild, "@everyone", "3072"), Role("40", "admin", "8"), Role("41", "friends", "0"));

    private static string Role(string id, string name, string permissions) =>
        $$"""{"id":"{{id}}","name":"{{name}}","permissions":"{{permissions}}","color":0,"hoist":false,"position":0,"managed":false,"mentionable":false,"flags":0}""";

    private static string Name(string id) => id switch
    {
        "21" => "snapshots",
        "22" => "closed",
        _ => "general",
    };

    private static string Overwrites(string id) => id switch
    {
        "21" => $$"""{"id":"10","type":0,"allow":"0","deny":"2048"},{"id":"{{FakeDiscord.BotId}}","type":1,"allow":"18432","deny":"0"}""",
        "22" => """{"id":"10","type":0,"allow":"0","deny":"2048"}""",
        _ => "",
    };
}
