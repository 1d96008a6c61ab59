using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Bot.Terminal.Progress;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal.Progress;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _errors = new();
    private readonly Screen _screen;

    public ProgressDisplayTests() =>
        _screen = new Screen(Stream.Null, _errors, new Surroundings(OutputIsTerminal: false, ErrorsAreTerminal: true, Width: 60));

    public void Dispose()
    {
        _screen.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Plain_StepsThatEnded_AreALineEach()
    {
        await RunAsync(ProgressStyle.Plain, Telling.Steps);

        // Between them there may be signs of life of the step that runs; those depend on when the loop gets its turn.
        var lines = Lines();
        lines.ShouldContain("copying 2.0 MiB · 3.0 s");
        lines[^1].ShouldBe("checking that it runs · 5.0 s");
        lines.ShouldNotContain(line => line.StartsWith("opening", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_StepsThatEnded_AreADocumentEach()
    {
        await RunAsync(ProgressStyle.Json, Telling.Steps);

        Lines().Where(line => line.Contains("\"state\":\"done\"", StringComparison.Ordinal)).ShouldBe(
        [
            """{"step":"opening","state":"done","done":0,"total":null,"unit":null,"elapsedMs":100}""",
            """{"step":"copying","state":"done","done":2097152,"total":4194304,"unit":"bytes","elapsedMs":3000}""",
            """{"step":"checking that it runs","state":"done","done":0,"total":null,"unit":null,"elapsedMs":5000}""",
        ]);
    }

    [Fact]
    public async Task None_AnySteps_WritesNothing()
    {
        await RunAsync(ProgressStyle.None, Telling.Steps);

        _errors.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Bars_OfAStory_LeaveNothingBehind()
    {
        await RunAsync(ProgressStyle.Bars, Telling.Story);

        Shown(_errors.ToString()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Interrupt_WhileAStepRuns_WritesAfterItsLine()
    {
        await using (var display = ProgressDisplay.Create(ProgressStyle.Plain, Telling.Steps, _screen, _time))
        {
            display.Report(new StepProgress("copying", 5, 10, ProgressUnit.Files));
            _time.Advance(TimeSpan.FromSeconds(1));
            display.Interrupt(() => _errors.Write("told\n"));
        }

        _errors.ToString().ShouldBe("copying 5 files · 1.0 s\ntold\n");
    }

    private string[] Lines() => _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task RunAsync(ProgressStyle style, Telling telling)
    {
        await using var display = ProgressDisplay.Create(style, telling, _screen, _time);
        display.Report(new StepProgress("opening", 0, 0, ProgressUnit.None));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        display.Report(new StepProgress("copying", 1 << 20, 4 << 20, ProgressUnit.Bytes));
        display.Report(new StepProgress("copying", 2 << 20, 4 << 20, ProgressUnit.Bytes));
        _time.Advance(TimeSpan.FromSeconds(3));
        display.Report(new StepProgress("checking that it runs", 0, 0, ProgressUnit.None));
        _time.Advance(TimeSpan.FromSeconds(5));
    }

    /// <summary>What is left on the line after all the clearing.</summary>
    private static string Shown(string text) => text[(text.LastIndexOf("\u001b[K", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
}
