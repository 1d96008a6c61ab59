using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>How well a server is protected, in words.</summary>
internal static class FreshnessText
{
    public static string Mark(Light light) => light switch
    {
        Light.Green => "🟢",
        Light.Amber => "🟡",
        _ => "🔴",
    };

    public static string Of(Light light) => light switch
    {
        Light.Green => "green",
        Light.Amber => "amber",
        _ => "red",
    };

    public static string Of(FreshnessReason reason) => reason switch
    {
        FreshnessReason.NoSnapshot => "no snapshot yet",
        FreshnessReason.NoSchedule => "no schedule makes snapshots",
        FreshnessReason.RunsMissing it => $"{Words.Safe(it.Schedule)}: {Words.Count(it.Runs, "run", "runs")} missing",
        FreshnessReason.Held it => IncidentText.What(it.Cause),
        FreshnessReason.OnlyCopy => "only one copy, on the same disk",
        FreshnessReason.CopyBehind { Since: null } => "the second copy was never complete",
        FreshnessReason.CopyBehind => "the second copy is behind",
        FreshnessReason.DiskFull => "the disk is full, scheduled snapshots pause",
        _ => "look at it",
    };

    /// <summary>The worst reason, or that all is well.</summary>
    public static string Of(Freshness freshness) => freshness.Reasons.Count == 0 ? "fresh" : Of(freshness.Reasons[0]);
}
