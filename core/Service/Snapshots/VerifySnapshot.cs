using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Read every byte of a snapshot back and check it. A good one is marked with the time.</summary>
public sealed record VerifySnapshot(SnapshotId Snapshot) : OperationRequest<VerifySnapshotOutcome>
{
    public const string KindText = "snapshot verify";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How a verification ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Good), "good")]
[JsonDerivedType(typeof(Damaged), "damaged")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record VerifySnapshotOutcome
{
    private VerifySnapshotOutcome()
    {
    }

    /// <summary>Every blob is there and is what it should be.</summary>
    public sealed record Good(SnapshotInfo Snapshot, long Blobs, long Bytes) : VerifySnapshotOutcome;

    /// <summary>What is broken or missing; exit code 1. The rest was read and is good.</summary>
    public sealed record Damaged(SnapshotInfo Snapshot, long Blobs, long Bytes, IReadOnlyList<VerifyError> Errors) : VerifySnapshotOutcome
    {
        /// <summary>The server's other snapshots that need something of what is broken.</summary>
        public IReadOnlyList<SnapshotId> AlsoHurt { get; init; } = [];
    }

    public sealed record Refused(Refusal Refusal) : VerifySnapshotOutcome;
}

/// <summary>One damage: the file it hits, and what is wrong with the blob or pack.</summary>
public sealed record VerifyError(string Path, string Message);
