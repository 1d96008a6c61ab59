using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

public sealed class CommandSetTests
{
    private static IReadOnlyList<ChatCommand> Commands { get; } = ChatCommand.AllOf(CommandList.Whole.All);

    [Fact]
    public void Of_AllSpecs_FitsDiscordsLimits() => CommandSet.Of(Commands).Select(command => command.Name).ShouldBeUnique();

    [Fact]
    public void Of_AllButSettings_IsShownToEverybody()
    {
        foreach (var command in CommandSet.Of(Commands))
        {
            (command.ShownTo is null).ShouldBe(command.Name != "settings", command.Name);
        }
    }

    /// <summary>What touches the machine itself, or another guild, is never an option in a chat.</summary>
    [Fact]
    public void Of_Options_HoldNothingOfTheHost()
    {
        var options = CommandSet.Of(Commands).SelectMany(command => command.Options.Concat(command.Subcommands.SelectMany(each => each.Options))).Select(option => option.Name).ToHashSet();

        foreach (var host in (string[])["guild", "map", "output", "to", "repository", "password-file", "to-password-file", "picture", "yes", "plan", "include-writers"])
        {
            options.ShouldNotContain(host);
        }

        CommandSet.Of(Commands).Select(command => command.Name).ShouldNotContain(name => name == "repository" || name == "catalog" || name == "serve" || name == "demo");
    }

    [Fact]
    public void Of_SnapshotCommands_CarryTheNamesPeopleKnow()
    {
        var snapshot = CommandSet.Of(Commands).Single(command => command.Name == "snapshot");
        Options(snapshot, "create").ShouldBe(["server", "name", "lock", "note"], ignoreOrder: true);
        Options(snapshot, "note").ShouldBe(["snapshot", "note", "server"], ignoreOrder: true);
        Options(snapshot, "diff").ShouldBe(["snapshot", "other", "path", "server"], ignoreOrder: true);
        snapshot.Subcommands.Single(each => each.Name == "diff").Options.Single(option => option.Name == "other").IsRequired.ShouldBeFalse();
        snapshot.Subcommands.Single(each => each.Name == "create").Options.ShouldAllBe(option => !option.IsRequired);
    }

    [Theory]
    [InlineData("snapshot restore", GuildRole.Admin, GuildAct.Restore)]
    [InlineData("snapshot undo", GuildRole.Admin, GuildAct.Restore)]
    [InlineData("snapshot diff", GuildRole.Viewer, GuildAct.Ordinary)]
    [InlineData("snapshot create", GuildRole.Operator, GuildAct.Ordinary)]
    [InlineData("server add", GuildRole.Admin, GuildAct.Ordinary)]
    public void AllOf_Roles_AreTheProducts(string key, GuildRole needed, GuildAct act)
    {
        var command = Commands.Single(command => command.Key == key);
        command.Needed.ShouldBe(needed);
        command.Act.ShouldBe(act);
    }

    private static IEnumerable<string> Options(SlashCommand command, string verb) =>
        command.Subcommands.Single(each => each.Name == verb).Options.Select(option => option.Name);
}
