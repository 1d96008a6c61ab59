using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Lock, unlock, rename or note a snapshot. The snapshot keeps its id; restic's id changes.</summary>
public abstract record ChangeSnapshot(SnapshotId Snapshot) : OperationRequest<ChangeSnapshotOutcome>
{
    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;

    [JsonIgnore]
    public override string? Subject => Snapshot.Value;
}

/// <summary>From now on it is neither deleted nor expired.</summary>
public sealed record LockSnapshot(SnapshotId Snapshot) : ChangeSnapshot(Snapshot)
{
    public const string KindText = "snapshot lock";

    [JsonIgnore]
    public override string Kind => KindText;
}

/// <summary>It may be deleted and may expire again.</summary>
public sealed record UnlockSnapshot(SnapshotId Snapshot) : ChangeSnapshot(Snapshot)
{
    public const string KindText = "snapshot unlock";

    [JsonIgnore]
    public override string Kind => KindText;
}

/// <summary>Another name; names may repeat.</summary>
public sealed record RenameSnapshot(SnapshotId Snapshot, string Name) : ChangeSnapshot(Snapshot)
{
    public const string KindText = "snapshot rename";

    [JsonIgnore]
    public override string Kind => KindText;
}

/// <summary>Another note; an empty one takes it away.</summary>
public sealed record NoteSnapshot(SnapshotId Snapshot, string Note) : ChangeSnapshot(Snapshot)
{
    public const string KindText = "snapshot note";

    [JsonIgnore]
    public override string Kind => KindText;
}

/// <summary>How a change of tags ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Unchanged), "unchanged")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record ChangeSnapshotOutcome
{
    private ChangeSnapshotOutcome()
    {
    }

    public sealed record Changed(SnapshotInfo Snapshot) : ChangeSnapshotOutcome;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged(SnapshotInfo Snapshot) : ChangeSnapshotOutcome;

    public sealed record Refused(Refusal Refusal) : ChangeSnapshotOutcome;
}
