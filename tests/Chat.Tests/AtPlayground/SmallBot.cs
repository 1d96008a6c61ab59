using System.Text;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Tests.AtPlayground;

/// <summary>The bot of tests/Playground.Tests/Clients/discordjs.mjs, on our port: the same commands, the same answers.</summary>
internal sealed class SmallBot : IChatHandler
{
    private static readonly string[] Servers = ["modpack", "valheim"];

    /// <summary>Set before it runs.</summary>
    public IChat Chat { get; set; } = null!;

    public Task WarmUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ReadyAsync(ChatReady ready, CancellationToken cancellationToken) =>
        await Chat.ReplaceCommandsAsync(
            [
                SlashCommand.Group(
                    "snapshot",
                    "Snapshots",
                    new Subcommand(
                        "create",
                        "Takes one",
                        new StringOption("server", "Which") { IsRequired = true, Suggests = true },
                        new BooleanOption("lock", "Keep it"))),
            ],
            knownHash: null,
            cancellationToken);

    public Task InteractAsync(Interaction interaction, CancellationToken cancellationToken) => interaction switch
    {
        AutocompleteAsk ask => Chat.SuggestAsync(
            ask,
            [.. Servers.Where(name => name.StartsWith(ask.Typed, StringComparison.Ordinal)).Select(name => new Choice($"server {name}", name))],
            cancellationToken),
        SlashInvocation command => CreateAsync(command, cancellationToken),
        ComponentPress { CustomId: "name" } press => Chat.OpenModalAsync(
            press,
            new Modal(
                "form",
                "Create snapshot",
                new ModalField("Name", new TextInput("name") { IsRequired = true }),
                new ModalField("Which", new SelectInput(new StringSelect("which", [new SelectOption("A", "a"), new SelectOption("B", "b")])) { IsRequired = true }),
                new ModalField("Lock", new Checkbox("lock"))),
            cancellationToken),
        ComponentPress press => Chat.UpdateAsync(press, Message.Of(new TextDisplay("gone")), cancellationToken),
        ModalSubmit modal => NameAsync(modal, cancellationToken),
        _ => Task.CompletedTask,
    };

    public Task GuildAppearedAsync(ChatGuild guild, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task GuildLeftAsync(GuildId guild, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync(SlashInvocation command, CancellationToken cancellationToken)
    {
        await Chat.AcknowledgeAsync(command, Audience.Asker, cancellationToken);
        var title = $"## {command.Options.Text("server")} for {command.User.Name}, lock {command.Options.Boolean("lock")?.ToString().ToLowerInvariant() ?? "null"}";
        await Chat.EditReplyAsync(
            command,
            Message.Of(new Container(0x57F287, new TextDisplay(title), new ActionRow(Button.Primary("Name…", "name"), Button.Danger("Delete", "delete")))),
            cancellationToken);
        var file = new OutgoingFile("hello.txt", Encoding.UTF8.GetBytes("hello"));
        await Chat.FollowUpAsync(command, Message.With([file], new TextDisplay("and more"), new FileDisplay(file)), Audience.Everyone, cancellationToken);
    }

    private async Task NameAsync(ModalSubmit modal, CancellationToken cancellationToken)
    {
        var text = $"named {modal.Fields.Text("name")} of {modal.Fields.Text("which")}, lock {modal.Fields.IsTicked("lock")}";
        var sent = await Chat.SendAsync(modal.Channel, Message.Of(new TextDisplay(text)), cancellationToken);
        await Chat.PinAsync(modal.Channel, sent, cancellationToken);
        await Chat.EditAsync(modal.Channel, sent, Message.Of(new TextDisplay("named at last")), cancellationToken);
        await Chat.ReplyAsync(modal, Message.Of(new TextDisplay("done")), Audience.Asker, cancellationToken);
    }
}
