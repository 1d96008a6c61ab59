using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>A snapshot as lists show it and as <c>create</c> returns it.</summary>
public sealed record SnapshotInfo
{
    public required SnapshotId Id { get; init; }

    /// <summary>The id of the snapshot file at this moment, as restic shows it: 64 characters.</summary>
    public required string ResticId { get; init; }

    public required ServerId ServerId { get; init; }

    /// <summary>The server's name now, or the one it had when it is gone.</summary>
    public required string Server { get; init; }

    public required string Name { get; init; }

    public required bool Locked { get; init; }

    public string? Note { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary><c>manual</c>, <c>schedule:ID</c> or <c>safety</c>.</summary>
    public required string Reason { get; init; }

    public required ConsistencyGrade Grade { get; init; }

    /// <summary>From sending pause to unpause answered; null when nothing was frozen.</summary>
    public TimeSpan? Freeze { get; init; }

    public required TimeSpan Duration { get; init; }

    public required long FilesTotal { get; init; }

    /// <summary>New and changed files against the snapshot before.</summary>
    public required long FilesChanged { get; init; }

    public required long BytesProcessed { get; init; }

    /// <summary>Bytes the repository grew by.</summary>
    public required long BytesAdded { get; init; }

    /// <summary>Players online when it was made, or null when nobody could tell.</summary>
    public int? Players { get; init; }

    public required IReadOnlyList<SnapshotWarning> Warnings { get; init; }

    /// <summary>When every byte was last read back and found good, or null.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Until when it is the way back of a restore, or null.</summary>
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>When an isolated clone of it last started and its game answered, or null.</summary>
    public DateTimeOffset? BootProvenAt { get; init; }

    /// <summary>From starting that clone to the game's answer.</summary>
    public TimeSpan? BootTook { get; init; }
}

/// <summary>How consistent the moment is that a snapshot shows, best first.</summary>
public enum ConsistencyGrade
{
    /// <summary>The server was not running.</summary>
    Stopped = 0,

    /// <summary>The game had flushed and held its writes, then it was frozen.</summary>
    Quiesced = 1,

    /// <summary>Paused while the difference was read.</summary>
    Frozen = 2,

    /// <summary>It could not be frozen as a whole.</summary>
    Live = 3,
}

/// <summary>Something the snapshot does not hold, or holds in a lesser way.</summary>
/// <param name="Code">A stable word: <c>changed-while-read</c>, <c>vanished-while-read</c>, <c>unreadable</c>, <c>attribute-left-out</c>, <c>layer-left-out</c>, <c>layer-committed</c>,
/// <c>image-left-out</c>, <c>mount-not-captured</c>, <c>foreign-writer</c>, <c>not-frozen</c>, <c>release-failed</c>.</param>
/// <param name="Subject">The path, container or mount it is about.</param>
/// <param name="Detail">More about it, or null.</param>
public sealed record SnapshotWarning(string Code, string Subject, string? Detail);
