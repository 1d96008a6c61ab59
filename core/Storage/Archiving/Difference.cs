using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>How the difference to the last pass is looked for and copied.</summary>
public sealed record DifferenceOptions
{
    /// <summary>When the last flush to disk before this began: files with younger times are racy, the next snapshot must read them.</summary>
    public UnixTime? SyncedAt { get; init; }

    /// <summary>Says whether to leave out an entry, as in the pass.</summary>
    public Func<PathBytes, FileType, bool>? Excludes { get; init; }

    /// <summary>Bytes of copies to keep in memory; reserved before anything is read.</summary>
    public long Memory { get; init; } = 64 << 20;

    /// <summary>Bytes of files that may have to be read at most; more is not begun. Null for no limit.</summary>
    public long? MostBytes { get; init; }

    /// <summary>Where to put copies that do not fit into memory, and clones of large files; the caller's, open until the difference is disposed.</summary>
    public DirectoryHandle? SpillFolder { get; init; }

    /// <summary>The coarsest clock a file's times come from: a kernel tick of 100 Hz, doubled.</summary>
    internal static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(20);

    internal bool IsRacy(in FileStatus status) => SyncedAt is { } synced && IsYoung(status, UnixTime.From(synced.ToDateTimeOffset() - ClockGrain));

    private static bool IsYoung(in FileStatus status, UnixTime limit) => status.Modified >= limit || status.Changed >= limit;
}

/// <summary>What copying the difference would have to read, found out by a walk alone.</summary>
/// <param name="Entries">Entries looked at.</param>
/// <param name="Files">Files that have to be read.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="UncachedBytes">Bytes of them the kernel would have to get from the disk.</param>
/// <param name="UnknownBytes">Bytes of them nothing is known of: they would be copied whole.</param>
/// <param name="Walk">How long the walk took.</param>
public sealed record DifferenceEstimate(long Entries, int Files, long Bytes, long UncachedBytes, long UnknownBytes, TimeSpan Walk)
{
    /// <summary>How long copying would take at rates that any machine reaches: 1.5 GB/s from memory, 150 MB/s from a disk.</summary>
    public TimeSpan Time => Walk + TimeSpan.FromSeconds(((Bytes - UncachedBytes) / 1.5e9) + (UncachedBytes / 150e6));
}

/// <summary>
/// What has changed since the last pass, copied at one moment and not processed yet. Holds memory and handles until disposed.
/// </summary>
public sealed class CopiedDifference : IDisposable
{
    /// <summary>An empty one; its memory is reserved now, so that copying need not.</summary>
    public CopiedDifference(DifferenceOptions options)
        : this(options, new CopyStore(options.Memory, options.SpillFolder))
    {
    }

    internal CopiedDifference(DifferenceOptions options, CopyStore store)
    {
        Options = options;
        Store = store;
    }

    /// <summary>Files that were read.</summary>
    public int Files { get; internal set; }

    /// <summary>Bytes read of them.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>Bytes that differ and were copied.</summary>
    public long BytesCopied => Store.Copied;

    /// <summary>Bytes of the copies that did not fit into memory.</summary>
    public long BytesSpilled => Store.Spilled;

    /// <summary>Bytes of files that were cloned instead of read.</summary>
    public long BytesCloned => Store.Cloned;

    internal DifferenceOptions Options { get; }

    internal CopyStore Store { get; }

    internal Tally Tally { get; } = new(null);

    internal List<DifferenceRoot> Roots { get; } = [];

    /// <summary>Files that may change once more without their times showing it: the next snapshot must read them.</summary>
    internal IEnumerable<PathBytes> RacyPaths() =>
        from root in Roots
        from file in root.Files
        where !file.IsLost && file.Handle is not null && Options.IsRacy(file.Status)
        select new PathBytes(file.Folder is { } folder ? PathText.Join(PathText.Join(root.Target, folder.ToPath()), file.Name) : root.Target);

    public void Dispose()
    {
        foreach (var file in Roots.SelectMany(root => root.Files))
        {
            file.Handle?.Dispose();
            file.Clone?.Dispose();
        }

        Store.Dispose();
    }
}

