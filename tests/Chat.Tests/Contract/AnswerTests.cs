using System.Text.Json;
using Shouldly;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Chat.Tests.Fake;
using Xunit;

namespace SnapshotBot.Chat.Tests.Contract;

/// <summary>What people do reaches the handler as they did it, and each answer goes out as Discord wants it.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Command_Run_ArrivesWithAllThatCounts()
    {
        await using var world = await ChatWorld.ConnectAsync();
        const string Options = """
            [{"name":"create","type":1,"options":[{"name":"server","type":3,"value":"mod pack"},{"name":"count","type":4,"value":7},{"name":"lock","type":5,"value":true},
            {"name":"role","type":8,"value":"40"},{"name":"channel","type":7,"value":"20"},{"name":"user","type":6,"value":"30"}]}]
            """;
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(500, options: Options));

        var seen = (await world.Handler.NextAsync()).ShouldBeOfType<SlashInvocation>();

        seen.Path.ShouldBe(["snapshot", "create"]);
        seen.Options.Text("server").ShouldBe("mod pack");
        seen.Options.Integer("count").ShouldBe(7);
        seen.Options.Boolean("lock").ShouldBe(true);
        seen.Options.Role("role").ShouldBe(new RoleId(40));
        seen.Options.Channel("channel").ShouldBe(new ChannelId(20));
        seen.Options.User("user").ShouldBe(new UserId(30));
        seen.Options.Text("nothing").ShouldBeNull();
        seen.Id.ShouldBe(new InteractionId(500));
        seen.Guild.ShouldBe(new GuildId(10));
        seen.Channel.ShouldBe(new ChannelId(20));
        seen.User.ShouldBe(new ChatUser(new UserId(30), "anna", "Anna"));
        seen.Roles.ShouldBe([new RoleId(40), new RoleId(41)]);
        seen.Permissions.Has(ChatPermissions.ManageGuild).ShouldBeTrue();
        seen.OwnPermissions.Has(ChatPermissions.SendMessages).ShouldBeTrue();
        seen.OwnPermissions.Has(ChatPermissions.PinMessages).ShouldBeTrue();
        seen.OwnPermissions.Has(ChatPermissions.ManageMessages).ShouldBeFalse();
        seen.Locale.ShouldBe("de");
        seen.GuildLocale.ShouldBe("en-GB");
    }

    [Fact]
    public async Task Press_Made_ArrivesWithItsValues()
    {
        await using var world = await ChatWorld.ConnectAsync();
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Press(1, "lock:7f3k", """["40","41"]"""));

        var seen = (await world.Handler.NextAsync()).ShouldBeOfType<ComponentPress>();

        seen.CustomId.ShouldBe("lock:7f3k");
        seen.Values.ShouldBe(["40", "41"]);
        seen.Message.ShouldBe(new MessageId(600));
        seen.IsOnOwnMessage.ShouldBeTrue();
    }

    [Fact]
    public async Task Form_OpenedAndFilledIn_IsReadAsItWasAsked()
    {
        await using var world = await ChatWorld.ConnectAsync();

        var seen = await FillAsync(world, Samples.Modal, ("server", "1"), ("name", " nightly "), ("lock", "yes"), ("channel", "20"), ("note", "the last\ngood one"));

        seen.CustomId.ShouldBe("create");
        seen.Fields.Picks("server").ShouldBe(["1"]);
        seen.Fields.Text("name").ShouldBe("nightly");
        seen.Fields.IsTicked("lock").ShouldBeTrue();
        seen.Fields.Picks("channel").ShouldBe(["20"]);
        seen.Fields.Text("note").ShouldBe("the last\ngood one");
        seen.Guild.ShouldBe(new GuildId(10));
        seen.User.Id.ShouldBe(new UserId(30));
        await world.Chat.ReplyAsync(seen, Samples.Small, Audience.Asker, default);
        Body(world, "POST", "/callback").ShouldContain("hello");
        NoFaults(world);
    }

    [Fact]
    public async Task Form_Sent_ArrivesWithItsFields()
    {
        await using var world = await ChatWorld.ConnectAsync();
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Submit(1));

        var seen = (await world.Handler.NextAsync()).ShouldBeOfType<ModalSubmit>();

        seen.CustomId.ShouldBe("create");
        seen.Fields.Text("name").ShouldBe("nightly");
        seen.Fields.IsTicked("lock").ShouldBeTrue();
        seen.Fields.Picks("server").ShouldBe(["7"]);
        seen.Fields.IsTicked("note").ShouldBeTrue();
        seen.Fields.Text("nothing").ShouldBeNull();
        seen.Message.ShouldBeNull();
    }

    [Fact]
    public async Task Suggestions_AskedFor_AreGiven()
    {
        await using var world = await ChatWorld.ConnectAsync();
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Ask(1));
        var seen = (await world.Handler.NextAsync()).ShouldBeOfType<AutocompleteAsk>();
        (seen.Focused, seen.Typed).ShouldBe(("server", "mod"));

        await world.Chat.SuggestAsync(seen, [new Choice("modpack", "7f3k")], default);

        Says(world, """{"type":8,"data":{"choices":[{"name":"modpack","value":"7f3k"}]}}""");
        await Should.ThrowAsync<ChatLimitException>(() => world.Chat.SuggestAsync(seen, [.. Enumerable.Range(0, 26).Select(i => new Choice("a", $"{i}"))], default));
        NoFaults(world);
    }

    [Fact]
    public async Task Answers_OfEveryKind_AreWhatDiscordWants()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var chat = world.Chat;
        var ids = 100u;

        await chat.AcknowledgeAsync(await NextAsync(), Audience.Asker, default);
        Says(world, """{"type":5,"data":{"flags":64}}""");
        await chat.AcknowledgeAsync(await NextAsync(), Audience.Everyone, default);
        Says(world, """{"type":5,"data":{"flags":0}}""");
        await chat.AcknowledgeUpdateAsync(await NextAsync(), default);
        Says(world, """{"type":6}""");
        await chat.ReplyAsync(await NextAsync(), Samples.Small, Audience.Asker, default);
        Says(world, """{"type":4,"data":{"flags":32832,"components":[{"type":10,"content":"hello"}],"allowed_mentions":{"parse":[]}}}""");
        await chat.ReplyAsync(await NextAsync(), Samples.Everything, Audience.Everyone, default);
        world.Discord.Of("POST", "/callback")[^1].Files.ShouldBe(["files[0]=growth.png:20"]);
        await chat.UpdateAsync(await NextAsync(), Samples.Small, default);
        Body(world, "POST", "/callback").ShouldContain("\"type\":7");
        await chat.OpenModalAsync(await NextAsync(), Samples.Modal, default);
        Body(world, "POST", "/callback").ShouldContain("\"type\":9");
        await chat.ReplyAsync(await NextAsync(), Message.Plain("text", new Embed("t", "d") { Colour = 1, Fields = [new EmbedField("n", "v")] }), Audience.Asker, default);

        var last = await NextAsync();
        (await chat.EditReplyAsync(last, Samples.Everything, default)).Value.ShouldBeGreaterThan(0ul);
        (await chat.FollowUpAsync(last, Samples.Small with { IsQuiet = true }, Audience.Asker, default)).Value.ShouldBeGreaterThan(0ul);
        Body(world, "POST", "webhooks/").ShouldContain($"\"flags\":{32768 + 64 + 4096}");
        await chat.DeleteReplyAsync(last, default);
        NoFaults(world);

        async Task<Interaction> NextAsync()
        {
            await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Press(++ids));
            return await world.Handler.NextAsync();
        }
    }

    [Fact]
    public async Task Answers_ToInteractions_CarryNoBotToken()
    {
        await using var world = await ChatWorld.ConnectAsync();
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Command(1));
        var seen = await world.Handler.NextAsync();
        await world.Chat.AcknowledgeAsync(seen, Audience.Asker, default);
        await world.Chat.EditReplyAsync(seen, Samples.Small, default);

        world.Discord.Requests.Where(request => request.Path.StartsWith("interactions/", StringComparison.Ordinal) || request.Path.StartsWith("webhooks/", StringComparison.Ordinal))
            .ShouldAllBe(request => !request.Headers.ContainsKey("Authorization"));
        world.Discord.Of("GET", "gateway/bot")[0].Headers["Authorization"].ShouldBe("Bot " + FakeDiscord.Token);
        world.Discord.Requests.ShouldAllBe(request => request.Headers["User-Agent"].StartsWith("DiscordBot ("));
    }

    [Fact]
    public async Task Messages_OfItsOwn_AreSentEditedPinnedAndDeleted()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var chat = world.Chat;
        var channel = new ChannelId(20);
        var alert = Samples.Everything with { Mentions = AllowedMentions.Of(new RoleId(40)), ReplyTo = new MessageId(600), IsQuiet = true };

        var sent = await chat.SendAsync(channel, alert, default);
        using (var body = JsonDocument.Parse(Body(world, "POST", "channels/20/messages")))
        {
            body.RootElement.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
            body.RootElement.GetProperty("allowed_mentions").GetProperty("roles").EnumerateArray().Select(role => role.ToString()).ShouldBe(["40"]);
            body.RootElement.GetProperty("message_reference").GetProperty("message_id").ToString().ShouldBe("600");
            body.RootElement.GetProperty("message_reference").GetProperty("fail_if_not_exists").GetBoolean().ShouldBeFalse();
            body.RootElement.GetProperty("enforce_nonce").GetBoolean().ShouldBeTrue();
        }

        await chat.EditAsync(channel, sent, alert, default);
        using (var body = JsonDocument.Parse(Body(world, "PATCH", $"channels/20/messages/{sent}")))
        {
            body.RootElement.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        }

        await chat.PinAsync(channel, sent, default);
        world.Discord.Of("PUT", $"/pins/{sent}").Count.ShouldBe(1);
        await chat.UnpinAsync(channel, sent, default);
        await chat.DeleteAsync(channel, sent, default);
        world.Discord.Of("DELETE", $"channels/20/messages/{sent}").Count.ShouldBe(1);
        NoFaults(world);
    }

    [Fact]
    public async Task Delete_GoneAlready_IsFine()
    {
        await using var world = await ChatWorld.ConnectAsync();
        world.Discord.When(seen => seen.Method == "DELETE", _ => new Fake.Reply(404, """{"code":10008,"message":"Unknown Message"}"""));

        await world.Chat.DeleteAsync(new ChannelId(20), new MessageId(1), default);
    }

    [Fact]
    public async Task Commands_Replaced_AreSentOnceForEachSet()
    {
        await using var world = await ChatWorld.ConnectAsync();

        var hash = await world.Chat.ReplaceCommandsAsync(Samples.Commands, knownHash: null, default);
        (await world.Chat.ReplaceCommandsAsync(Samples.Commands, hash, default)).ShouldBe(hash);
        world.Discord.Of("PUT", "/commands").Count.ShouldBe(1);

        (await world.Chat.ReplaceCommandsAsync([.. Samples.Commands.Skip(1)], hash, default)).ShouldNotBe(hash);
        world.Discord.Of("PUT", "/commands").Count.ShouldBe(2);
        using var body = JsonDocument.Parse(world.Discord.Of("PUT", "/commands")[0].Body);
        body.RootElement.EnumerateArray().Select(command => command.GetProperty("name").GetString()).ShouldBe(["snapshot", "settings"]);
        body.RootElement[0].GetProperty("default_member_permissions").ValueKind.ShouldBe(JsonValueKind.Null);
        body.RootElement[1].GetProperty("default_member_permissions").ToString().ShouldBe("32");
        NoFaults(world);
    }

    [Fact]
    public async Task Channel_AskedFor_SaysWhatTheBotMayDoThere()
    {
        await using var world = await ChatWorld.ConnectAsync();
        var open = await world.Chat.ChannelAsync(new ChannelId(21), default);
        (open.Name, open.Guild, open.IsText).ShouldBe(("snapshots", new GuildId(10), true));
        open.OwnPermissions.Has(ChatPermissions.SendMessages | ChatPermissions.EmbedLinks).ShouldBeTrue();
        open.OwnPermissions.Has(ChatPermissions.PinMessages).ShouldBeFalse();
        (await world.Chat.ChannelAsync(new ChannelId(22), default)).OwnPermissions.Has(ChatPermissions.SendMessages).ShouldBeFalse();
    }

    [Fact]
    public async Task Member_AskedFor_IsAsDiscordSaysNow()
    {
        await using var world = await ChatWorld.ConnectAsync();
        _ = await world.Handler.NextEventAsync<ChatGuild>();

        var admin = (await world.Chat.MemberAsync(new GuildId(10), new UserId(30), default)).ShouldNotBeNull();
        admin.Roles.ShouldBe([new RoleId(40), new RoleId(41)]);
        admin.Permissions.Has(ChatPermissions.Administrator).ShouldBeTrue();
        var friend = (await world.Chat.MemberAsync(new GuildId(10), new UserId(31), default)).ShouldNotBeNull();
        friend.Permissions.Has(ChatPermissions.Administrator).ShouldBeFalse();
        friend.Permissions.Has(ChatPermissions.ViewChannel).ShouldBeTrue();
        (await world.Chat.MemberAsync(new GuildId(10), new UserId(77), default))!.Permissions.Has(ChatPermissions.Administrator).ShouldBeTrue("the owner");
        (await world.Chat.MemberAsync(new GuildId(10), new UserId(404), default)).ShouldBeNull();
    }

    /// <summary>
    /// Opens a form in answer to a press, and sends it as a person fills in what the client then asks for: text is typed, of a select is chosen, a
    /// checkbox is ticked when something is chosen.
    /// </summary>
    private static async Task<ModalSubmit> FillAsync(ChatWorld world, Modal form, params (string Field, string With)[] fields)
    {
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Press(1));
        await world.Chat.OpenModalAsync(await world.Handler.NextAsync(), form, default);
        using var opened = JsonDocument.Parse(Body(world, "POST", "/callback"));
        var data = opened.RootElement.GetProperty("data");
        var filled = data.GetProperty("components").EnumerateArray().Select(label =>
        {
            var input = label.GetProperty("component");
            var (type, id) = (input.GetProperty("type").GetInt32(), input.GetProperty("custom_id").GetString()!);
            var with = fields.Single(field => field.Field == id).With;
            object component = type switch
            {
                4 => new { type, custom_id = id, value = with },
                23 => new { type, custom_id = id, value = true },
                _ => new { type, custom_id = id, values = new[] { with } },
            };
            return new { type = 18, component };
        });
        var sent = JsonSerializer.Serialize(new { custom_id = data.GetProperty("custom_id").GetString(), components = filled });
        await world.Discord.Gateway.EmitAsync("INTERACTION_CREATE", Events.Interaction(2, 5, sent));
        return (await world.Handler.NextAsync()).ShouldBeOfType<ModalSubmit>();
    }

    // The last answer given, whatever the order of its keys.
    private static void Says(ChatWorld world, string json)
    {
        if (ChatWorld.IsDiscordNet)
        {
            // Discord.Net writes more keys than it needs.
            using var said = JsonDocument.Parse(Body(world, "POST", "/callback"));
            using var wanted = JsonDocument.Parse(json);
            said.RootElement.GetProperty("type").GetInt32().ShouldBe(wanted.RootElement.GetProperty("type").GetInt32());
            return;
        }

        Body(world, "POST", "/callback").ShouldBe(json);
    }

    private static string Body(ChatWorld world, string method, string part) => world.Discord.Of(method, part)[^1].Body;

    private static void NoFaults(ChatWorld world)
    {
        // Discord.Net's own additions (an empty attachment list, modals of the old kind) aren't ours to judge.
        world.Discord.Faults.Where(fault => !ChatWorld.IsDiscordNet || fault.Contains("rings", StringComparison.Ordinal)).ShouldBeEmpty();
        if (Specification.Root is null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("Discord's specification isn't here: bodies were held against the hand-written rules only.");
        }
    }
}
