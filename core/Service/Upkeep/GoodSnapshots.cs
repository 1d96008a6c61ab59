using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Where to turn when a snapshot is damaged. Reads the catalog only, so that it answers while the repository can't.</summary>
public sealed class GoodSnapshots
{
    private readonly SnapshotStore _store;
    private readonly LastGoodGuard _guard;

    internal GoodSnapshots(SnapshotStore store, LastGoodGuard guard) => (_store, _guard) = (store, guard);

    /// <summary>
    /// The snapshot of the same server that was read back whole and is not known to be hurt since: the newest made before the damaged one, else the
    /// oldest made after it. Null when there is none.
    /// </summary>
    public SnapshotInfo? NextTo(SnapshotId damaged)
    {
        if (_store.Find(damaged) is not { } snapshot)
            return null;
        var hurt = _guard.HurtOf(snapshot.ServerId);
        var good = _store.All(snapshot.ServerId)
            .Where(one => one.Id != damaged && one.Reason != "safety" && one.VerifiedAt is not null && !hurt.Contains(one.Id)).ToList();
        return good.Find(one => one.CreatedAt < snapshot.CreatedAt) ?? good.LastOrDefault();
    }
}
