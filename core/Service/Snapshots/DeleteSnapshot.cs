using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Forget a snapshot. Its data stays in the repository until a prune.</summary>
public sealed record DeleteSnapshot(SnapshotId Snapshot) : OperationRequest<DeleteSnapshotOutcome>
{
    public const string KindText = "snapshot delete";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How a deletion ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Deleted), "deleted")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record DeleteSnapshotOutcome
{
    private DeleteSnapshotOutcome()
    {
    }

    /// <summary>Its file is gone; its data stays for a while.</summary>
    public sealed record Deleted(SnapshotInfo Snapshot) : DeleteSnapshotOutcome
    {
        /// <summary>Until then it can surely be put back.</summary>
        public DateTimeOffset UndoUntil { get; init; }
    }

    public sealed record Refused(Refusal Refusal) : DeleteSnapshotOutcome;
}
