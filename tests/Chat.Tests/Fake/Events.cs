namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>Interactions as Discord sends them.</summary>
internal static class Events
{
    private const string Resolved = """
        {"roles":{"40":{"id":"40","name":"admin","permissions":"8","color":0,"hoist":false,"position":0,"managed":false,"mentionable":false,"flags":0}},
        "channels":{"20":{"id":"20","type":0,"name":"general","permissions":"0"}},
        "users":{"30":{"id":"30","username":"anna","discriminator":"0","avatar":null}},
        "members":{"30":{"roles":["40","41"],"joined_at":"2026-01-01T00:00:00+00:00","flags":0,"permissions":"8"}}}
        """;

    public static string Command(ulong id, string name = "snapshot", string options = """[{"name":"create","type":1,"options":[{"name":"name","type":3,"value":"a"}]}]""") =>
        Interaction(id, 2, $$"""{"id":"1","name":"{{name}}","type":1,"guild_id":"10","options":{{options}},"resolved":{{Resolved}}}""");

    public static string Press(ulong id, string customId = "press", string values = "[]") =>
        Interaction(id, 3, $$"""{"component_type":2,"custom_id":"{{customId}}","values":{{values}}}""", ""","message":{"id":"600","channel_id":"20","type":0,"content":"","timestamp":"2026-01-01T00:00:00+00:00","edited_timestamp":null,"tts":false,"mention_everyone":false,"mentions":[],"mention_roles":[],"attachments":[],"embeds":[],"components":[],"pinned":false,"flags":64,"author":{"id":"222222222222222222","username":"snapshots","discriminator":"0001","avatar":null,"bot":true}}""");

    public static string Ask(ulong id, string typed = "mod") =>
        Interaction(id, 4, $$"""{"id":"1","name":"server","type":1,"version":"1","options":[{"name":"info","type":1,"options":[{"name":"server","type":3,"value":"{{typed}}","focused":true}]}]}""");

    public static string Submit(ulong id) => Interaction(
        id,
        5,
        """
        {"custom_id":"create","components":[{"type":18,"component":{"type":4,"custom_id":"name","value":" nightly "}},
        {"type":18,"component":{"type":23,"custom_id":"lock","value":true}},{"type":18,"component":{"type":3,"custom_id":"server","values":["7"]}},
        {"type":1,"components":[{"type":4,"custom_id":"note","value":"yes"}]}]}
        """);

    public static string Interaction(ulong id, int type, string data, string more = "") =>
        $$"""
        {"id":"{{id}}","application_id":"{{FakeDiscord.ApplicationId}}","type":{{type}},"token":"interaction-token-{{id}}","version":1,
        "guild_id":"10","channel_id":"20","channel":{"id":"20","type":0,"name":"general"},"locale":"de","guild_locale":"en-GB","app_permissions":"2251799813736448","attachment_size_limit":26214400,
        "member":{"user":{"id":"30","username":"anna","global_name":"Anna","discriminator":"0","avatar":null},"nick":null,"roles":["40","41"],"permissions":"8",
        "joined_at":"2026-01-01T00:00:00+00:00","deaf":false,"mute":false,"flags":0},
        "entitlements":[],"context":0,"authorizing_integration_owners":{"0":"10"},"data":{{data}}{{more}}}
        """;
}
