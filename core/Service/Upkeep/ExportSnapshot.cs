using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Write a snapshot as one plain archive, <c>.tar.zst</c>, that needs no program of ours.</summary>
/// <param name="File">An absolute path where nothing lies; it appears whole or not at all. Null: among the exports in the data folder, under a name made from the snapshot's.</param>
public sealed record ExportSnapshot(SnapshotId Snapshot, string? File) : OperationRequest<ExportSnapshotOutcome>
{
    public const string KindText = "snapshot export";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How an export ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Exported), "exported")]
[JsonDerivedType(typeof(BadTarget), "bad-target")]
public abstract record ExportSnapshotOutcome
{
    private ExportSnapshotOutcome()
    {
    }

    /// <summary>The archive is there. Left out: what no archive holds, sockets for instance.</summary>
    public sealed record Exported(SnapshotInfo Snapshot, string File, long Entries, long Bytes, long ArchiveBytes, int LeftOut) : ExportSnapshotOutcome;

    /// <summary>The file can't be written there.</summary>
    public sealed record BadTarget(string File, string Reason) : ExportSnapshotOutcome;
}
