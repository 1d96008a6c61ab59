using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal;

public sealed class TerminalHostTests
{
    [Fact]
    public async Task Run_NoArguments_ShowsHelpAndSucceeds()
    {
        var run = await TestTerminal.RunAsync();

        run.Exit.ShouldBe(0);
        run.Output.ShouldContain("Usage: snapshotbot");
        run.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_VersionAsJson_SaysWhichDiscordClientIsBuilt()
    {
        var run = await TestTerminal.RunAsync("--version", "--json");

        run.Exit.ShouldBe(0);
        run.Json.GetProperty("discordClient").GetString().ShouldBe("native");
        run.Json.GetProperty("engineApi").GetProperty("minimum").GetString().ShouldBe("1.41");
    }

    [Theory]
    [InlineData("repositry")]
    [InlineData("repository", "snapshot")]
    [InlineData("repository")]
    [InlineData("repository", "init", "--nonsense")]
    [InlineData("repository", "snapshots", "extra")]
    [InlineData("repository", "snapshots", "--progress", "loud")]
    public async Task Run_WrongUsage_ExitsWithTwoAndSaysWhereHelpIs(params string[] arguments)
    {
        var run = await TestTerminal.RunAsync(arguments);

        run.Exit.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_OptionsBeforeTheCommand_AreReadLikeThoseAfterIt()
    {
        var before = await TestTerminal.RunAsync("--json", "repository", "init", "--nonsense");
        var after = await TestTerminal.RunAsync("repository", "init", "--nonsense", "--json");

        before.Exit.ShouldBe(2);
        before.Output.ShouldBe(after.Output);
    }

    [Fact]
    public async Task Run_MisspeltVerb_NamesTheOneThatWasMeant()
    {
        var run = await TestTerminal.RunAsync("repository", "snapshot");

        run.Errors.ShouldContain("'repository snapshots'");
    }

    [Fact]
    public async Task Run_WrongUsageAsJson_PutsOneErrorDocumentOnStandardOutput()
    {
        var run = await TestTerminal.RunAsync("repository", "init", "--nonsense", "--json");

        run.Exit.ShouldBe(2);
        run.ErrorCode.ShouldBe("usage");
        run.Json.GetProperty("error").GetProperty("hint").GetString().ShouldNotBeNullOrEmpty();
        run.Errors.ShouldBeEmpty();
    }
}
