namespace SnapshotBot.Storage.Restoring;

/// <summary>Counters a restore moves and anyone may read at any time.</summary>
public sealed class RestoreProgress
{
    private long _filesPlanned;
    private long _bytesPlanned;
    private long _filesDone;
    private long _bytesDone;

    /// <summary>Files found so far that the snapshot has and the target may not; grows while the plan is made.</summary>
    public long FilesPlanned => Interlocked.Read(ref _filesPlanned);

    public long BytesPlanned => Interlocked.Read(ref _bytesPlanned);

    public long FilesDone => Interlocked.Read(ref _filesDone);

    public long BytesDone => Interlocked.Read(ref _bytesDone);

    internal void Plan(long bytes)
    {
        Interlocked.Increment(ref _filesPlanned);
        Interlocked.Add(ref _bytesPlanned, bytes);
    }

    internal void AddBytes(long bytes) => Interlocked.Add(ref _bytesDone, bytes);

    internal void EndFile() => Interlocked.Increment(ref _filesDone);
}
