using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.Native;
using SnapshotBot.Chat.SlashCommands;
using Xunit;

namespace SnapshotBot.Chat.Tests.Model;

/// <summary>Each limit of Discord's: as much as it takes is made, one more is refused and says which limit it was.</summary>
public sealed class LimitTests
{
    private static readonly Dictionary<string, (ChatLimit Limit, Func<int, object> Make)> Rows = new(StringComparer.Ordinal)
    {
        ["command name"] = (Limits.CommandName, n => SlashCommand.Of(Text(n), "d")),
        ["command description"] = (Limits.CommandDescription, n => SlashCommand.Of("a", Text(n))),
        ["options"] = (Limits.CommandOptions, n => SlashCommand.Of("a", "d", [.. Many(n, i => (SlashOption)new BooleanOption($"o{i}", "d"))])),
        ["subcommands"] = (Limits.CommandOptions, n => SlashCommand.Group("a", "d", [.. Many(n, i => new Subcommand($"s{i}", "d"))])),
        ["options of a subcommand"] = (Limits.CommandOptions, n => new Subcommand("a", "d", [.. Many(n, i => (SlashOption)new UserOption($"o{i}", "d"))])),
        ["option name"] = (Limits.CommandName, n => new StringOption(Text(n), "d")),
        ["option description"] = (Limits.CommandDescription, n => new StringOption("a", Text(n))),
        ["characters of a command"] = (Limits.CommandCharacters, CommandOf),
        ["choices"] = (Limits.Choices, n => new StringOption("a", "d") { Choices = [.. Many(n, i => new Choice($"c{i}", $"{i}"))] }),
        ["choice name"] = (Limits.ChoiceName, n => new Choice(Text(n), "v")),
        ["choice value"] = (Limits.ChoiceValue, n => new Choice("n", Text(n))),
        ["message"] = (Limits.Content, n => Message.Plain(Text(n))),
        ["embeds"] = (Limits.Embeds, n => Message.Plain("a", [.. Many(n, i => new Embed("t", null))])),
        ["embed title"] = (Limits.EmbedTitle, n => new Embed(Text(n), null)),
        ["embed description"] = (Limits.EmbedDescription, n => new Embed(null, Text(n))),
        ["embed fields"] = (Limits.EmbedFields, n => new Embed(null, null) { Fields = [.. Many(n, i => new EmbedField("n", "v"))] }),
        ["embed field name"] = (Limits.EmbedFieldName, n => new EmbedField(Text(n), "v")),
        ["embed field value"] = (Limits.EmbedFieldValue, n => new EmbedField("n", Text(n))),
        ["characters of all embeds"] = (Limits.EmbedCharacters, n => Message.Plain("a", new Embed(null, Text(4000)), new Embed(null, Text(n - 4000)))),
        ["components"] = (Limits.Components, n => Message.Of([.. Many(n, i => (Component)new TextDisplay("a"))])),
        ["components, nested"] = (Limits.Components, n => Message.Of(new Container(null, [.. Many(n - 3, i => (Part)new Separator())]), new ActionRow(Button.Primary("a", "a")))),
        ["parts of a container"] = (Limits.ContainerParts, n => new Container(null, [.. Many(n, i => (Part)new Separator())])),
        ["text of a message"] = (Limits.TextCharacters, n => Message.Of(new TextDisplay(Text(2000)), new Container(null, new TextDisplay(Text(n - 2000))))),
        ["text display"] = (Limits.TextDisplay, n => new TextDisplay(Text(n))),
        ["section"] = (Limits.SectionTexts, n => new Section([.. Many(n, i => new TextDisplay("a"))], Button.Primary("a", "a"))),
        ["buttons of a row"] = (Limits.RowButtons, n => new ActionRow([.. Many(n, i => Button.Primary("a", $"{i}"))])),
        ["gallery"] = (Limits.GalleryItems, n => new Gallery([.. Many(n, i => new GalleryItem(Media.At(new Uri("https://a.b"))))])),
        ["picture description"] = (Limits.MediaDescription, n => new GalleryItem(Media.At(new Uri("https://a.b")), Text(n))),
        ["thumbnail description"] = (Limits.MediaDescription, n => new Thumbnail(Media.At(new Uri("https://a.b")), Text(n))),
        ["picture address"] = (Limits.MediaUrl, n => Media.At(new Uri("https://a.b/" + Text(n - 12)))),
        ["accent colour"] = (Limits.AccentColour, n => new Container(n, new Separator())),
        ["custom_id of a button"] = (Limits.CustomId, n => Button.Danger("a", Text(n))),
        ["custom_id of a select"] = (Limits.CustomId, n => new RoleSelect(Text(n))),
        ["custom_id of a modal"] = (Limits.CustomId, n => new Modal(Text(n), "t", new ModalField("l", new Checkbox("c")))),
        ["custom_id of an input"] = (Limits.CustomId, n => new TextInput(Text(n))),
        ["button label"] = (Limits.ButtonLabel, n => Button.Primary(Text(n), "a")),
        ["button address"] = (Limits.ButtonUrl, n => Button.Link("a", Text(n))),
        ["select options"] = (Limits.SelectOptions, n => new StringSelect("a", [.. Many(n, i => new SelectOption("l", $"{i}"))])),
        ["select option label"] = (Limits.SelectOptionText, n => new SelectOption(Text(n), "v")),
        ["select option value"] = (Limits.SelectOptionText, n => new SelectOption("l", Text(n))),
        ["select option description"] = (Limits.SelectOptionText, n => new SelectOption("l", "v") { Description = Text(n) }),
        ["select placeholder"] = (Limits.SelectPlaceholder, n => new UserSelect("a") { Placeholder = Text(n) }),
        ["picks of a select"] = (Limits.SelectPicks, n => new UserSelect("a") { Most = n }),
        ["modal rows"] = (Limits.ModalRows, n => new Modal("a", "t", [.. Many(n, i => new ModalField("l", new Checkbox($"{i}")))])),
        ["modal title"] = (Limits.ModalTitle, n => new Modal("a", Text(n), new ModalField("l", new Checkbox("c")))),
        ["field label"] = (Limits.FieldLabel, n => new ModalField(Text(n), new Checkbox("c"))),
        ["field description"] = (Limits.FieldDescription, n => new ModalField("l", new Checkbox("c")) { Description = Text(n) }),
        ["input value"] = (Limits.InputValue, n => new TextInput("a") { Value = Text(n) }),
        ["input length"] = (Limits.InputValue, n => new TextInput("a") { MostLength = n }),
        ["input placeholder"] = (Limits.InputPlaceholder, n => new TextInput("a") { Placeholder = Text(n) }),
        ["files"] = (Limits.Files, n => Message.With([.. Many(n, i => new OutgoingFile($"{i}", new byte[1]))], new TextDisplay("a"))),
        ["file name"] = (Limits.FileName, n => new OutgoingFile(Text(n), new byte[1])),
        ["file bytes"] = (Limits.FileBytes, n => new OutgoingFile("a", new byte[n])),
        ["request bytes"] = (Limits.RequestBytes, RequestOf),
        ["presence"] = (Limits.Presence, n => Chat().SetPresenceAsync(Text(n), CancellationToken.None)),
        ["commands"] = (Limits.CommandsInAll, n => Begun(Chat().ReplaceCommandsAsync([.. Many(n, i => SlashCommand.Of($"c{i}", "d"))], null, new CancellationToken(canceled: true)))),
        ["nonce"] = (Limits.Nonce, n => Message.Of(new TextDisplay("a")) with { OnceAs = Text(n) }),
        ["mentioned roles"] = (Limits.MentionedRoles, n => AllowedMentions.Of([.. Many(n, i => new RoleId((ulong)i))])),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Fact]
    public void AttachmentLimit_OfABoostedGuild_IsWhatARequestHolds()
    {
        var boosted = new SlashInvocation
        {
            Id = new InteractionId(1),
            Token = new InteractionToken("t"),
            Guild = new GuildId(1),
            Channel = new ChannelId(1),
            User = new ChatUser(new UserId(1), "a", "a"),
            Path = ["snapshot"],
            Options = OptionValues.Empty,
            AttachmentLimit = 50 * Limits.Mebibyte,
        };

        boosted.AttachmentLimit.ShouldBe(Limits.LargestFile);
        (boosted with { AttachmentLimit = 11 * Limits.Mebibyte }).AttachmentLimit.ShouldBe(11 * Limits.Mebibyte);
        var file = new OutgoingFile("world.zip", new byte[boosted.AttachmentLimit], boosted.AttachmentLimit);
        Message.With([file], new FileDisplay(file)).Files.ShouldHaveSingleItem();
    }