/// <summary>What was found below one item: a directory with all in it, or one entry.</summary>
internal sealed class DifferenceRoot(byte[] target, DirectoryHandle handle, FileTimes times)
{
    public byte[] Target => target;

    public DirectoryHandle Handle => handle;

    public FileTimes Times => times;

    /// <summary>The directory; null for a single entry.</summary>
    public SeenFolder? Folder { get; set; }

    /// <summary>The single entry, under the name it has in the snapshot; null when it is gone or for a directory.</summary>
    public SeenEntry? Entry { get; set; }

    /// <summary>Whether anything differs.</summary>
    public bool IsChanged { get; set; }

    public List<SeenFile> Files { get; } = [];
}

/// <summary>A directory as the walk found it.</summary>
internal sealed class SeenFolder(SeenFolder? above, byte[] name)
{
    public SeenFolder? Above => above;

    public byte[] Name => name;

    public FileStatus Status { get; set; }

    public ExtendedAttribute[] Attributes { get; set; } = [];

    /// <summary>What the pass remembers; null for a new one.</summary>
    public FolderRecord? Record { get; init; }

    /// <summary>Whether itself or anything below differs. What does not keeps no entries but its directories.</summary>
    public bool IsChanged { get; set; }

    /// <summary>It went away or could not be listed: the directory above leaves it out.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether only what is below differs: the node stays but for its tree.</summary>
    public bool IsOwnSame { get; set; }

    public List<SeenEntry> Entries { get; set; } = [];

    /// <summary>Path below the root, without a slash in front.</summary>
    public byte[] ToPath() => above is null ? [] : PathText.Join(above.ToPath(), name);
}

/// <summary>One entry of a directory that differs: nothing but a name when it is the same itself.</summary>
internal sealed class SeenEntry(byte[] name)
{
    public byte[] Name => name;

    public SeenFolder? Folder { get; init; }

    public SeenFile? File { get; init; }

    /// <summary>Of what needs no reading: the node.</summary>
    public Node? Made { get; init; }

    public bool IsSame => Folder is null && File is null && Made is null;
}

/// <summary>A file that had to be read in the difference pass.</summary>
internal sealed class SeenFile(SeenFolder? folder, byte[] name, FileBlocks? known, Counted counted, long size)
{
    private int _open;

    /// <summary>The directory it is in; null for a single entry, which is below the root's handle itself.</summary>
    public SeenFolder? Folder => folder;

    public byte[] Name => name;

    public FileBlocks? Known => known;

    public Counted Counted => counted;

    /// <summary>As the walk saw it.</summary>
    public long Size => size;

    public FileHandle? Handle { get; set; }

    public FileStatus Status { get; set; }

    public ExtendedAttribute[] Attributes { get; set; } = [];

    public byte[] Head { get; set; } = [];

    public DataRanges? Ranges { get; set; }

    /// <summary>What each stretch came to.</summary>
    public CopiedStretch[] Stretches { get; set; } = [];

    /// <summary>The file's content of that moment, where it could be cloned: it is compared later.</summary>
    public FileHandle? Clone { get; set; }

    /// <summary>It could not be read.</summary>
    public bool IsLost { get; set; }

    /// <summary>The node the last pass made; null for a new file.</summary>
    public Node? Before { get; set; }

    /// <summary>The node of now.</summary>
    public Node? Node { get; set; }

    public void Begin(int parts) => _open = parts;

    public bool End() => Interlocked.Decrement(ref _open) == 0;
}

/// <summary>A range of a file: the same as before, or in the store.</summary>
internal readonly record struct CopiedRange(FileRange Range, long Stored);

internal sealed record CopiedStretch(IReadOnlyList<CopiedRange> Ranges, long Bytes);

/// <summary>More would have to be read than was allowed (<see cref="DifferenceOptions.MostBytes"/>): nothing was copied.</summary>
public sealed class DifferenceGrewException(long bytes) : Exception($"{bytes} bytes would have to be read of what differs.");
