namespace SnapshotBot.Service.Snapshots;

/// <summary>One entry of a directory inside a snapshot. Names that are not UTF-8 show the replacement character.</summary>
public sealed record SnapshotEntry
{
    public required string Name { get; init; }

    /// <summary>As the game sees it: <c>/data/level.dat</c>, or <c>CONTAINER:/data/level.dat</c> when the server has several.</summary>
    public required string Path { get; init; }

    /// <summary>restic's word: <c>file</c>, <c>dir</c>, <c>symlink</c>, <c>fifo</c>, <c>socket</c>, <c>dev</c>, <c>chardev</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The permission bits with set-id and sticky, as in <c>0755</c>.</summary>
    public required int Mode { get; init; }

    public required uint UserId { get; init; }

    public required uint GroupId { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public string? LinkTarget { get; init; }

    /// <summary>Whether the game's profile says that it holds a secret, such as the password of its console.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>What a listing led to: a closed family.</summary>
public abstract record SnapshotListing
{
    private SnapshotListing()
    {
    }

    /// <summary>A directory's entries by name, or the one entry when the path names a file.</summary>
    public sealed record Entries(string Path, IReadOnlyList<SnapshotEntry> Items) : SnapshotListing;

    public sealed record Refused(Refusal Refusal) : SnapshotListing;
}

/// <summary>What asking for a file's bytes led to: a closed family.</summary>
public abstract record SnapshotFileBytes
{
    private SnapshotFileBytes()
    {
    }

    /// <summary>The whole file was written to the stream given, every blob checked.</summary>
    public sealed record Written(SnapshotEntry Entry, long Bytes) : SnapshotFileBytes;

    public sealed record Refused(Refusal Refusal) : SnapshotFileBytes;
}
