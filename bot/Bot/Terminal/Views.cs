using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Demo;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The view of every outcome a command can have.</summary>
internal static class Views
{
    public static View Of(object outcome, TimeZoneInfo zone) => OfRepository(outcome, zone) ?? ServiceViews.Of(outcome, zone) ?? OfDemo(outcome)
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

    private static View? OfRepository(object outcome, TimeZoneInfo zone)
    {
        var json = RepositoryJsonContext.Default;
        return outcome switch
        {
            RepositoryCreated it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryCreatedDto, () => RepositoryPages.Of(it)),
            RepositorySnapshots it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositorySnapshotsDto, () => RepositoryPages.Of(it, zone)),
            RepositoryArchived it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryArchivedDto, () => RepositoryPages.Of(it)),
            RepositoryListing it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryListingDto, () => RepositoryPages.Of(it)),
            RepositoryRestored it => View.Of(
                it.TroubleCount == 0 ? ExitCode.Done : ExitCode.Failed, RepositoryJson.From(it), json.RepositoryRestoredDto,
                () => RepositoryPages.Of(it)),
            RepositoryDifference it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.DifferenceDto, () => RepositoryPages.Of(it)),
            RepositoryChecked it => View.Of(
                it.Errors.Count == 0 ? ExitCode.Done : ExitCode.Failed, RepositoryJson.From(it), json.RepositoryCheckDto,
                () => RepositoryPages.Of(it)),
            RepositoryForgotten it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryForgottenDto, () => RepositoryPages.Of(it, zone)),
            RepositoryPruned it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryPrunedDto, () => RepositoryPages.Of(it)),
            RepositoryUnlocked it => View.Of(
                ExitCode.Done, RepositoryJson.From(it), json.RepositoryUnlockedDto, () => RepositoryPages.Of(it)),
            _ => null,
        };
    }
}
