using System.Runtime.CompilerServices;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>A file that a pass would read.</summary>
internal readonly record struct FileToRead(DirectoryHandle Root, TreePath Folder, byte[] Name, FileStatus Status)
{
    /// <summary>A file this short may lie in its directory's own blocks.</summary>
    private const long Tiny = 4096;

    private const long WrittenAtOnce = 1 << 20;

    /// <summary>Bytes it takes where it lies, which holes don't: no more than its length.</summary>
    public long Taken => Status.Size <= Tiny ? Status.Size : Math.Min(Status.Size, Status.Blocks * 512);

    /// <summary>Opens it; it may have gone or changed since it was listed.</summary>
    /// <exception cref="FileSystemException">It went away, or is no file any more.</exception>
    public FileHandle Open(out FileStatus status)
    {
        var path = Folder.ToBytes();
        using var folder = path.Length == 0 ? Root.Reopen() : Root.OpenBeneath(path);
        return folder.OpenFile(Name, out status);
    }

    /// <summary>Has the kernel bring it to the disk, a piece at a time.</summary>
    public void WriteBack(CancellationToken cancellationToken)
    {
        try
        {
            using var file = Open(out var status);

            // Where there is data alone: a game can make a file of any length that is one hole.
            for (var at = 0L; file.TryNextData(at, status.Size, out var start, out var end); at = end)
            {
                for (; start < end; start += WrittenAtOnce)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var turn = DiskTurn.Take();
                    file.WriteBack(start, WrittenAtOnce);
                    if (turn.ReachedTheDisk)
                        Root.Sync(); // Any flush of the same disk does; one of the file would write all of it at once.
                }
            }
        }
        catch (FileSystemException)
        {
            // The pass meets it too, and tells.
        }
    }
}

/// <summary>Walks items as a pass with these options would, and tells the files it would read. Opens nothing but directories.</summary>
internal sealed class FilesToRead(IReadOnlyList<ArchiveItem> items, PassOptions options, BlobReader reader, CourteousCrew? crew)
{
    private readonly TreeLoader _trees = new(reader);

    /// <summary>All of them, in the order of a walk. What can't be looked at is left out, as the pass will tell.</summary>
    public async IAsyncEnumerable<FileToRead> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            if (item is ArchiveItem.Folder folder)
            {
                await foreach (var file in FindAsync(folder, cancellationToken))
                    yield return file;
            }
            else if (item is ArchiveItem.Entry entry && entry.Directory.TryStat(entry.Name, out var status)
                && (IsToRead(entry.Times, await BeforeAsync(entry.Target, cancellationToken), status) || IsRacy(entry.Target)))
            {
                yield return new(entry.Directory, TreePath.NewRoot(), entry.Name, status);
            }
        }
    }

    private async IAsyncEnumerable<FileToRead> FindAsync(ArchiveItem.Folder item, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = item.Target.Length == 0 ? options.Parent : (await BeforeAsync(item.Target, cancellationToken))?.Subtree;
        await using var listing = FolderListing.Start(item.Root, item.Target, options.Excludes, crew);
        var waiting = new Stack<(TreePath Path, TreeId? Before)>([(TreePath.NewRoot(), before)]);
        while (waiting.TryPop(out var folder))
        {
            var listed = await listing.Lister.TakeAsync(cancellationToken);
            var tree = folder.Before is { } id ? await LoadAsync(id, cancellationToken) : null;

            // From behind: the last pushed comes out first, and listings come in the order of names.
            for (var i = listed.Entries.Count - 1; i >= 0; i--)
            {
                var (name, status) = listed.Entries[i];
                var kept = tree?.Find(name);
                if (status.Type == FileType.Directory)
                    waiting.Push((folder.Path.Child(name, null, null), kept?.Subtree));
                else if (IsToRead(item.Times, kept, status) || (options.Racy.Count > 0 && IsRacy(PathText.Join(item.Target, folder.Path.PathOf(name)))))
                    yield return new(item.Root, folder.Path, name, status);
            }
        }
    }

    private static bool IsToRead(FileTimes times, Node? before, in FileStatus status) =>
        status.Type == FileType.Regular
        && (before is null || times == FileTimes.ProveNothing || before.Error is not null || !NodeFactory.IsUnchanged(before, status));

    /// <summary>Only files are racy.</summary>
    private bool IsRacy(byte[] path) => options.Racy.Contains(new PathBytes(path));

    private async Task<Node?> BeforeAsync(byte[] path, CancellationToken cancellationToken)
    {
        try
        {
            return options.Parent is { } parent ? await _trees.FindAsync(parent, path, cancellationToken) : null;
        }
        catch (RepositoryDamagedException)
        {
            return null;
        }
    }

    private async Task<Tree?> LoadAsync(TreeId id, CancellationToken cancellationToken)
    {
        try
        {
            return await _trees.LoadAsync(id, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            // As in the pass: a tree that can't be read costs a reading and nothing else.
            return null;
        }
    }
}
