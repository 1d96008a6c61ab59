using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Walks one directory and all below, once: lists, looks at each entry, takes over what is unchanged, makes nodes of what needs no reading,
/// and hands files that do to the workers. One thread; the order is depth first, so that finished directories leave memory early.
/// </summary>
internal sealed class FolderWalk(PassContext pass, DirectoryHandle root)
{
    /// <summary>Directories with files still to be read that may be open at once: far below any limit of handles.</summary>
    private const int OpenFolders = 256;

    private const int BatchFiles = 32;
    private const long BatchBytes = 1 << 20;

    private readonly SemaphoreSlim _openFolders = new(OpenFolders);
    private readonly List<PendingFile> _batch = [];
    private readonly List<byte[]> _names = [];
    private readonly byte[] _listing = new byte[64 * 1024];
    private readonly byte[] _link = new byte[4096];
    private long _batchBytes;

    /// <summary>Walks everything below a scope whose status is known; ends when all of it is handed over.</summary>
    public async Task WalkAsync(DirectoryScope top, int prefixLength, CancellationToken cancellationToken)
    {
        var waiting = new Stack<DirectoryScope>([top]);
        while (waiting.TryPop(out var scope))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_openFolders.Wait(0, cancellationToken))
            {
                // What is waited for may be in the batch.
                await SendAsync(cancellationToken);
                await _openFolders.WaitAsync(cancellationToken);
            }

            await EnterAsync(scope, BelowRoot(scope.Path, prefixLength), waiting, cancellationToken);
        }

        await SendAsync(cancellationToken);
    }

    private static ReadOnlyMemory<byte> BelowRoot(byte[] path, int prefixLength) =>
        path.Length <= prefixLength ? default : path.AsMemory(prefixLength == 0 ? 0 : prefixLength + 1);

    /// <summary>The action for scopes of this walk when nobody needs their handle any more.</summary>
    public void HandleFree(DirectoryScope scope)
    {
        scope.Handle?.Dispose();
        scope.Handle = null;
        _openFolders.Release();
    }

    /// <summary>Looks at one entry of the root, any but a directory, as if it were a directory's only one.</summary>
    public async Task WalkEntryAsync(DirectoryScope single, byte[] name, Node? parent, CancellationToken cancellationToken)
    {
        await _openFolders.WaitAsync(cancellationToken);
        var files = new List<PendingFile>();
        single.Handle = root.Reopen();
        single.Nodes = new Node?[1];
        single.ParentTree = parent is null ? null : new Tree([parent.Renamed(name)]);
        try
        {
            Look(single, 0, name, files, new Stack<DirectoryScope>());
        }
        catch (FileSystemException e)
        {
            pass.Tally.Warn(single.Path, e);
        }

        foreach (var file in files)
        {
            await AddAsync(file, cancellationToken);
        }

        await SendAsync(cancellationToken);
        single.EndReading();
        if (single.End())
        {
            await pass.Trees.FinishAsync(single, cancellationToken);
        }
    }

    private async Task EnterAsync(DirectoryScope scope, ReadOnlyMemory<byte> path, Stack<DirectoryScope> waiting, CancellationToken cancellationToken)
    {
        var files = new List<PendingFile>();
        try
        {
            if (Open(scope, path))
            {
                scope.ParentTree = await pass.LoadParentTreeAsync(scope.ParentNode, cancellationToken);
                List(scope, files, waiting);
            }
            else
            {
                scope.Nodes = [];
            }
        }
        catch (FileSystemException e) when (scope.Above is not null)
        {
            scope.IsLost = scope.Nodes.Length == 0;
            pass.Tally.Warn(scope.Path, e);
        }

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

    private bool Open(DirectoryScope scope, ReadOnlyMemory<byte> path)
    {
        try
        {
            scope.Handle = path.IsEmpty ? root.Reopen() : root.OpenBeneath(path.Span);
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.SymlinkOrEscaped && scope.Status is { IsMountRoot: true })
        {
            pass.Tally.Warn(scope.Path, ArchiveTrouble.OtherMount, "Another file system is mounted there; it is not part of this one.");
            return false;
        }

        scope.Status = scope.Handle.Status();
        scope.Attributes = scope.Handle.ReadAttributes();
        return true;
    }

    private void List(DirectoryScope scope, List<PendingFile> files, Stack<DirectoryScope> waiting)
    {
        ReadNames(scope.Handle!);
        var nodes = new Node?[_names.Count];
        scope.Nodes = nodes;
        var firstFolder = waiting.Count;
        for (var i = 0; i < nodes.Length; i++)
        {
            try
            {
                Look(scope, i, _names[i], files, waiting);
            }
            catch (FileSystemException e)
            {
                pass.Tally.Warn(PathText.Join(scope.Path, _names[i]), e);
            }
        }

        Reverse(waiting, waiting.Count - firstFolder);
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

    private void ReadNames(DirectoryHandle handle)
    {
        _names.Clear();
        for (int used; (used = handle.ReadEntries(_listing)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(_listing.AsSpan(0, used)))
            {
                _names.Add(entry.Name.ToArray());
            }
        }

        _names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    private void Look(DirectoryScope scope, int slot, byte[] name, List<PendingFile> files, Stack<DirectoryScope> waiting)
    {
        if (!scope.Handle!.TryStat(name, out var status) || pass.IsExcluded(scope.Path, name, status.Type))
        {
            return;
        }

        var parent = scope.ParentTree?.Find(name);
        if (status.Type == FileType.Directory)
        {
            scope.Begin();
            waiting.Push(new DirectoryScope
            {
                Above = scope,
                Slot = slot,
                Name = name,
                Path = PathText.Join(scope.Path, name),
                ParentNode = parent,
                Status = status,
                HandleFree = HandleFree,
            });
            return;
        }

        if (status.Type == FileType.Regular)
        {
            pass.Tally.Found(status.Size);
        }

        if (parent is not null && NodeFactory.IsUnchanged(parent, status) && pass.MayTakeOver(scope.Path, name, parent, status))
        {
            scope.Nodes[slot] = parent;
            if (parent.Type == NodeType.File)
            {
                pass.Tally.Unmodified(parent.Size);
            }
        }
        else if (status.Type == FileType.Regular)
        {
            scope.BeginReading();
            files.Add(new PendingFile(scope, slot, name, parent, status.Size));
        }
        else
        {
            var link = status.Type == FileType.SymbolicLink ? _link[..scope.Handle.ReadLink(name, _link)] : null;
            scope.Nodes[slot] = pass.Nodes.Create(name, status, scope.Handle.ReadAttributes(name), link);
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
            large = new LargeFile(file, handle, status, ranges, (int)((status.Size + FileReader.StretchLength - 1) / FileReader.StretchLength));
        }
        catch (FileSystemException e)
        {
            pass.Tally.Warn(PathText.Join(file.Scope.Path, file.Name), e);
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
