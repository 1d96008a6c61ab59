using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Look whether the repository holds what it promises; nothing is changed.</summary>
public sealed record CheckRepository(CheckExtent Extent) : OperationRequest<CheckRepositoryOutcome>
{
    public const string KindText = "storage check";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How much to read.</summary>
public enum CheckExtent
{
    /// <summary>Everything is there and listed.</summary>
    Structure,

    /// <summary>Besides, every byte.</summary>
    Data,

    /// <summary>Besides, the bytes whose turn it is, so that all are read within the days that were set.</summary>
    Turn,
}

/// <summary>What a check found.</summary>
/// <param name="Errors">Damage, in words; empty when all is whole.</param>
/// <param name="Notes">What is odd and harmless.</param>
/// <param name="Hurt">Snapshots that can't be restored whole.</param>
public sealed record CheckRepositoryOutcome(
    int Snapshots, int Packs, long Blobs, long BytesRead, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes, IReadOnlyList<HurtInfo> Hurt, TimeSpan Took);

/// <summary>A snapshot that damage hits.</summary>
/// <param name="Snapshot">Its name and server, or restic's id when it is not ours.</param>
/// <param name="Paths">The first paths that are hit, in the snapshot's tree.</param>
/// <param name="MorePaths">How many more.</param>
public sealed record HurtInfo(string Snapshot, IReadOnlyList<string> Paths, long MorePaths);
