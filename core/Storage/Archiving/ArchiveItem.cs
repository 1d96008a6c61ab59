using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Something to be kept in a snapshot, and where in its tree: names with slashes between, none in front; empty means the root itself.</summary>
public abstract record ArchiveItem(byte[] Target)
{
    /// <summary>A directory and everything in it; mounts in it are not crossed. The handle stays the caller's, open until the session ends.</summary>
    public sealed record Folder(byte[] Target, DirectoryHandle Root) : ArchiveItem(Target)
    {
        /// <inheritdoc cref="FileTimes"/>
        public FileTimes Times { get; init; }

        /// <summary>A listing that was begun ahead, for the next pass alone; the caller owns it. Null: the pass lists by itself.</summary>
        public FolderListing? Started { get; init; }
    }

    /// <summary>One entry of a directory, of any type but a directory: a file bind mount, for instance.</summary>
    public sealed record Entry(byte[] Target, DirectoryHandle Directory, byte[] Name) : ArchiveItem(Target)
    {
        /// <inheritdoc cref="FileTimes"/>
        public FileTimes Times { get; init; }
    }

    /// <summary>A file made of what is in memory.</summary>
    public sealed record Content(byte[] Target, ReadOnlyMemory<byte> Bytes, UnixTime ModifiedAt) : ArchiveItem(Target);

    /// <summary>A file made of what a stream gives, read once to its end.</summary>
    public sealed record Streamed(byte[] Target, Func<CancellationToken, Task<Stream>> Open, UnixTime ModifiedAt) : ArchiveItem(Target);

    /// <summary>A directory taken over whole from a snapshot or an earlier pass; nothing of it is read. The caller knows that its blobs are there.</summary>
    public sealed record Kept(byte[] Target, Format.TreeId Tree) : ArchiveItem(Target);

    /// <summary>Says what an otherwise made-up directory on the way to others looks like: owner, mode, times.</summary>
    public sealed record Way(byte[] Target, FileStatus Status) : ArchiveItem(Target);
}

/// <summary>Whether the times of files say that nothing was written to them.</summary>
public enum FileTimes
{
    /// <summary>They do, apart from the racy.</summary>
    Tell,

    /// <summary>tmpfs, NFS, CIFS, FUSE: they prove nothing, contents are compared.</summary>
    ProveNothing,
}

/// <summary>How hard a pass works.</summary>
public enum PassEffort
{
    /// <summary>On all cores.</summary>
    Full,

    /// <summary>So that others on the machine do not feel it: half of the cores at most, at low priority, when the disk has nothing else to do.</summary>
    Courteous,
}

/// <summary>What a pass is to do.</summary>
public sealed record PassOptions
{
    /// <summary>The tree to compare with: what equals it in size, times and inode is taken over unread. Null reads everything.</summary>
    public Format.TreeId? Parent { get; init; }

    /// <summary>Paths in the snapshot (no slash in front) that must be read although they look unchanged.</summary>
    public IReadOnlySet<PathBytes> Racy { get; init; } = new HashSet<PathBytes>();

    /// <summary>When the last flush to disk before this pass began. A file with younger times may change once more without its times showing it.</summary>
    public UnixTime? SyncedAt { get; init; }

    /// <summary>Whether the pass remembers what <see cref="ArchiveSession.CopyDifferenceAsync"/> and later passes of the session compare with.</summary>
    public bool Remembers { get; init; }

    public PassEffort Effort { get; init; }

    /// <summary>The kernel's pressure files (<c>cpu.pressure</c>, <c>io.pressure</c>) of those who must not feel a courteous pass.</summary>
    public IReadOnlyList<string> PressureFiles { get; init; } = [];

    /// <summary>Says whether to leave out an entry, by its path in the snapshot.</summary>
    public Func<PathBytes, FileType, bool>? Excludes { get; init; }

    /// <summary>Told of progress from time to time, from any thread.</summary>
    public IProgress<ArchiveProgress>? Progress { get; init; }
}

/// <summary>A path as bytes, comparable.</summary>
public readonly struct PathBytes(byte[] bytes) : IEquatable<PathBytes>
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public bool Equals(PathBytes other) => bytes.AsSpan().SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => obj is PathBytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public override string ToString() => PathText.Show(bytes);

    public static bool operator ==(PathBytes left, PathBytes right) => left.Equals(right);

    public static bool operator !=(PathBytes left, PathBytes right) => !left.Equals(right);
}

/// <summary>How far a pass is. Totals grow while the walk goes on.</summary>
public readonly record struct ArchiveProgress(long FilesFound, long BytesFound, long FilesDone, long BytesDone, bool WalkEnded);

/// <summary>What kind of trouble one entry made. The snapshot goes on without it or with what could be had.</summary>
public enum ArchiveTrouble
{
    /// <summary>It went away while it was to be read; left out.</summary>
    Vanished,

    /// <summary>It could not be read; left out.</summary>
    Unreadable,

    /// <summary>It changed while it was read: what was kept may be a mixture.</summary>
    ChangedWhileRead,

    /// <summary>Another file system is mounted there; kept as an empty directory.</summary>
    OtherMount,

    /// <summary>One of its extended attributes can't be kept, because its name is no text; all else of it is kept.</summary>
    AttributeLeftOut,
}

/// <summary>One entry's trouble, by its path in the snapshot.</summary>
public sealed record ArchiveWarning(PathBytes Path, ArchiveTrouble Trouble, string Reason);

/// <summary>What a pass made and met.</summary>
public sealed record PassResult
{
    public required Format.TreeId Tree { get; init; }

    public required ArchiveStats Stats { get; init; }

    public required IReadOnlyList<ArchiveWarning> Warnings { get; init; }

    /// <summary>Files whose times are not safely older than <see cref="PassOptions.SyncedAt"/>: the next snapshot must read them.</summary>
    public required IReadOnlyList<PathBytes> Racy { get; init; }
}

/// <summary>Counts of a pass; sizes in bytes.</summary>
public sealed record ArchiveStats
{
    public long FilesNew { get; init; }

    public long FilesChanged { get; init; }

    public long FilesUnmodified { get; init; }

    public long DirectoriesNew { get; init; }

    public long DirectoriesChanged { get; init; }

    public long DirectoriesUnmodified { get; init; }

    /// <summary>Files of all kinds.</summary>
    public long TotalFiles { get; init; }

    /// <summary>Plain size of all files.</summary>
    public long TotalBytes { get; init; }

    public long DataBlobs { get; init; }

    public long TreeBlobs { get; init; }

    /// <summary>Plain bytes of new blobs.</summary>
    public long DataAdded { get; init; }

    /// <summary>Their bytes in packs.</summary>
    public long DataAddedPacked { get; init; }
}
