using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>How well a server is protected now.</summary>
public enum Light
{
    Green,

    /// <summary>Look at it: nothing is lost yet.</summary>
    Amber,

    /// <summary>Act: what happens now could be lost.</summary>
    Red,
}

/// <summary>How fresh a server's snapshots are against what its schedules promise.</summary>
/// <param name="Light">The worst of all reasons.</param>
/// <param name="Reasons">Why, the worst first; empty when all is well.</param>
/// <param name="Last">The newest snapshot that is no way back of a restore, or null.</param>
public sealed record Freshness(Light Light, IReadOnlyList<FreshnessReason> Reasons, SnapshotInfo? Last);

/// <summary>A server's light, and whose it is.</summary>
public sealed record ServerLight(ServerId Id, string Name, Light Light);

/// <summary>Why a light is not green: a closed family.</summary>
public abstract record FreshnessReason(Light Light)
{
    /// <summary>There is no snapshot at all.</summary>
    public sealed record NoSnapshot() : FreshnessReason(Light.Red);

    /// <summary>Nothing makes snapshots by itself: no schedule, or all are paused.</summary>
    public sealed record NoSchedule() : FreshnessReason(Light.Amber);

    /// <summary>A schedule's runs are missing: failed, missed, or not there though their time is over.</summary>
    public sealed record RunsMissing(string Schedule, int Runs, DateTimeOffset Since) : FreshnessReason(Runs > 1 ? Light.Red : Light.Amber);

    /// <summary>Something looks broken; the guard stopped the expiry.</summary>
    public sealed record Held(IncidentCause Cause, DateTimeOffset Since) : FreshnessReason(Light.Red);

    /// <summary>The only copy lies on the disk it protects.</summary>
    public sealed record OnlyCopy() : FreshnessReason(Light.Amber);

    /// <summary>The second copy lacks what it should have by now; when one last came to its end.</summary>
    public sealed record CopyBehind(DateTimeOffset? Since) : FreshnessReason(Light.Amber);

    /// <summary>Scheduled snapshots pause until there is room again.</summary>
    public sealed record DiskFull(DiskSpace Disk) : FreshnessReason(Light.Red);
}
