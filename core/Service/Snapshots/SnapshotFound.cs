namespace SnapshotBot.Service.Snapshots;

/// <summary>What a snapshot's id or <c>server/name</c> led to: a closed family.</summary>
public abstract record SnapshotFound
{
    private SnapshotFound()
    {
    }

    public sealed record One(SnapshotInfo Snapshot) : SnapshotFound;

    public sealed record Refused(Refusal Refusal) : SnapshotFound;
}
