using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>Put a server back to a snapshot.</summary>
public sealed record RestoreSnapshot : OperationRequest<RestoreOutcome>
{
    public const string KindText = "snapshot restore";

    public required SnapshotId Snapshot { get; init; }

    /// <summary>The snapshot's server.</summary>
    public required ServerId Server { get; init; }

    /// <summary>Only these, as the game sees them (<c>/data/world</c>, <c>CONTAINER:/data/world</c>); none means everything.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Only these, as the server's game knows them (<c>player Anna</c>, <c>area world 0 0</c>, <c>config</c>), besides the paths.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>Other places at the host for bind mounts.</summary>
    public IReadOnlyList<PathMap> Maps { get; init; } = [];

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>A path at the host the snapshot names, and the one to use in its place; both absolute.</summary>
public sealed record PathMap(string Old, string New);

/// <summary>How a restore or an undo ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Restored), "restored")]
[JsonDerivedType(typeof(NothingDiffers), "nothing-differs")]
[JsonDerivedType(typeof(SwappedBack), "swapped-back")]
[JsonDerivedType(typeof(NothingToUndo), "nothing-to-undo")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record RestoreOutcome
{
    private RestoreOutcome()
    {
    }

    /// <summary>The server is as in the snapshot, and runs if it ran before.</summary>
    public sealed record Restored : RestoreOutcome
    {
        public required OperationId Operation { get; init; }

        public required SnapshotId Snapshot { get; init; }

        /// <summary>The moment whose world runs again.</summary>
        public required DateTimeOffset AsOf { get; init; }

        /// <summary>The way back; null when there was nothing to keep because every container was missing.</summary>
        public SnapshotId? SafetySnapshot { get; init; }

        /// <summary>From sending stop to the server running again; zero when it was not running.</summary>
        public required TimeSpan Downtime { get; init; }

        public required long FilesAdded { get; init; }

        public required long FilesReplaced { get; init; }

        public required long FilesRemoved { get; init; }

        /// <summary>Containers that were made anew because their definition or image differed, or because they were missing.</summary>
        public required IReadOnlyList<string> Recreated { get; init; }

        /// <summary>Containers that did not end within their grace and were killed: the game did not save.</summary>
        public required IReadOnlyList<string> Killed { get; init; }

        /// <summary>Why the game, which can be asked, has not answered yet: it runs, and did not answer before either. Null when it did, or nobody can ask.</summary>
        public string? Silent { get; init; }

        /// <summary>Whether players were warned before.</summary>
        public required PlayersWarned Players { get; init; }

        /// <summary>What else has a say in the containers.</summary>
        public IReadOnlyList<ManagerNote> Notes { get; init; } = [];

        public DateTimeOffset? UndoUntil { get; init; }
    }

    /// <summary>The server is as in the snapshot already; nothing was touched.</summary>
    public sealed record NothingDiffers(SnapshotId Snapshot) : RestoreOutcome;

    /// <summary>The restored server did not come up, so everything was put back as it was and started; exit code 1.</summary>
    public sealed record SwappedBack(SnapshotId Snapshot, SnapshotId? SafetySnapshot, string Container, string Reason) : RestoreOutcome
    {
        /// <summary>What that container wrote last; empty where it wrote nothing or could not be asked. It may name people and addresses.</summary>
        public string Log { get; init; } = "";
    }

    /// <summary>No restore can be undone; nothing was touched.</summary>
    /// <param name="EndedAt">When the last way back ended; null when there was none.</param>
    public sealed record NothingToUndo(DateTimeOffset? EndedAt) : RestoreOutcome;

    public sealed record Refused(Refusal Refusal) : RestoreOutcome;
}
