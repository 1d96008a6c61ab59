using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Why a server's light is not green, as a few words.</summary>
internal static class FreshnessText
{
    public static string Of(FreshnessReason reason) => reason switch
    {
        FreshnessReason.NoSnapshot => "no snapshot yet",
        FreshnessReason.NoSchedule => "nothing takes snapshots by itself",
        FreshnessReason.RunsMissing it => $"{Words.Count(it.Runs, "run", "runs")} of {ChatText.Name(it.Schedule)} missed",
        FreshnessReason.Held it => "looks broken, expiry stopped: " + IncidentText.Short(it.Cause),
        FreshnessReason.OnlyCopy => "⚠ only one copy, on the same disk",
        FreshnessReason.CopyBehind => "the second copy is behind",
        FreshnessReason.DiskFull => "the disk is full",
        _ => "look at it",
    };
}
