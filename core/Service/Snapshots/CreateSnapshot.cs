using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Make a snapshot of a server.</summary>
public sealed record CreateSnapshot : OperationRequest<CreateSnapshotOutcome>
{
    public const string KindText = "snapshot create";

    public required ServerId Server { get; init; }

    /// <summary>1 to 200 characters; null takes one from the date.</summary>
    public string? Name { get; init; }

    /// <summary>Up to 2,000 characters, or null.</summary>
    public string? Note { get; init; }

    public SnapshotLock Lock { get; init; }

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>Whether a snapshot can be deleted and may expire.</summary>
public enum SnapshotLock
{
    Unlocked,
    Locked,
}

/// <summary>How making a snapshot ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record CreateSnapshotOutcome
{
    private CreateSnapshotOutcome()
    {
    }

    public sealed record Created(SnapshotInfo Snapshot) : CreateSnapshotOutcome;

    public sealed record Refused(Refusal Refusal) : CreateSnapshotOutcome;
}
