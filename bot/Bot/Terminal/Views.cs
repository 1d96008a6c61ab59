using SnapshotBot.Bot.Demo;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The view of every outcome a command can have.</summary>
internal static class Views
{
    public static View Of(object outcome, TimeZoneInfo zone) => RepositoryViews.Of(outcome, zone) ?? ServiceViews.Of(outcome, zone) ?? OfDemo(outcome)
        ?? UpkeepViews.Of(outcome, zone)
        ?? ServeViews.Of(outcome)
        ?? ScheduleViews.Of(outcome, zone)
        ?? throw new InvalidOperationException($"No view of {outcome.GetType().Name}.");

    private static View? OfDemo(object outcome) => outcome switch
    {
        DemoOutcome demo => View.Of(ExitCode.Done, DemoJson.From(demo), DemoJsonContext.Default.DemoDto, () => DemoPages.Ended(demo)),
        DemoLeft left => View.Of(ExitCode.Failed, DemoJson.From(left), DemoJsonContext.Default.DemoLeftDto, () => DemoPages.Left(left)),
        PlaygroundOpen open => View.Of(
            ExitCode.Done, PlaygroundJson.From(open), PlaygroundJsonContext.Default.PlaygroundDto, () => PlaygroundPages.Open(open)),
        PlaygroundEnded ended => View.Of(
            ended.Left.Count == 0 ? ExitCode.Done : ExitCode.Failed, PlaygroundJson.From(ended), PlaygroundJsonContext.Default.PlaygroundDto,
            () => PlaygroundPages.Ended(ended)),
        _ => null,
    };
}
