using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Start an isolated clone of a snapshot, with no network and little memory, until its game answers; then remove it.</summary>
public sealed record ProveBoot(SnapshotId Snapshot) : OperationRequest<ProveBootOutcome>
{
    public const string KindText = "snapshot prove";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How a proof ended: a closed family. Nothing of the clone is left in any of them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Proven), "proven")]
[JsonDerivedType(typeof(NotProven), "not-proven")]
[JsonDerivedType(typeof(NoCheck), "no-check")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record ProveBootOutcome
{
    private ProveBootOutcome()
    {
    }

    /// <summary>The game itself answered.</summary>
    public sealed record Proven(SnapshotInfo Snapshot, TimeSpan Took) : ProveBootOutcome;

    /// <summary>It did not answer; the last lines of its log say more.</summary>
    public sealed record NotProven(SnapshotInfo Snapshot, string Container, string Reason, string Log) : ProveBootOutcome;

    /// <summary>Nothing can ask this game whether it is well, and a process that is up proves nothing.</summary>
    public sealed record NoCheck(SnapshotInfo Snapshot, string? Profile) : ProveBootOutcome;

    public sealed record Refused(Refusal Refusal) : ProveBootOutcome;
}
