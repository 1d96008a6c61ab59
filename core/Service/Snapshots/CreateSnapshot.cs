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

    public UnreadableLayers UnreadableLayers { get; init; }

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

/// <summary>What becomes of a container's writable layer where it can't be read: an engine with another storage driver, or on another machine.</summary>
public enum UnreadableLayers
{
    /// <summary>It is left out, and the snapshot says so.</summary>
    LeaveOut,

    /// <summary>The engine commits it, and the image of that is kept: a running server is held for seconds a gigabyte, and it is no longer one moment.</summary>
    Commit,
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
