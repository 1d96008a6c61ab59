using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>What a restore would do, or why it can't: a closed family.</summary>
public abstract record RestoreCost
{
    private RestoreCost()
    {
    }

    /// <summary>The cost, counted against the server as it is now. Nothing was changed.</summary>
    public sealed record Cost : RestoreCost
    {
        public required SnapshotInfo Snapshot { get; init; }

        /// <summary>Play since the snapshot, which would be lost.</summary>
        public required TimeSpan TimeLost { get; init; }

        public required long FilesAdded { get; init; }

        public required long FilesReplaced { get; init; }

        public required long FilesRemoved { get; init; }

        /// <summary>Bytes to be written.</summary>
        public required long Bytes { get; init; }

        /// <summary>Containers that would be made anew, with why: <c>missing</c>, <c>definition</c> or <c>image</c>.</summary>
        public required IReadOnlyList<RecreateReason> Recreate { get; init; }

        /// <summary>Whether containers run now and would be stopped.</summary>
        public required bool Stops { get; init; }
    }

    public sealed record Refused(Refusal Refusal) : RestoreCost;
}

/// <summary>Why a container would be made anew.</summary>
public sealed record RecreateReason(string Container, string Reason);
