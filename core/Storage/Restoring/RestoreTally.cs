using System.Collections.Concurrent;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>What happened so far, told by several threads.</summary>
internal sealed class RestoreTally(RestoreProgress progress)
{
    private const int KeptProblems = 1000;

    private readonly ConcurrentQueue<RestoreProblem> _problems = new();
    private long _problemCount;
    private long _written;
    private long _unchanged;
    private long _bytesWritten;
    private long _bytesUnchanged;
    private long _removed;

    public RestoreProgress Progress { get; } = progress;

    public long ProblemCount => Interlocked.Read(ref _problemCount);

    public void Wrote(long bytes)
    {
        Interlocked.Increment(ref _written);
        Interlocked.Add(ref _bytesWritten, bytes);
        Progress.EndFile();
    }

    public void Unchanged(long bytes)
    {
        Interlocked.Increment(ref _unchanged);
        Interlocked.Add(ref _bytesUnchanged, bytes);
        Progress.EndFile();
    }

    public void Removed() => Interlocked.Increment(ref _removed);

    public void Fail(TreePath directory, ReadOnlySpan<byte> name, RestoreProblemKind kind, string message)
    {
        if (Interlocked.Increment(ref _problemCount) <= KeptProblems)
        {
            _problems.Enqueue(new(directory.PathOf(name), kind, message));
        }
    }

    /// <summary>Tells of a failure that is one entry's; throws it on when it will be every entry's.</summary>
    public void Fail(TreePath directory, ReadOnlySpan<byte> name, IOException e)
    {
        switch (e)
        {
            case FileSystemException { Failure: FileSystemFailure.NoSpace or FileSystemFailure.ReadOnly or FileSystemFailure.Device or FileSystemFailure.TooManyOpen }:
                throw e;
            case RepositoryDamagedException:
                Fail(directory, name, RestoreProblemKind.Damaged, e.Message);
                break;
            case FileSystemException { Failure: FileSystemFailure.NotSupported or FileSystemFailure.BadName }:
                Fail(directory, name, RestoreProblemKind.NotSupported, e.Message);
                break;
            case FileSystemException:
                Fail(directory, name, RestoreProblemKind.NotWritable, e.Message);
                break;
            default:
                // The backend does not answer: nothing further can be fetched.
                throw e;
        }
    }

    public RestoreOutcome End()
    {
        var totals = new RestoreTotals(_written, _unchanged, _bytesWritten, _bytesUnchanged, _removed);
        return _problemCount == 0
            ? new RestoreOutcome.Complete { Totals = totals }
            : new RestoreOutcome.Partial([.. _problems], _problemCount) { Totals = totals };
    }
}
