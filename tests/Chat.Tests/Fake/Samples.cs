using System.Text;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>One of everything the model can say.</summary>
internal static class Samples
{
    public static OutgoingFile File { get; } = new("growth.png", Encoding.UTF8.GetBytes("not really a picture"));

    public static Message Everything { get; } = Message.With(
        [File],
        new Container(
            0x5865F2,
            new TextDisplay("## 🟢 modpack\nLast snapshot <t:1:R>"),
            new Section("**before-update** 🔒", Button.Secondary("Open", "open:1")),
            new Section("picture", new Thumbnail(Media.Of(File), "growth")),
            new Separator(SeparatorKind.WideSpace),
            new Gallery(new GalleryItem(Media.Of(File)), new GalleryItem(Media.At(new Uri("https://example.org/a.png")), "a")),
            new FileDisplay(File),
            new ActionRow(
                Button.Primary("Create snapshot", "create") with { Emoji = "📸" },
                Button.Success("Save", "save"),
                Button.Danger("Restore", "restore") with { IsOff = true },
                Button.Link("Docs", "https://example.org/docs"))),
        new ActionRow(new StringSelect("server", [new SelectOption("modpack", "1") { Description = "last 04:00", Emoji = "🟢", IsPicked = true }]) { Placeholder = "Another server…", Least = 0 }),
        new ActionRow(new RoleSelect("role") { Picked = [new RoleId(40)], Most = 5 }),
        new ActionRow(new ChannelSelect("channel") { Picked = [new ChannelId(20)] }),
        new ActionRow(new UserSelect("user") { IsOff = true }));

    public static Message Small { get; } = Message.Of(new TextDisplay("hello"));

    public static Modal Modal { get; } = new(
        "create",
        "Create snapshot",
        new ModalField("Server", new SelectInput(new StringSelect("server", [new SelectOption("modpack", "1")])) { IsRequired = true }),
        new ModalField("Name", new TextInput("name") { Value = "24 Nov", MostLength = 48, Placeholder = "a name" }) { Description = "what to call it" },
        new ModalField("Lock against accidental deletion", new Checkbox("lock") { IsTicked = true }),
        new ModalField("Channel", new SelectInput(new ChannelSelect("channel"))),
        new ModalField("Note", new TextInput("note", TextInputStyle.Paragraph)));

    public static IReadOnlyList<SlashCommand> Commands { get; } =
    [
        SlashCommand.Group(
            "snapshot",
            "Snapshots of a server",
            new Subcommand("create", "Makes one", new StringOption("server", "Which") { Suggests = true }, new BooleanOption("lock", "Keep it")),
            new Subcommand("list", "Shows them", new StringOption("kind", "Which") { Choices = [new Choice("all", "all")] }, new IntegerOption("page", "Which") { Least = 1, Most = 99 })),
        SlashCommand.Of(
            "settings",
            "Settings",
            new RoleOption("admin", "Who") { IsRequired = true },
            new ChannelOption("channel", "Where"),
            new UserOption("user", "Whom")) with { ShownTo = ChatPermissions.ManageGuild },
    ];
}
