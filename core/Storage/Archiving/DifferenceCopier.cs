using System.Runtime.ExceptionServices;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Reads the files that differ against what is known of them and copies what changed; large files in stretches that cores share.</summary>
internal sealed class DifferenceCopier(CopiedDifference difference)
{
    /// <summary>Cloning costs the same for any length; below this, reading is as quick.</summary>
    public const long CloneFrom = 8 << 20;

    private const long MostToWarm = 8 << 20;

    private long _read;

    /// <summary>
    /// Copies a few small files as the real copying would, so that the code is compiled when that begins. What it makes is good for nothing else.
    /// </summary>
    public void WarmUp()
    {
        foreach (var root in difference.Roots)
        {
            root.Files.Sort(static (a, b) => a.Size.CompareTo(b.Size));
            var few = root.Files.TakeWhile(file => file.Size <= MostToWarm).Take(2).ToList();
            root.Files.Clear();
            root.Files.AddRange(few);
        }

        Copy(CancellationToken.None);
    }

    public void Copy(CancellationToken cancellationToken)
    {
        List<(DifferenceRoot Root, SeenFile File, int Stretch)> parts = [];
        foreach (var root in difference.Roots)
        {
            foreach (var file in root.Files)
            {
                var stretches = (int)Math.Max(1, (file.Size + FileReader.StretchLength - 1) / FileReader.StretchLength);
                file.Stretches = new CopiedStretch[stretches];
                file.Begin(stretches);
                for (var i = 0; i < stretches; i++)
                    parts.Add((root, file, i));
                difference.Files++;
            }
        }

        // The largest first: what is left at the end is small, and no core waits long for another.
        parts.Sort(static (a, b) => b.File.Size != a.File.Size ? b.File.Size.CompareTo(a.File.Size) : a.Stretch.CompareTo(b.Stretch));
        var next = -1;
        var workers = Math.Min(Environment.ProcessorCount, parts.Count);
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken };
            Parallel.For(0, workers, parallel, (_, loop) =>
            {
                var comparer = new BlockComparer();
                for (int i; !loop.IsExceptional && (i = Interlocked.Increment(ref next)) < parts.Count;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Copy(parts[i].Root, parts[i].File, parts[i].Stretch, comparer);
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<SpillException>().FirstOrDefault() is { } full)
        {
            ExceptionDispatchInfo.Throw(full);
        }

        difference.BytesRead = _read;
    }

    /// <summary>Bytes of a file that reading would have to wait for, and the device it is on; all of it, and none, when it can't be told.</summary>
    public static (long UncachedBytes, ulong? Device) Look(DifferenceRoot root, SeenFile file)
    {
        try
        {
            using var handle = Open(root, file, out var status);
            return (handle.UncachedBytes(status.Size), status.Device);
        }
        catch (FileSystemException)
        {
            return (file.Size, null);
        }
    }

    private void Copy(DifferenceRoot root, SeenFile file, int stretch, BlockComparer comparer)
    {
        try
        {
            Open(root, file);
            if (file.Handle is { } handle && file.Clone is null)
                file.Stretches[stretch] = Compare(handle, file, stretch, comparer);
            if (file.End() && file.Handle is not null)
                End(root, file);
        }
        catch (FileSystemException e)
        {
            file.IsLost = true;
            difference.Tally.Warn(PathOf(root, file), e);
        }
    }

    /// <summary>The first to come opens the file; it stays open until its last stretch is done.</summary>
    private void Open(DifferenceRoot root, SeenFile file)
    {
        lock (file)
        {
            if (file.Handle is not null || file.IsLost)
                return;
            var handle = Open(root, file, out var status);
            try
            {
                file.Status = status;
                file.Ranges = DataRanges.Of(handle, status);
                file.Attributes = handle.ReadAttributes();
                var head = new byte[ChunkingPolicy.HeadSize];
                file.Head = head[..handle.ReadAt(0, head)];
                if (status.Size >= CloneFrom)
                    file.Clone = difference.Store.TryClone(handle, status);
            }
            catch
            {
                handle.Dispose();
                throw;
            }

            // Last: others take it for opened as a whole.
            file.Handle = handle;
        }
    }

    private static FileHandle Open(DifferenceRoot root, SeenFile file, out FileStatus status)
    {
        var path = file.Folder?.ToPath() ?? [];
        if (path.Length == 0)
            return root.Handle.OpenFile(file.Name, out status);
        using var folder = root.Handle.OpenBeneath(path);
        return folder.OpenFile(file.Name, out status);
    }

    private CopiedStretch Compare(FileHandle handle, SeenFile file, int stretch, BlockComparer comparer)
    {
        var start = stretch * FileReader.StretchLength;
        var isLast = stretch == file.Stretches.Length - 1;

        // What grew since the walk is in the last stretch.
        var end = isLast ? file.Status.Size : Math.Min(start + FileReader.StretchLength, file.Status.Size);
        var copier = new RangeCopier(difference.Store);
        var bytes = Compare(handle, file.Known, file.Ranges!, file.Status.Size, start, end, comparer, copier);
        Interlocked.Add(ref _read, bytes);
        return new CopiedStretch(copier.Ranges, bytes);
    }

    public static long Compare(
        FileHandle handle, FileBlocks? known, DataRanges ranges, long size, long start, long end, BlockComparer comparer, IRangeSink sink) =>
        end <= start ? 0 : comparer.Compare(
            handle,
            known,
            known?.StartingAt(start) ?? -1,
            start,
            end,
            known is not null && size > known.Total ? GrownFile.Yes : GrownFile.No,
            ranges,
            sink);

    private void End(DifferenceRoot root, SeenFile file)
    {
        var after = file.Handle!.Status();
        if (after.Size != file.Status.Size || after.Modified != file.Status.Modified || after.Changed != file.Status.Changed)
            difference.Tally.Warn(PathOf(root, file), ArchiveTrouble.ChangedWhileRead, "It changed while it was being read.");
        file.Handle.Dispose();
    }

    private static byte[] PathOf(DifferenceRoot root, SeenFile file) =>
        file.Folder is { } folder ? PathText.Join(PathText.Join(root.Target, folder.ToPath()), file.Name) : root.Target;
}
