using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>What a pass counts and meets while it runs. Safe for several threads.</summary>
internal sealed class Tally(IProgress<ArchiveProgress>? progress)
{
    /// <summary>Bytes after which progress is told again.</summary>
    private const long ReportEvery = 8 << 20;

    private long _filesNew, _filesChanged, _filesUnmodified, _foldersNew, _foldersChanged, _foldersUnmodified;
    private long _filesFound, _bytesFound, _filesDone, _bytesDone, _reportedAt;
    private bool _walkEnded;

    public ConcurrentQueue<ArchiveWarning> Warnings { get; } = [];

    public ConcurrentQueue<PathBytes> Racy { get; } = [];

    public void Found(long bytes)
    {
        Interlocked.Increment(ref _filesFound);
        Interlocked.Add(ref _bytesFound, bytes);
    }

    /// <summary>A file is done: so many bytes of it were taken over, and it counts as this against the snapshot before.</summary>
    public void FileDone(Counted counted, ulong takenOver = 0)
    {
        Interlocked.Increment(ref counted == Counted.New ? ref _filesNew : ref counted == Counted.Changed ? ref _filesChanged : ref _filesUnmodified);
        if (takenOver > 0)
        {
            Done((long)takenOver);
        }

        Interlocked.Increment(ref _filesDone);
    }

    public void Done(long bytes)
    {
        var done = Interlocked.Add(ref _bytesDone, bytes);
        var last = Interlocked.Read(ref _reportedAt);
        if (progress is not null && done - last >= ReportEvery && Interlocked.CompareExchange(ref _reportedAt, done, last) == last)
        {
            Report();
        }
    }

    public void FolderDone(Counted counted) =>
        Interlocked.Increment(ref counted == Counted.New ? ref _foldersNew : ref counted == Counted.Changed ? ref _foldersChanged : ref _foldersUnmodified);

    public void WalkEnded()
    {
        _walkEnded = true;
        Report();
    }

    public void Warn(byte[] path, ArchiveTrouble trouble, string reason) => Warnings.Enqueue(new ArchiveWarning(new PathBytes(path), trouble, reason));

    /// <summary>What a failure to read an entry means: gone, or not to be had. Too many open files says nothing about the entry: it ends the pass.</summary>
    public void Warn(byte[] path, FileSystemException failure)
    {
        if (failure.Failure == FileSystemFailure.TooManyOpen)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        Warn(path, failure.IsChangedUnderneath ? ArchiveTrouble.Vanished : ArchiveTrouble.Unreadable, failure.Message);
    }

    public ArchiveStats ToStats(long dataBlobs, long treeBlobs, long added, long packed) => new()
    {
        FilesNew = _filesNew,
        FilesChanged = _filesChanged,
        FilesUnmodified = _filesUnmodified,
        DirectoriesNew = _foldersNew,
        DirectoriesChanged = _foldersChanged,
        DirectoriesUnmodified = _foldersUnmodified,
        TotalFiles = _filesNew + _filesChanged + _filesUnmodified,
        TotalBytes = _bytesDone,
        DataBlobs = dataBlobs,
        TreeBlobs = treeBlobs,
        DataAdded = added,
        DataAddedPacked = packed,
    };

    private void Report() => progress?.Report(new ArchiveProgress(
        Interlocked.Read(ref _filesFound), Interlocked.Read(ref _bytesFound), Interlocked.Read(ref _filesDone), Interlocked.Read(ref _bytesDone), _walkEnded));
}
