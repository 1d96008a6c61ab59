using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>A piece of work for a worker: small files by the dozen, or a stretch of a large one.</summary>
internal abstract record Work
{
    /// <summary>Files read whole, one after the other.</summary>
    public sealed record Files(IReadOnlyList<PendingFile> List) : Work;

    /// <summary>A stretch of a large file; several workers share the file.</summary>
    public sealed record Stretch(LargeFile File, int Number) : Work;

    /// <summary>A file whose content a stream gives.</summary>
    public sealed record Stream(DirectoryScope Scope, int Slot, ArchiveItem.Streamed Item) : Work;
}

/// <summary>A file the walk found and nobody has read yet.</summary>
internal readonly record struct PendingFile(DirectoryScope Scope, int Slot, byte[] Name, Node? ParentNode, long Size)
{
    /// <summary>Its blocks as an earlier pass of the session read them: those of <see cref="ParentNode"/>.</summary>
    public FileBlocks? Known { get; init; }
}

/// <summary>
/// A large file in stretches of equal length, each chunked on its own: a cut always falls on a stretch's end, so that two cores can share
/// one file and get what one alone would.
/// </summary>
internal sealed class LargeFile(PendingFile file, FileHandle handle, FileStatus status, DataRanges ranges, int stretches) : IDisposable
{
    private int _open = stretches;

    public PendingFile Pending => file;

    public FileHandle Handle => handle;

    public FileStatus Status => status;

    public DataRanges Ranges => ranges;

    /// <summary>What each stretch came to.</summary>
    public StretchContent[] Stretches { get; } = new StretchContent[stretches];

    /// <summary>A stretch is done; true for the last.</summary>
    public bool End() => Interlocked.Decrement(ref _open) == 0;

    /// <summary>Whether nobody had it in memory before this pass read it: then it is not kept there, where it would push out what a game uses.</summary>
    public bool WasCold { get; init; }

    public void Dispose()
    {
        if (WasCold)
        {
            handle.Advise(ReadAdvice.DontNeed, 0, 0);
        }

        handle.Dispose();
    }
}

/// <summary>Blobs of a stretch and the bytes they hold; fewer bytes than asked for when the file had become shorter.</summary>
internal readonly record struct StretchContent(BlobId[] Blobs, long Bytes, int[] Lengths, ulong[] Hashes);

/// <summary>Where a file has data; all else is holes.</summary>
internal sealed class DataRanges
{
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Asks the file system, when fewer blocks are taken than the length needs. One thread, before the file is shared.</summary>
    public static DataRanges Of(FileHandle file, in FileStatus status)
    {
        var ranges = new DataRanges();
        if (!status.MayHaveHoles)
        {
            ranges._ranges.Add((0, status.Size));
            return ranges;
        }

        for (var at = 0L; file.TryNextData(at, status.Size, out var start, out var end); at = end)
        {
            ranges._ranges.Add((start, end));
        }

        return ranges;
    }

    /// <summary>The end of the hole that begins at or covers this offset, limited; the offset itself when there is data.</summary>
    public long HoleEnd(long offset, long limit)
    {
        var next = FirstEndingAfter(offset);
        return next == _ranges.Count ? limit : Math.Clamp(_ranges[next].Start, offset, limit);
    }

    /// <summary>The end of the data that covers this offset, limited; the offset itself in a hole.</summary>
    public long DataEnd(long offset, long limit)
    {
        var next = FirstEndingAfter(offset);
        return next < _ranges.Count && _ranges[next].Start <= offset ? Math.Min(_ranges[next].End, limit) : offset;
    }

    private int FirstEndingAfter(long offset)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ranges[middle].End > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
