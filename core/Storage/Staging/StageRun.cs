using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>One staging under way: turns each difference into something staged and a step of the swap.</summary>
internal sealed class StageRun : IDisposable
{
    private const int BatchFiles = 8192;
    private const int BatchBlobs = 16 * 1024;
    private const uint WhileIncomplete = 0x1c0;

    private readonly StageRequest _request;
    private readonly StagingArea _area;
    private readonly FileIdentity _liveRoot;
    private readonly DirectoryCache _live;
    private readonly DirectoryCache _staged;
    private readonly RestoreTally _tally;
    private readonly BatchWriter _writer;
    private readonly DirectoryFinisher _finisher;
    private readonly TreePath _top = TreePath.NewRoot();
    private readonly Dictionary<TreePath, TreePath> _stagedDirectories = [];
    private readonly Dictionary<FileWork, TreeChange> _changes = [];
    private readonly Dictionary<TreePath, TreePath> _takenOver = [];
    private readonly Dictionary<PathBytes, StagedItem> _made = [];
    private readonly HashSet<FileWork> _kept = [];
    private readonly StagedLinks _links;
    private readonly SwapSteps _steps;
    private List<FileWork> _batch = [];
    private int _batchBlobs;
    private long _added;

    public StageRun(BlobReader blobs, StageRequest request, RestoreProgress progress)
    {
        _request = request;
        _area = request.Area;
        _liveRoot = _area.Live.Status().Identity;
        _live = new(_area.Live);
        _staged = new(_area.Root);
        _tally = new(progress);
        _finisher = new(_staged, _tally, rootNode: null);
        _steps = new(request);
        _links = new(_area, _live, _staged);
        _writer = new(blobs, new()
        {
            Target = _staged,
            Live = _live,
            Tally = _tally,
            PatchFrom = long.MaxValue,
            Unchanged = Keep,
            BeforeWriting = RequireRoom,
        });
    }

    public async Task TakeAsync(TreeChange change, CancellationToken cancellationToken)
    {
        try
        {
            Take(change);
        }
        catch (FileSystemException e)
        {
            _tally.Fail(change.Directory, change.Name, e);
        }

        if (_batch.Count >= BatchFiles || _batchBlobs >= BatchBlobs)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task<StageOutcome> EndAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        if (_tally.ProblemCount == 0)
        {
            _links.Link(
                directory => _stagedDirectories.GetValueOrDefault(directory),
                change => TryTakeOver(change.ToPath(), change.After!)?.Name,
                (change, name) => PutNew(change, change.After!, name),
                _tally);
            _finisher.Finish(cancellationToken);
        }

        if (_tally.End() is RestoreOutcome.Partial partial)
        {
            return new StageOutcome.Impossible(partial.Problems, partial.Count);
        }

        foreach (var (path, item) in _made)
        {
            _area.Items[path] = item;
        }

        _area.Root.SyncFileSystem();
        var tree = new SwapTree(_area.LivePath, _area.Path, _steps.ToEntries());
        return new StageOutcome.Staged(tree, _steps.Totals(_added, _tally.End().Totals.BytesWritten));
    }

    public void Dispose()
    {
        _live.Dispose();
        _staged.Dispose();
    }

    private void Take(TreeChange change)
    {
        if (_request.Standing.Forbid(change, _liveRoot))
        {
            return;
        }

        var path = change.ToPath();
        var contains = _request.Selection.Contains(path);
        if (contains && change is { Before: null, After: not null })
        {
            _added++;
        }

        if (_takenOver.TryGetValue(change.Directory, out var known))
        {
            PassOver(change, known);
            return;
        }

        var isDirectory = change.After?.Type == NodeType.Directory;
        if (!contains && !(isDirectory && _request.Selection.LeadsTo(path)))
        {
            return;
        }

        if (change.Unreadable is { } reason)
        {
            _tally.Fail(change.Directory, change.Name, reason);
        }
        else if (change.After is not { } node)
        {
            if (!OwnNames.IsOne(change.Name))
            {
                _steps.Remove(change, _area.NextName());
            }
        }
        else if (isDirectory)
        {
            TakeDirectory(change, node, path, contains);
        }
        else if (!_links.IsFurtherName(change))
        {
            TakeEntry(change, node, path);
        }
    }

    /// <summary>Part of a directory that an earlier pass staged whole.</summary>
    private void PassOver(TreeChange change, TreePath staged)
    {
        if (change.Entered is { } entered)
        {
            _takenOver[entered] = staged.Child(change.Name, null, change.After);
        }
        else if (change.After is { } node && !_links.IsFurtherName(change))
        {
            _links.Staged(node, staged, node.Name);
        }
    }

