using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Rest;

/// <summary>What Discord refuses, row by row of its limits, by the hand-written rules alone: as on a machine without the specification.</summary>
public sealed class RulesTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Bad { get; } = new()
    {
        { "content of 2,001 characters", $$"""{"content":"{{new string('x', 2001)}}"}""", "BASE_TYPE_MAX_LENGTH" },
        { "41 components", $$"""{"flags":32768,"components":[{{Many(41, """{"type":10,"content":"x"}""")}}]}""", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED" },
        { "41 components, nested", $$"""{"flags":32768,"components":[{"type":17,"components":[{{Many(40, """{"type":14}""")}}]}]}""", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED" },
        { "4,001 characters of text displays", $$"""{"flags":32768,"components":[{"type":10,"content":"{{new string('x', 3000)}}"},{"type":10,"content":"{{new string('x', 1001)}}"}]}""", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED" },
        { "content beside v2", """{"flags":32768,"content":"x","components":[{"type":10,"content":"x"}]}""", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2" },
        { "v2 without its flag", """{"components":[{"type":10,"content":"x"}]}""", "UNION_TYPE_CHOICES" },
        { "a button outside a row", """{"flags":32768,"components":[{"type":2,"style":1,"label":"x","custom_id":"a"}]}""", "UNION_TYPE_CHOICES" },
        { "a container in a container", """{"flags":32768,"components":[{"type":17,"components":[{"type":17,"components":[{"type":14}]}]}]}""", "UNION_TYPE_CHOICES" },
        { "six buttons in a row", $$"""{"components":[{"type":1,"components":[{{Numbered(6, """{"type":2,"style":1,"label":"x","custom_id":"#"}""")}}]}]}""", "BASE_TYPE_BAD_LENGTH" },
        { "six rows", $$"""{"components":[{{Numbered(6, """{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"#"}]}""")}}]}""", "BASE_TYPE_BAD_LENGTH" },
        { "a select beside a button", """{"components":[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"a"},{"type":5,"custom_id":"b"}]}]}""", "COMPONENT_LAYOUT_WIDTH_EXCEEDED" },
        { "a label of 81", Row($$"""{"type":2,"style":1,"label":"{{new string('x', 81)}}","custom_id":"a"}"""), "BASE_TYPE_MAX_LENGTH" },
        { "a custom id of 101", Row("""{"type":2,"style":1,"label":"x","custom_id":"#"}""".Replace("#", new string('x', 101), StringComparison.Ordinal)), "BASE_TYPE_BAD_LENGTH" },
        { "a custom id twice", Row("""{"type":2,"style":1,"label":"x","custom_id":"a"},{"type":2,"style":1,"label":"y","custom_id":"a"}"""), "COMPONENT_CUSTOM_ID_DUPLICATED" },
        { "a button without a custom id", Row("""{"type":2,"style":1,"label":"x"}"""), "BASE_TYPE_REQUIRED" },
        { "a button without a face", Row("""{"type":2,"style":1,"custom_id":"a"}"""), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED" },
        { "26 options", Row($$"""{"type":3,"custom_id":"a","options":[{{Numbered(26, """{"label":"x","value":"#"}""")}}]}"""), "BASE_TYPE_BAD_LENGTH" },
        { "a value twice", Row("""{"type":3,"custom_id":"a","options":[{"label":"x","value":"1"},{"label":"y","value":"1"}]}"""), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED" },
        { "an option's label of 101", Row($$"""{"type":3,"custom_id":"a","options":[{"label":"{{new string('x', 101)}}","value":"1"}]}"""), "BASE_TYPE_BAD_LENGTH" },
        { "four texts in a section", $$"""{"flags":32768,"components":[{"type":9,"components":[{{Many(4, """{"type":10,"content":"x"}""")}}],"accessory":{"type":2,"style":1,"label":"x","custom_id":"a"} }]}""", "BASE_TYPE_BAD_LENGTH" },
        { "a section without accessory", """{"flags":32768,"components":[{"type":9,"components":[{"type":10,"content":"x"}]}]}""", "BASE_TYPE_REQUIRED" },
        { "a picture that was not sent", """{"flags":32768,"components":[{"type":12,"items":[{"media":{"url":"attachment://none.png"}}]}]}""", "MEDIA_ATTACHMENT_NOT_FOUND" },
        { "an embed's title of 257", $$"""{"embeds":[{"title":"{{new string('x', 257)}}"}]}""", "BASE_TYPE_MAX_LENGTH" },
        { "26 fields", $$"""{"embeds":[{"fields":[{{Many(26, """{"name":"x","value":"y"}""")}}]}]}""", "BASE_TYPE_BAD_LENGTH" },
        { "6,001 characters of embeds", $$"""{"embeds":[{"description":"{{new string('x', 4000)}}"},{"description":"{{new string('x', 2001)}}"}]}""", "MAX_EMBED_SIZE_EXCEEDED" },
        { "ephemeral in a channel", """{"flags":64,"content":"x"}""", "MESSAGE_FLAGS_INVALID" },
        { "mentions parsed and listed", """{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}""", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE" },
    };

    public static TheoryData<string, string> BadCommands { get; } = new()
    {
        { "a name of 33", $$"""[{"name":"{{new string('x', 33)}}","description":"x"}]""" },
        { "a name in capitals", """[{"name":"Panel","description":"x"}]""" },
        { "a description of 101", $$"""[{"name":"x","description":"{{new string('x', 101)}}"}]""" },
        { "26 options", $$"""[{"name":"x","description":"x","options":[{{Numbered(26, """{"type":3,"name":"o#","description":"x"}""")}}]}]""" },
        { "optional before required", """[{"name":"x","description":"x","options":[{"type":3,"name":"a","description":"x"},{"type":3,"name":"b","description":"x","required":true}]}]""" },
        { "choices and autocomplete", """[{"name":"x","description":"x","options":[{"type":3,"name":"a","description":"x","autocomplete":true,"choices":[{"name":"x","value":"x"}]}]}]""" },
        { "8,001 characters", $$"""[{"name":"x","description":"x","options":[{{Numbered(4, HeavyOption)}}]}]""" },
        { "a name twice", """[{"name":"x","description":"x"},{"name":"x","description":"y"}]""" },
        { "permissions that are no digits", """[{"name":"x","description":"x","default_member_permissions":"-1"}]""" },
        { "a group in a group", """[{"name":"x","description":"x","options":[{"type":2,"name":"a","description":"x","options":[{"type":2,"name":"b","description":"x"}]}]}]""" },
    };

    private static string HeavyOption => """{"type":3,"name":"o#","description":"x","choices":[""" + Many(20, $$"""{"name":"{{new string('n', 98)}}","value":"vvvvv"}""") + "]}";

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Message_PastALimit_IsRefusedWithDiscordsCode(string what, string json, string code)
    {
        await using var discord = await StandIn.StartWithGuildAsync(new StandInOptions(), Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        using var answer = await bot.RawAsync(HttpMethod.Post, $"channels/{discord.World.Guilds[0].Channels[0].Id}/messages", json);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Now))!;
        body["code"]!.GetValue<int>().ShouldBe(50035);
        body["errors"]!.ToJsonString().ShouldContain(code);
        discord.Ledger.Violations.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(BadCommands))]
    public async Task Commands_PastALimit_AreRefused(string what, string json)
    {
        await using var discord = await StandIn.StartWithGuildAsync(new StandInOptions(), Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        using var answer = await bot.RawAsync(HttpMethod.Put, $"applications/{discord.World.Application.Id}/commands", json);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
        discord.World.Application.Commands.ShouldBeEmpty();
    }

    [Theory, InlineData("\"32\""), InlineData("32")]
    public async Task Commands_PermissionsAsTextOrNumber_AreAnsweredAsText(string sent)
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);

        var answer = await bot.CommandsAsync($$"""[{"name":"x","description":"x","default_member_permissions":{{sent}}}]""");

        answer![0]!["default_member_permissions"]!.GetValue<string>().ShouldBe("32");
        discord.Ledger.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_AtEveryLimit_IsTaken()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        var path = $"channels/{discord.World.Guilds[0].Channels[0].Id}/messages";

        await bot.SendAsync(HttpMethod.Post, path, $$"""{"content":"{{string.Concat(Enumerable.Repeat("😀", 2000))}}"}""");
        await bot.SendAsync(HttpMethod.Post, path, $$"""{"flags":32768,"components":[{"type":17,"components":[{{Many(39, $$"""{"type":10,"content":"{{new string('x', 102)}}"}""")}}]}]}""");
        await bot.SendAsync(HttpMethod.Post, path, Row($$"""{"type":3,"custom_id":"{{new string('x', 100)}}","options":[{{Numbered(25, """{"label":"x","value":"#"}""")}}]}"""));
        discord.World.Guilds[0].Channels[0].Posts.Count.ShouldBe(3);
        discord.Ledger.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Edit_OfAComponentsMessage_KeepsItOfItsAge()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        var channel = discord.World.Guilds[0].Channels[0];
        var made = await bot.SendAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", """{"flags":32768,"components":[{"type":10,"content":"one"}]}""");
        var path = $"channels/{channel.Id}/messages/{made!["id"]}";

        await bot.SendAsync(HttpMethod.Patch, path, """{"components":[{"type":10,"content":"two"}]}""");
        channel.Posts[0].Text.ShouldBe("two");
        using var refused = await bot.RawAsync(HttpMethod.Patch, path, """{"flags":0,"components":[]}""");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var empty = await bot.RawAsync(HttpMethod.Post, $"channels/{channel.Id}/messages", "{}");
        JsonNode.Parse(await empty.Content.ReadAsStringAsync(Now))!["code"]!.GetValue<int>().ShouldBe(50006);
    }

    [Fact]
    public async Task Mentions_AreWhatIsAllowed()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        var guild = discord.World.Guilds[0];
        var text = $"@everyone <@{guild.Owner.Id}> <@&{guild.Role("Snapshot admin").Id}>";
        var path = $"channels/{guild.Channels[0].Id}/messages";

        await bot.SendAsync(HttpMethod.Post, path, new JsonObject { ["content"] = text, ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() } }.ToJsonString());
        await bot.SendAsync(HttpMethod.Post, path, new JsonObject { ["content"] = text }.ToJsonString());

        var (quiet, loud) = (guild.Channels[0].Posts[0].Body, guild.Channels[0].Posts[1].Body);
        (quiet["mentions"]!.AsArray().Count, quiet["mention_roles"]!.AsArray().Count, quiet["mention_everyone"]!.GetValue<bool>()).ShouldBe((0, 0, false));
        (loud["mentions"]!.AsArray().Count, loud["mention_roles"]!.AsArray().Count, loud["mention_everyone"]!.GetValue<bool>()).ShouldBe((1, 1, true));
    }

    private static string Many(int count, string json) => string.Join(',', Enumerable.Repeat(json, count));

    private static string Numbered(int count, string json) => string.Join(',', Enumerable.Range(1, count).Select(number => json.Replace("#", $"{number}", StringComparison.Ordinal)));

    private static string Row(string components) => $$"""{"components":[{"type":1,"components":[{{components}}]}]}""";
}
