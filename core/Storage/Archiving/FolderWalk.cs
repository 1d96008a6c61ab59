using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Goes over one directory and all below, once, as a lister finds it: takes over what is unchanged, makes nodes of what needs no reading,
/// and hands files that do to the workers. One thread; the order is depth first, so that finished directories leave memory early.
/// </summary>
internal sealed class FolderWalk(PassContext pass)
{
    private const int BatchFiles = 32;
    private const long BatchBytes = 1 << 20;

    private readonly List<PendingFile> _batch = [];
    private readonly byte[] _link = new byte[4096];
    private long _batchBytes;

    /// <summary>Goes over everything below a scope; ends when all of it is handed over.</summary>
    public async Task WalkAsync(DirectoryScope top, FolderLister lister, CancellationToken cancellationToken)
    {
        top.HandleFree = scope =>
        {
            if (scope.Handle is { } handle)
            {
                scope.Handle = null;
                handle.Dispose();
                pass.OpenFolders.Release();
            }
        };
        var waiting = new Stack<DirectoryScope>([top]);
        while (waiting.TryPop(out var scope))
        {
            if (!lister.TryTake(out var listing))
            {
                // Nothing to do meanwhile: let the readers have what there is.
                await SendAsync(cancellationToken);
                listing = await lister.TakeAsync(cancellationToken);
            }

            await EnterAsync(scope, listing, lister.Root, top.Path.Length, waiting, cancellationToken);
        }

        await SendAsync(cancellationToken);
    }

    /// <summary>Looks at one entry of a directory, any but a directory, as if it were the only one.</summary>
    public async Task WalkEntryAsync(DirectoryScope single, DirectoryHandle directory, byte[] name, Node? parent, CancellationToken cancellationToken)
    {
        var files = new List<PendingFile>();
        single.HandleFree = scope => scope.Handle?.Dispose();
        single.Handle = directory.Reopen();
        single.Nodes = new Node?[1];
        single.ParentTree = parent is null ? null : new Tree([parent.Renamed(name)]);
        try
        {
            if (!single.Handle.TryStat(name, out var status))
            {
                pass.Tally.Warn(single.PathOf(name), ArchiveTrouble.Vanished, "It is not there.");
            }
            else if (status.Type == FileType.Directory)
            {
                pass.Tally.Warn(single.PathOf(name), ArchiveTrouble.Unreadable, "It is a directory now.");
            }
            else
            {
                var entry = new ListedEntry(name, status);
                Remember(single, [entry]);
                if (!TryTakeOver(single, 0, entry, new Stack<DirectoryScope>()))
                {
                    Look(single, 0, entry, files);
                }
            }
        }
        catch (FileSystemException e)
        {
            pass.Tally.Warn(single.PathOf(name), e);
        }

        await EndListingAsync(single, files, cancellationToken);
        await SendAsync(cancellationToken);
    }

    private async Task EnterAsync(
        DirectoryScope scope, Listing listing, DirectoryHandle root, int prefixLength, Stack<DirectoryScope> waiting, CancellationToken cancellationToken)
    {
        var files = new List<PendingFile>();
        scope.KeepPath();
        if (listing.Failure is { } failure)
        {
            Lose(scope, failure);
        }
        else
        {
            scope.Status = listing.Status;
            scope.Attributes = listing.Attributes;
            scope.ParentTree = await pass.LoadParentTreeAsync(scope.ParentNode, cancellationToken);
            Remember(scope, listing.Entries);
            if (scope.Record is { } record && !pass.IsRacy(listing.Status))
            {
                record.Status = BlockHash.Of(listing.Status);
            }

            if (TakeOver(scope, listing, waiting))
            {
                await OpenAsync(scope, root, prefixLength, cancellationToken);
                LookAtRest(scope, listing, files);
            }
        }

        await EndListingAsync(scope, files, cancellationToken);
    }

