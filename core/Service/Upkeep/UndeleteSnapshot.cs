using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Put a snapshot back that was deleted a moment ago.</summary>
public sealed record UndeleteSnapshot(SnapshotId Snapshot) : OperationRequest<UndeleteSnapshotOutcome>
{
    public const string KindText = "snapshot undelete";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Restored), "restored")]
[JsonDerivedType(typeof(TooLate), "too-late")]
public abstract record UndeleteSnapshotOutcome
{
    private UndeleteSnapshotOutcome()
    {
    }

    public sealed record Restored(SnapshotInfo Snapshot) : UndeleteSnapshotOutcome;

    /// <summary>Its data is gone, or it was never deleted here.</summary>
    public sealed record TooLate(SnapshotId Snapshot) : UndeleteSnapshotOutcome;
}
