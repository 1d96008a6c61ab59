using SnapshotBot.Bot.Commands.Serve;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The views of a serving process's life.</summary>
internal static class ServeViews
{
    public static View? Of(object outcome)
    {
        var json = ServeJsonContext.Default.ServeDto;
        return outcome switch
        {
            ServeEvent.Waiting => View.Of(ExitCode.Done, ServeJson.Waiting(), json, ServePages.Waiting),
            ServeEvent.Ready it => View.Of(ExitCode.Done, ServeJson.Ready(it), json, () => ServePages.Ready(it)),
            ServeEnding.Clean => View.Of(ExitCode.Done, ServeJson.Ended(0), json, ServePages.Ended),
            ServeEnding.LeftToHealing it => View.Of(
                ExitCode.Done, ServeJson.Ended(it.Operations), json, () => ServePages.LeftToHealing(it.Operations)),
            ClaimOffered it => View.Of(
                ExitCode.Done, new ClaimDto(new ClaimCodeDto(it.Code)), ServeJsonContext.Default.ClaimDto, () => ServePages.Claim(it.Code)),
            HealthReport it => View.Of(it.Ready ? ExitCode.Done : ExitCode.Failed, it, HealthJson.Default.HealthReport, () => HealthPages.Of(it)),
            _ => null,
        };
    }
}