    /// <summary>Takes over what is unchanged; says whether anything is left that needs a look inside.</summary>
    private bool TakeOver(DirectoryScope scope, Listing listing, Stack<DirectoryScope> waiting)
    {
        foreach (var (name, failure) in listing.Troubles)
        {
            pass.Tally.Warn(scope.PathOf(name), failure);
        }

        scope.Nodes = new Node?[listing.Entries.Count];
        var folders = waiting.Count;
        var left = false;
        for (var i = 0; i < listing.Entries.Count; i++)
        {
            left |= !TryTakeOver(scope, i, listing.Entries[i], waiting);
        }

        Reverse(waiting, waiting.Count - folders);
        return left;
    }

    /// <summary>Remembers the names; what is known of each entry is added when it is.</summary>
    private void Remember(DirectoryScope scope, IReadOnlyList<ListedEntry> entries)
    {
        if (pass.Record is null)
        {
            return;
        }

        var record = new FolderRecord(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            record.Entries[i].Name = BlockHash.OfName(entries[i].Name);
        }

        scope.Record = record;
        if (!scope.IsSingleEntry && scope.Above?.Record is { } above)
        {
            above.Entries[scope.Slot].Content = record;
        }
    }

    /// <summary>What an earlier pass of the session remembers of an entry.</summary>
    private static EntryRecord Before(DirectoryScope scope, byte[] name, int slot) =>
        scope.Before is { } before && before.Find(BlockHash.OfName(name), slot) is >= 0 and var at ? before.Entries[at] : default;

    private void LookAtRest(DirectoryScope scope, Listing listing, List<PendingFile> files)
    {
        for (var i = 0; i < listing.Entries.Count; i++)
        {
            if (scope.Nodes[i] is not null || listing.Entries[i].Status.Type == FileType.Directory)
            {
                continue;
            }

            try
            {
                Look(scope, i, listing.Entries[i], files);
            }
            catch (FileSystemException e)
            {
                pass.Tally.Warn(scope.PathOf(listing.Entries[i].Name), e);
            }
        }
    }

    private async ValueTask OpenAsync(DirectoryScope scope, DirectoryHandle root, int prefixLength, CancellationToken cancellationToken)
    {
        if (!pass.OpenFolders.Wait(0, CancellationToken.None))
        {
            // A file in the batch may hold the place that is waited for.
            await SendAsync(cancellationToken);
            await pass.OpenFolders.WaitAsync(cancellationToken);
        }

        try
        {
            scope.Handle = scope.Path.Length <= prefixLength
                ? root.Reopen()
                : root.OpenBeneath(scope.Path.AsSpan(prefixLength == 0 ? 0 : prefixLength + 1));
        }
        catch (FileSystemException e)
        {
            pass.OpenFolders.Release();
            pass.Tally.Warn(scope.Path, e);
        }
    }

    private async Task EndListingAsync(DirectoryScope scope, List<PendingFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await AddAsync(file, cancellationToken);
        }

