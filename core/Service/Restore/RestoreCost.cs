using SnapshotBot.Service.Schedules;
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

        /// <summary>What is known of who played since; null where the game was never asked.</summary>
        public PlayedSince? Played { get; init; }

        /// <summary>Who plays now.</summary>
        public required PlayersNow Players { get; init; }

        public required long FilesAdded { get; init; }

        public required long FilesReplaced { get; init; }

        public required long FilesRemoved { get; init; }

        /// <summary>The first of what would be removed because it was made since, as the game sees it.</summary>
        public required IReadOnlyList<string> Removed { get; init; }

        /// <summary>Files and folders that could not be read when the snapshot was made, as the game sees them: they stay as they are.</summary>
        public IReadOnlyList<string> Unread { get; init; } = [];

        /// <summary>Bytes to be written.</summary>
        public required long Bytes { get; init; }

        /// <summary>The room on the file system that has the least to spare; null when nothing is written to one that is there.</summary>
        public required RestoreSpace? Space { get; init; }

        /// <summary>The game's version when the snapshot was made; null when nobody could tell.</summary>
        public string? GameVersionThen { get; init; }

        /// <summary>The game's version now; null when it does not run or nobody can tell.</summary>
        public string? GameVersionNow { get; init; }

        /// <summary>Containers that would be made anew.</summary>
        public required IReadOnlyList<RecreateReason> Recreate { get; init; }

        /// <summary>Whether containers run now and would be stopped.</summary>
        public required bool Stops { get; init; }

        /// <summary>Containers outside the server that write its data: they would be stopped along and started again.</summary>
        public IReadOnlyList<string> StopsAlong { get; init; } = [];

        /// <summary>How long the server would be down; zero when it does not run.</summary>
        public required ExpectedDowntime Downtime { get; init; }

        /// <summary>What else has a say in these containers.</summary>
        public required IReadOnlyList<ManagerNote> Notes { get; init; }

        /// <summary>The world of now is kept first; until when it could be put back. Null when there is nothing to be kept.</summary>
        public required DateTimeOffset? UndoUntil { get; init; }
    }

    public sealed record Refused(Refusal Refusal) : RestoreCost;
}

/// <summary>Why a container would be made anew.</summary>
/// <param name="Container">Its name.</param>
/// <param name="Reason"><c>missing</c>, <c>definition</c> or <c>image</c>.</param>
/// <param name="ImageNow">The image it has, as it was named; null when it is missing.</param>
/// <param name="ImageThen">The image of the snapshot.</param>
public sealed record RecreateReason(string Container, string Reason, string? ImageNow, string ImageThen);

/// <summary>What is known of play since a snapshot.</summary>
/// <param name="Time">While at least one was online.</param>
/// <param name="IsWhole">Whether all of the time is known; else somebody may have played unseen.</param>
/// <param name="Players">Those who are known by name, who played longest first.</param>
public sealed record PlayedSince(TimeSpan Time, bool IsWhole, IReadOnlyList<PlayerTime> Players);

/// <summary>Who plays now: a closed family.</summary>
public abstract record PlayersNow
{
    private PlayersNow()
    {
    }

    /// <summary>The server does not run.</summary>
    public sealed record Nobody : PlayersNow;

    /// <param name="Online">How many.</param>
    /// <param name="Names">Those the game told; it may tell fewer.</param>
    /// <param name="Warning">Whether they can be told in the game.</param>
    public sealed record Known(int Online, IReadOnlyList<string> Names, PlayerWarning Warning) : PlayersNow;

    /// <summary>The game can't be asked, or does not answer.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Warning">Whether players, if there are any, can be told in the game.</param>
    public sealed record Unknown(string Reason, PlayerWarning Warning) : PlayersNow;
}

/// <summary>Whether players can be told something in the game.</summary>
public enum PlayerWarning
{
    Possible,
    NotPossible,
}

/// <summary>Room on one file system, in bytes. Nothing is begun when <c>Free - Needed</c> would fall below the reserve.</summary>
public sealed record RestoreSpace(string Path, long Needed, long Free, long Reserve)
{
    /// <summary>What may be used.</summary>
    public long Usable => Math.Max(0, Free - Reserve);

    public long Missing => Math.Max(0, Needed - Usable);
}

/// <summary>How long a server would be down.</summary>
public sealed record ExpectedDowntime(TimeSpan Time, DowntimeBasis Basis);

/// <summary>What an expectation is made of.</summary>
public enum DowntimeBasis
{
    /// <summary>This server's own restores before.</summary>
    Measured,

    /// <summary>What it takes elsewhere, by number of files and containers.</summary>
    Estimated,
}

/// <summary>Something else that manages a container.</summary>
/// <param name="Manager">What it is.</param>
/// <param name="Container">Whose container.</param>
/// <param name="File">The file that still names the newer version and brings it back, where there is one.</param>
/// <param name="Effect">What it means for this restore.</param>
public sealed record ManagerNote(ContainerManager Manager, string Container, string? File, ManagerEffect Effect);

/// <summary>What else makes, updates or runs containers.</summary>
public enum ContainerManager
{
    Compose,
    Watchtower,
    Unraid,

    /// <summary>The daemon of Pterodactyl and Pelican.</summary>
    Wings,
    Swarm,
}

/// <summary>What a manager does to a restore.</summary>
public enum ManagerEffect
{
    /// <summary>It would bring the newer image or definition back the next time it acts.</summary>
    BringsNewerBack,

    /// <summary>Only data is restored; the container and its image are the manager's.</summary>
    DataOnly,
}