    [Fact]
    public void Limits_EachOfThem_HasARow() =>
        typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(ChatLimit))
            .Select(field => ((ChatLimit)field.GetValue(null)!).Name)
            .Except(Rows.Values.Select(row => row.Limit.Name), StringComparer.Ordinal).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void Make_AtTheLimit_IsMade(string row)
    {
        var (limit, make) = Rows[row];

        make((int)limit.Most).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Make_OneAboveTheLimit_IsRefusedNamingIt(string row)
    {
        var (limit, make) = Rows[row];

        var refusal = Should.Throw<ChatLimitException>(() => make((int)limit.Most + 1));

        refusal.Limit.Name.ShouldBe(limit.Name);
        refusal.Actual.ShouldBe(limit.Most + 1);
        refusal.Message.ShouldContain(limit.Name);
    }

    [Fact]
    public void Make_FileWithThePlacesOwnLimit_CountsByIt() =>
        new OutgoingFile("a", new byte[11 * Limits.Mebibyte], most: 25 * Limits.Mebibyte).Content.Length.ShouldBe((int)(11 * Limits.Mebibyte));

    [Fact]
    public void Make_Empty_IsRefused()
    {
        Should.Throw<ChatLimitException>(() => Message.Of());
        Should.Throw<ChatLimitException>(() => Message.Plain(""));
        Should.Throw<ChatLimitException>(() => Button.Primary("", "a"));
        Should.Throw<ChatLimitException>(() => new StringSelect("a", []));
        Should.Throw<ChatLimitException>(() => new Modal("a", "t"));
    }

    [Fact]
    public void Make_CustomIdTwice_IsRefused() =>
        Should.Throw<ChatShapeException>(() => Message.Of(new Section("a", Button.Primary("a", "same")), new ActionRow(Button.Danger("b", "same"))));

    [Fact]
    public void Make_FileThatDoesNotCome_IsRefused() =>
        Should.Throw<ChatShapeException>(() => Message.Of(new FileDisplay(new OutgoingFile("a.txt", new byte[1]))));

    [Fact]
    public void Make_RequiredAfterOptional_IsRefused() =>
        Should.Throw<ChatShapeException>(() => SlashCommand.Of("a", "d", new UserOption("one", "d"), new UserOption("two", "d") { IsRequired = true }));

    [Theory]
    [InlineData("Snapshot")]
    [InlineData("two words")]
    [InlineData("@everyone")]
    public void Make_NameDiscordRefuses_IsRefused(string name) => Should.Throw<ChatShapeException>(() => SlashCommand.Of(name, "d"));

    [Fact]
    public void Make_FileWithHostileName_IsNamedHarmlessly() =>
        new OutgoingFile("../a b\u202Efdp.exe", new byte[1]).Name.ShouldBe(".._a_b_fdp.exe");

    // It is never started: what is too long is refused before anything is sent.
    private static NativeChat Chat() => new(
        new NativeChatOptions(new BotToken("MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl.abcdefghijklmnopqrstuvwxyz0123456789AB")), TimeProvider.System, NullLogger<NativeChat>.Instance);

    private static Task Begun(Task task) => task.Exception?.InnerException is { } refused ? throw refused : task;

    private static string Text(int length) => new('a', length);

    private static IEnumerable<T> Many<T>(int count, Func<int, T> make) => Enumerable.Range(0, count).Select(make);

    // 24 options of 300 and a last one with what is missing.
    private static SlashCommand CommandOf(int characters)
    {
        var full = Many(24, i => (SlashOption)new StringOption($"o{i:00}", Text(97)) { Choices = [new Choice(Text(100), Text(100))] }).ToList();
        var left = characters - 2 - (24 * 300);
        var last = new StringOption("last", Text(96)) { Choices = [.. Many(3, i => new Choice(Text(100), Text(99) + i)), new Choice("x", Text(left - 701))] };
        return SlashCommand.Of("a", "d", [.. full, last]);
    }

    private static Message RequestOf(int bytes) => Message.With(
        [
            new OutgoingFile("a", new byte[10 * Limits.Mebibyte]),
            new OutgoingFile("b", new byte[10 * Limits.Mebibyte]),
            new OutgoingFile("c", new byte[bytes - (20 * Limits.Mebibyte)]),
        ],
        new TextDisplay("a"));
}
