using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The views of what the repository commands answer.</summary>
internal static class RepositoryViews
{
    public static View? Of(object outcome, TimeZoneInfo zone)
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
