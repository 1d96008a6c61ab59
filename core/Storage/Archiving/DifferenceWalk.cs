using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Looks at everything again and tells what differs from what the last pass remembers. All cores, no waiting, nothing but the file system.
/// </summary>
/// <remarks>
/// A file is the same only if its status is equal and was old enough when it was read: a page dirtied through a mapping after the flush can be
/// written again without any time moving. What was not old enough has no status in the record, so nothing equals it.
/// </remarks>
internal sealed class DifferenceWalk(PassRecord record, DifferenceOptions options, NodeFactory nodes, Tally tally)
{
    private long _entries;

    /// <summary>Entries looked at.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    public DifferenceRoot Walk(ArchiveItem.Folder item, CancellationToken cancellationToken)
    {
        var root = new DifferenceRoot(item.Target, item.Root, item.Times)
        {
            Folder = new SeenFolder(null, []) { Record = record.Folders.GetValueOrDefault(new PathBytes(item.Target)) },
        };
        List<SeenFolder> level = [root.Folder];
        List<List<SeenFolder>> levels = [];
        while (level.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            levels.Add(level);
            level = WalkLevel(root, level, cancellationToken);
        }

        for (var i = levels.Count - 1; i >= 0; i--)
        {
            foreach (var folder in levels[i])
                Settle(folder);
        }

        root.IsChanged = root.Folder.IsChanged;
        return root;
    }

    public DifferenceRoot Walk(ArchiveItem.Entry item)
    {
        var root = new DifferenceRoot(item.Target, item.Directory, item.Times);
        var before = record.Entries.GetValueOrDefault(new PathBytes(item.Target))?.Entries[0] ?? default;
        try
        {
            Interlocked.Increment(ref _entries);
            if (!item.Directory.TryStat(item.Name, out var status) || status.Type == FileType.Directory)
            {
                tally.Warn(item.Target, ArchiveTrouble.Vanished, "It is not there.");
                root.IsChanged = true;
            }
            else if (!IsSame(before, status, item.Times))
            {
                root.IsChanged = true;
                root.Entry = See(root, null, item.Directory, item.Name, status, before);
            }
        }
        catch (FileSystemException e)
        {
            tally.Warn(item.Target, e);
            root.IsChanged = true;
        }

        return root;
    }

    private List<SeenFolder> WalkLevel(DifferenceRoot root, List<SeenFolder> level, CancellationToken cancellationToken)
    {
        List<SeenFolder>[] below = new List<SeenFolder>[level.Count];
        var free = new System.Collections.Concurrent.ConcurrentBag<Lister>();
        Parallel.For(
            0,
            level.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            () => free.TryTake(out var lister) ? lister : new Lister(),
            (i, _, lister) =>
            {
                below[i] = Look(root, level[i], lister);
                return lister;
            },
            free.Add);
        return [.. below.SelectMany(one => one)];
    }

    /// <summary>Looks at one directory; returns those in it.</summary>
    private List<SeenFolder> Look(DifferenceRoot root, SeenFolder folder, Lister lister)
    {
        var path = folder.ToPath();
        List<SeenFolder> below = [];
        try
        {
            using var handle = path.Length == 0 ? root.Handle.Reopen() : root.Handle.OpenBeneath(path);
            folder.Status = handle.Status();
            var names = lister.Read(handle);
            folder.IsOwnSame = folder.Record is { } own && own.Status == BlockHash.Of(folder.Status);
            if (!folder.IsOwnSame)
                folder.Attributes = handle.ReadAttributes();
            var inSnapshot = PathText.Join(root.Target, path);
            var cursor = 0;
            foreach (var name in names)
                LookAt(root, folder, handle, name, inSnapshot, ref cursor, below);
            folder.IsChanged |= !folder.IsOwnSame || folder.Entries.Count != folder.Record!.Entries.Length;
        }
        catch (FileSystemException e) when (folder.Above is not null)
        {
            folder.IsChanged = true;
            folder.Entries = [];
            if (e.Failure == FileSystemFailure.SymlinkOrEscaped && folder.Status.IsMountRoot)
            {
                tally.Warn(PathText.Join(root.Target, path), ArchiveTrouble.OtherMount, "Another file system is mounted there; it is not part of this one.");
                return below;
            }

            folder.IsLost = true;
            tally.Warn(PathText.Join(root.Target, path), e);
        }

        return below;
    }

    private void LookAt(DifferenceRoot root, SeenFolder folder, DirectoryHandle handle, byte[] name, byte[] inSnapshot, ref int cursor, List<SeenFolder> below)
    {
        Interlocked.Increment(ref _entries);
        try
        {
            if (!handle.TryStat(name, out var status) || options.Excludes?.Invoke(new PathBytes(PathText.Join(inSnapshot, name)), status.Type) == true)
                return;
            var at = folder.Record?.Find(BlockHash.OfName(name), cursor) ?? -1;
            cursor = at < 0 ? cursor : at + 1;
            var before = at < 0 ? default : folder.Record!.Entries[at];
            if (status.Type == FileType.Directory)
            {
                var child = new SeenFolder(folder, name) { Status = status, Record = before.Content as FolderRecord };
                below.Add(child);
                folder.Entries.Add(new SeenEntry(name) { Folder = child });
                return;
            }

            var same = IsSame(before, status, root.Times);
            folder.IsChanged |= !same;
            folder.Entries.Add(same ? new SeenEntry(name) : See(root, folder, handle, name, status, before));
        }
        catch (FileSystemException e)
        {
            tally.Warn(PathText.Join(inSnapshot, name), e);
            folder.IsChanged = true;
        }
    }

    private static bool IsSame(in EntryRecord before, in FileStatus status, FileTimes times) =>
        before.Status != 0 && before.Status == BlockHash.Of(status) && (times == FileTimes.Tell || status.Type != FileType.Regular);

    private SeenEntry See(DifferenceRoot root, SeenFolder? folder, DirectoryHandle handle, byte[] name, in FileStatus status, in EntryRecord before)
    {
        if (status.Type == FileType.Regular)
        {
            var file = new SeenFile(folder, name, before.Content as FileBlocks, before.Counted, status.Size);
            lock (root.Files)
                root.Files.Add(file);
            return new SeenEntry(name) { File = file };
        }

        var link = status.Type == FileType.SymbolicLink ? ReadLink(handle, name) : null;
        return new SeenEntry(name) { Made = nodes.Create(name, status, handle.ReadAttributes(name), link) };
    }

    private static byte[] ReadLink(DirectoryHandle handle, byte[] name)
    {
        var buffer = new byte[4096];
        return buffer[..handle.ReadLink(name, buffer)];
    }

    /// <summary>Once all below is known: whether the directory differs, and if not, lets go of what was seen in it.</summary>
    private static void Settle(SeenFolder folder)
    {
        folder.IsChanged |= folder.Entries.Exists(entry => entry.Folder is { IsChanged: true });
        if (!folder.IsChanged)
            folder.Entries = [];
    }

    private sealed class Lister
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public List<byte[]> Read(DirectoryHandle handle)
        {
            List<byte[]> names = [];
            for (int used; (used = handle.ReadEntries(_buffer)) > 0;)
            {
                foreach (var entry in new DirectoryEntries(_buffer.AsSpan(0, used)))
                    names.Add(entry.Name.ToArray());
            }

            names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
            return names;
        }
    }
}
