using Shouldly;
using SnapshotBot.Bot.Hosting;
using Xunit;

namespace SnapshotBot.Bot.Tests.Hosting;

public sealed class DotEnvTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("  A = 1  ", "1")]
    [InlineData("A='a b # c'", "a b # c")]
    [InlineData("A=\"a=b\" # why", "a=b")]
    [InlineData("A=pass#word", "pass#word")]
    [InlineData("A=value # comment", "value")]
    [InlineData("A=", "")]
    [InlineData("A=1\r", "1")]
    [InlineData("A=1\nA=2", "2")]
    public void Parse_Line_GivesTheValueComposeWouldGive(string text, string expected) =>
        DotEnv.Parse(text)["A"].ShouldBe(expected);

    [Theory]
    [InlineData("# A=1")]
    [InlineData("A")]
    [InlineData("=1")]
    [InlineData("")]
    public void Parse_NoAssignment_GivesNothing(string text) => DotEnv.Parse(text).ShouldBeEmpty();

    [Fact]
    public void Read_FileThatIsNotThere_GivesNothing() => DotEnv.Read("/nowhere/at/all/.env").ShouldBeEmpty();

    [Fact]
    public void Settings_OptionAndEnvironment_OptionWins()
    {
        var settings = new Settings("/option", name => name == "SNAPSHOTBOT_DATA" ? "/environment" : null);

        settings.DataFolder.ShouldBe("/option");
        settings.DefaultRepository.ShouldBe("/option/repository");
    }
}
