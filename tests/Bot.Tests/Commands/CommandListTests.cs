using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Commands;

public sealed class CommandListTests
{
    private const string Start = "<!-- made from the command specs: run the tests with UPDATE_GOLDEN=1 -->";
    private const string End = "<!-- end -->";

    [Fact]
    public void All_Names_AreUnique() =>
        CommandList.Whole.All.Select(spec => spec.Name).ShouldBeUnique();

    [Fact]
    public void Named_EachOfThem_IsTheOneOfThatName() =>
        CommandList.Whole.All.ShouldAllBe(spec => CommandList.Whole.Named(spec.Name)!.Name == spec.Name);

    [Fact]
    public void All_Specs_SayWhatTheyDoAndAnswerInJson()
    {
        foreach (var spec in CommandList.Whole.All)
        {
            spec.Summary.ShouldNotEndWith(".");
            spec.Result.ShouldNotBeNullOrWhiteSpace(spec.Name);
            spec.Inputs.Select(input => input.Name).ShouldBeUnique(spec.Name);
            spec.Inputs.ShouldAllBe(input => input.Help.Length > 0);
        }
    }

    [Fact]
    public void All_Examples_AreUnderstoodByTheParser()
    {
        var tree = new SnapshotBot.Bot.Terminal.CommandTree(CommandList.Whole.All);
        foreach (var spec in CommandList.Whole.All)
        {
            foreach (var example in spec.Examples)
            {
                var words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(example.Replace('\'', '"')).Skip(1).ToList();
                var parsed = tree.Parse(words);
                parsed.Errors.ShouldBeEmpty(example);
                tree.LeafOf(parsed)!.Spec.ShouldBe(spec, example);
            }
        }
    }

    [Theory]
    [InlineData(null, 48.0)]
    [InlineData("2h", 2.0)]
    [InlineData("none", null)]
    public void Duplicate_For_EndsAfterTwoDaysUnlessAnythingElseIsSaid(string? given, double? hours) =>
        (CommandList.Whole.All.Single(spec => spec.Name == "snapshot duplicate").Inputs.OfType<Input<TimeSpan?>>().Single(input => input.Name == "--for")
            .Parse(given is null ? [] : [given])?.TotalHours).ShouldBe(hours);

    [Fact]
    public async Task All_Help_IsMadeFromTheSpecs()
    {
        foreach (var spec in CommandList.Whole.All)
        {
            var run = await TestTerminal.RunAsync([.. spec.Name.Split(' '), "--help"]);
            run.Exit.ShouldBe(0, spec.Name);
            run.Output.ShouldContain(HelpPages.Synopsis(spec));
        }
    }

    [Fact]
    public void Docs_CommandTable_IsNotStale()
    {
        var path = SourceTree.PathOf("docs", "commands.md");
        var text = File.ReadAllText(path);
        var (start, end) = (text.IndexOf(Start, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        start.ShouldBeGreaterThan(0);
        end.ShouldBeGreaterThan(start);
        var fresh = text[..start] + Start + "\n" + CommandTable.Markdown(CommandList.Whole.All) + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, fresh);
        }

        text.ShouldBe(fresh, "docs/commands.md is stale: run the tests with UPDATE_GOLDEN=1.");
    }
}