        scope.EndReading();
        if (scope.End())
        {
            await pass.Trees.FinishAsync(scope, cancellationToken);
        }
    }

    private void Lose(DirectoryScope scope, FileSystemException failure)
    {
        if (scope.Above is null)
        {
            throw failure;
        }

        if (failure.Failure == FileSystemFailure.SymlinkOrEscaped && scope.Status is { IsMountRoot: true })
        {
            pass.Tally.Warn(scope.Path, ArchiveTrouble.OtherMount, "Another file system is mounted there; it is not part of this one.");
            return;
        }

        scope.IsLost = true;
        pass.Tally.Warn(scope.Path, failure);
    }

    /// <summary>The last pushed comes out first: turn the new ones, so that directories are walked in the order of names.</summary>
    private static void Reverse(Stack<DirectoryScope> waiting, int count)
    {
        var turned = new DirectoryScope[count];
        for (var i = 0; i < count; i++)
        {
            turned[i] = waiting.Pop();
        }

        foreach (var scope in turned)
        {
            waiting.Push(scope);
        }
    }

    private bool TryTakeOver(DirectoryScope scope, int slot, in ListedEntry entry, Stack<DirectoryScope> waiting)
    {
        var (name, status) = entry;
        var parent = scope.ParentTree?.Find(name);
        if (status.Type == FileType.Directory)
        {
            scope.Begin();
            waiting.Push(new DirectoryScope
            {
                Above = scope,
                Slot = slot,
                Name = name,
                ParentNode = parent,
                Status = status,
                HandleFree = scope.HandleFree,
                Times = scope.Times,
                Before = scope.Before is null ? null : Before(scope, name, slot).Content as FolderRecord,
            });
            return true;
        }

        if (status.Type == FileType.Regular)
        {
            pass.Tally.Found(status.Size);
        }

        if (parent is null || !NodeFactory.IsUnchanged(parent, status) || !pass.MayTakeOver(scope, name, parent, status))
        {
            return false;
        }

        // What the pass before read when it was too young to be relied on is read again, whatever its status says.
        if (scope.Before is not null && Before(scope, name, slot).Status != BlockHash.Of(status))
        {
            return false;
        }

        scope.Nodes[slot] = parent;
        TakenOver(scope, slot, entry, parent);
        return true;
    }

    private void TakenOver(DirectoryScope scope, int slot, in ListedEntry entry, Node parent)
    {
        var before = scope.Before is null ? default : Before(scope, entry.Name, slot);
        var counted = before.Counted == Counted.No ? Counted.Unmodified : before.Counted;
        if (scope.Record is { } record)
        {
            // Of the pass before only a safe status is taken over: else the file would have been read again.
            ref var remembered = ref record.Entries[slot];
            remembered.Status = BlockHash.Of(entry.Status);
            remembered.Content = before.Content;
            remembered.Counted = counted;
        }

        if (parent.Type == NodeType.File)
        {
            pass.Tally.FileDone(counted, parent.Size);
        }
    }

    private void Look(DirectoryScope scope, int slot, in ListedEntry entry, List<PendingFile> files)
    {
        var (name, status) = entry;
        if (scope.Handle is not { } handle)
        {
            return;
        }

        if (status.Type == FileType.Regular)
        {
            scope.BeginReading();
            files.Add(new PendingFile(scope, slot, name, scope.ParentTree?.Find(name), status.Size)
            {
                Known = scope.Before is null ? null : Before(scope, name, slot).Content as FileBlocks,
            });
            return;
        }

        var link = status.Type == FileType.SymbolicLink ? _link[..handle.ReadLink(name, _link)] : null;
        scope.Nodes[slot] = pass.Nodes.Create(name, status, handle.ReadAttributes(name), link);
        if (scope.Record is { } record && !pass.IsRacy(status))
        {
            record.Entries[slot].Status = BlockHash.Of(status);
        }
    }

    private async ValueTask AddAsync(PendingFile file, CancellationToken cancellationToken)
    {
        if (file.Size > FileReader.StretchLength)
        {
            await AddLargeAsync(file, cancellationToken);
            return;
        }

        _batch.Add(file);
        _batchBytes += file.Size;
        if (_batch.Count >= BatchFiles || _batchBytes >= BatchBytes)
        {
            await SendAsync(cancellationToken);
        }
    }

    private async Task AddLargeAsync(PendingFile file, CancellationToken cancellationToken)
    {
        LargeFile large;
        try
        {
            var handle = file.Scope.Handle!.OpenFile(file.Name, out var status);
            var ranges = DataRanges.Of(handle, status);
            large = new LargeFile(file, handle, status, ranges, (int)((status.Size + FileReader.StretchLength - 1) / FileReader.StretchLength))
            {
                WasCold = pass.IsCold(handle, status),
            };
        }
        catch (FileSystemException e)
        {
            pass.Tally.Warn(file.Scope.PathOf(file.Name), e);
            await pass.Trees.EndFileAsync(file, cancellationToken);
            return;
        }

        if (large.Stretches.Length == 0)
        {
            // Cut to nothing since it was listed: a small file after all.
            large.Dispose();
            await pass.Work.Writer.WriteAsync(new Work.Files([file]), cancellationToken);
            return;
        }

        for (var i = 0; i < large.Stretches.Length; i++)
        {
            await pass.Work.Writer.WriteAsync(new Work.Stretch(large, i), cancellationToken);
        }
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            await pass.Work.Writer.WriteAsync(new Work.Files([.. _batch]), cancellationToken);
            _batch.Clear();
            _batchBytes = 0;
        }
    }
}