    private void TakeDirectory(TreeChange change, Node node, byte[] path, bool contains)
    {
        if (_stagedDirectories.TryGetValue(change.Directory, out var parent))
        {
            MakeDirectory(change, parent, node.Name, node);
        }
        else if (change.Before?.Type == NodeType.Directory)
        {
            if (contains)
            {
                _steps.Describe(change);
            }
        }
        else if (TryTakeOver(path, node) is { } item)
        {
            _takenOver[change.Entered!] = _top.Child(item.Name, null, node);
            _steps.Put(change, item.Name, _area.NextName());
        }
        else
        {
            var name = _area.NextName();
            MakeDirectory(change, _top, name, node);
            PutNew(change, node, name);
        }
    }

    private void MakeDirectory(TreeChange change, TreePath parent, byte[] name, Node node)
    {
        using (var lease = _staged.Open(parent))
        {
            lease.Handle.CreateDirectory(name, WhileIncomplete);
        }

        _finisher.Add(parent, name, node);
        _stagedDirectories[change.Entered!] = parent.Child(name, null, node);
    }

    private void TakeEntry(TreeChange change, Node node, byte[] path)
    {
        const ChangeAspects content = ChangeAspects.Type | ChangeAspects.Content | ChangeAspects.ContentUnproven;
        var otherContent = change.Before is null || (change.Aspects & content) != ChangeAspects.None;
        if (!otherContent && (change.IsEqual || !IsShared(change.Before!, node)) && _links.MayStay(change.Before!))
        {
            _steps.Describe(change);
            return;
        }

        var inStaged = _stagedDirectories.TryGetValue(change.Directory, out var parent);
        if (!inStaged && TryTakeOver(path, node) is { } item)
        {
            _steps.Put(change, item.Name, _area.NextName());
            _links.Staged(node, _top, item.Name);
            return;
        }

        var directory = inStaged ? parent! : _top;
        var name = inStaged ? node.Name : _area.NextName();
        if (node.Type == NodeType.File)
        {
            var live = otherContent && change.Before?.Type == NodeType.File ? change.Before : null;
            Enqueue(change, new() { Directory = directory, Name = name, Node = node, Live = live, LiveDirectory = change.Directory, Aspects = change.Aspects });
            return;
        }

        using (var lease = _staged.Open(directory))
        {
            SpecialWriter.Write(lease.Handle, node, name, replaces: false);
        }

        Made(change, node, directory, name);
    }

    private static bool IsShared(Node live, Node node) => live.Links > 1 && live.Links > node.Links;

    private void Enqueue(TreeChange change, FileWork file)
    {
        _tally.Progress.Plan((long)file.Node.Size);
        _changes[file] = change;
        _batch.Add(file);
        _batchBlobs += file.Content.Length;
    }

    /// <summary>Something is staged whole: it becomes a step unless it is part of a directory that is one.</summary>
    private void Made(TreeChange change, Node node, TreePath directory, byte[] name)
    {
        _links.Staged(node, directory, name);
        if (ReferenceEquals(directory, _top))
        {
            PutNew(change, node, name);
        }
    }

    private void PutNew(TreeChange change, Node node, byte[] name)
    {
        _steps.Put(change, name, _area.NextName());
        _made[new(change.ToPath())] = new(name, node);
    }

    private StagedItem? TryTakeOver(byte[] path, Node node) =>
        _area.Items.TryGetValue(new(path), out var item)
        && node.Subtree == item.Node.Subtree
        && TreeComparer.Differences(item.Node, node, new()) == ChangeAspects.None
        && _area.Root.TryStat(item.Name, out _)
            ? item
            : null;

    /// <summary>The live file has the content already.</summary>
    private void Keep(FileWork file)
    {
        var change = _changes[file];
        _kept.Add(file);
        if (((file.Aspects & ChangeAspects.Metadata) != ChangeAspects.None && IsShared(file.Live!, file.Node)) || !_links.MayStay(file.Live!))
        {
            // Its inode has other names: it is made anew, with the right metadata and as a file of its own.
            Enqueue(change, new() { Directory = file.Directory, Name = file.Name, Node = file.Node, LiveDirectory = file.LiveDirectory });
        }
        else
        {
            _steps.Describe(change);
            _tally.Unchanged(file.Length);
        }
    }

    private void RequireRoom(long bytes)
    {
        var space = _area.Root.Space();
        var reserve = _request.Reserve ?? StageRequest.DefaultReserve(space);
        if (bytes > 0 && space.FreeBytes - bytes < reserve)
        {
            throw new NoRoomException(bytes, space.FreeBytes, reserve);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (_batch.Count > 0)
        {
            var files = _batch;
            _batch = [];
            _batchBlobs = 0;
            await _writer.WriteAsync(files, cancellationToken);
            foreach (var file in files)
            {
                if (!file.HasFailed && !_kept.Remove(file))
                {
                    Made(_changes[file], file.Node, file.Directory, file.Name);
                }

                _changes.Remove(file);
            }
        }
    }
}
