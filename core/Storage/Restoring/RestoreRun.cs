using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// One restore under way: acts on each difference as it is told. Directories are made at once, open to nobody else; files are gathered into
/// batches, so that memory stays bounded; directories get their owner, mode and times at the very end.
/// </summary>
internal sealed class RestoreRun : IAsyncDisposable
{
    private const int BatchFiles = 8192;
    private const int BatchBlobs = 16 * 1024;
    private const uint WhileIncomplete = 0x1c0;

    private readonly DirectoryCache _directories;
    private readonly RestoreOptions _options;
    private readonly RestoreTally _tally;
    private readonly BatchWriter _writer;
    private readonly HardLinks _links = new();
    private readonly DirectoryFinisher _finisher;
    private readonly HashSet<TreePath> _blocked = [];
    private List<FileWork> _batch = [];
    private int _batchBlobs;
    private CheckedBatch? _checking;

    public RestoreRun(BlobReader blobs, DirectoryHandle target, RestoreOptions options, RestoreTally tally)
    {
        _directories = new(target);
        _options = options;
        _tally = tally;
        _finisher = new(_directories, tally, options.RootNode);
        _writer = new(blobs, new()
        {
            Target = _directories,
            Live = _directories,
            Tally = tally,
            PatchFrom = options.PatchFrom,
            Unchanged = Keep,
        });
    }

    public async Task TakeAsync(TreeChange change, CancellationToken cancellationToken)
    {
        try
        {
            Take(change, cancellationToken);
        }
        catch (FileSystemException e)
        {
            _tally.Fail(change.Directory, change.Name, e);
            Block(change);
        }

        if (_batch.Count >= BatchFiles || _batchBlobs >= BatchBlobs)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task<RestoreOutcome> EndAsync(CancellationToken cancellationToken)
    {
        while (_batch.Count > 0 || _checking is not null)
        {
            // Keeping a file may turn out to mean writing it: such files are a further batch.
            await FlushAsync(cancellationToken);
        }

        foreach (var directory in _links.Link(_directories, _tally))
        {
            _finisher.Touched(directory);
        }

        _finisher.Finish(cancellationToken);
        // Errors of writing that the kernel put off are told here or never.
        _directories.Root.SyncFileSystem();
        return _tally.End();
    }

    public async ValueTask DisposeAsync()
    {
        if (_checking is { } cutShort)
        {
            // Files are still being read below the directories.
            await cutShort.Check.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _directories.Dispose();
    }

    private void Take(TreeChange change, CancellationToken cancellationToken)
    {
        if (IsBlocked(change.Directory))
        {
            return;
        }

        if (change.Unreadable is { } reason)
        {
            _tally.Fail(change.Directory, change.Name, reason);
        }

        if (change.After is not { } node)
        {
            TakeExtra(change, cancellationToken);
        }
        else if (node.Type == NodeType.Directory)
        {
            TakeDirectory(change, node);
        }
        else if (MakeWay(change, cancellationToken) is var (free, before) && free && !_links.IsFurtherName(change.Directory, node))
        {
            TakeEntry(change, node, before);
        }
    }

    private void TakeExtra(TreeChange change, CancellationToken cancellationToken)
    {
        if (_options.ExtraEntries == ExtraEntries.Keep && !OwnNames.IsTemporary(change.Name))
        {
            return;
        }

        using var directory = _directories.Open(change.Directory);
        TreeRemover.Remove(directory.Handle, change.Name, cancellationToken);
        _finisher.Touched(change.Directory);
        _tally.Removed();
    }

    private void TakeDirectory(TreeChange change, Node node)
    {
        if (change.Before?.Type != NodeType.Directory)
        {
            using var directory = _directories.Open(change.Directory);
            if (change.Before is not null)
            {
                directory.Handle.RemoveFileIfThere(node.Name);
            }

            directory.Handle.CreateDirectory(node.Name, WhileIncomplete);
            _finisher.Touched(change.Directory);
        }

        // What is in it comes later; its owner, mode and times at the end.
        _finisher.Add(change.Directory, node);
    }

    /// <summary>A directory where the snapshot has something else goes when it is empty or may be removed.</summary>
    private (bool Free, Node? Before) MakeWay(TreeChange change, CancellationToken cancellationToken)
    {
        if (change.Before?.Type != NodeType.Directory)
        {
            return (true, change.Before);
        }

        using var directory = _directories.Open(change.Directory);
        if (_options.ExtraEntries == ExtraEntries.Remove)
        {
            TreeRemover.Remove(directory.Handle, change.Name, cancellationToken);
        }
        else if (!directory.Handle.TryRemoveEmptyDirectory(change.Name))
        {
            const string message = "A directory with files the snapshot does not have is in the way. It was left alone.";
            _tally.Fail(change.Directory, change.Name, RestoreProblemKind.InTheWay, message);
            return (false, null);
        }

        _finisher.Touched(change.Directory);
        return (true, null);
    }

    private void TakeEntry(TreeChange change, Node node, Node? before)
    {
        const ChangeAspects content = ChangeAspects.Type | ChangeAspects.Content | ChangeAspects.ContentUnproven;
        var otherContent = before is null || (change.Aspects & content) != ChangeAspects.None;
        // An inode with names the snapshot knows nothing of is not ours to change, and one that stays for another file is not this one's.
        var shared = before is not null && ((!change.IsEqual && IsShared(before, node)) || (!otherContent && !_links.MayStay(before)));
        if (node.Type == NodeType.File && (otherContent || shared))
        {
            _tally.Progress.Plan((long)node.Size);
            Enqueue(new()
            {
                Directory = change.Directory,
                Name = node.Name,
                Node = node,
                Live = otherContent && before?.Type == NodeType.File ? before : null,
                LiveDirectory = change.Directory,
                Replaces = before is not null,
                Aspects = change.Aspects,
            });
            _finisher.Touched(change.Directory);
            return;
        }

        using var directory = _directories.Open(change.Directory);
        if (otherContent || shared)
        {
            SpecialWriter.Write(directory.Handle, node, node.Name, before is not null);
            _finisher.Touched(change.Directory);
        }
        else if (!change.IsEqual)
        {
            MetadataWriter.ApplyByName(directory.Handle, node.Name, node, change.Aspects);
        }
    }

    private static bool IsShared(Node live, Node node) => live.Links > 1 && live.Links > node.Links;

    private void Enqueue(FileWork file)
    {
        _batch.Add(file);
        _batchBlobs += file.Content.Length;
    }

    /// <summary>The live file has the content: only what else differs is put right.</summary>
    private void Keep(FileWork file)
    {
        try
        {
            var metadata = file.Aspects & ChangeAspects.Metadata;
            if ((metadata != ChangeAspects.None && IsShared(file.Live!, file.Node)) || !_links.MayStay(file.Live!))
            {
                Enqueue(new() { Directory = file.Directory, Name = file.Name, Node = file.Node, LiveDirectory = file.Directory, Replaces = true });
                return;
            }

            if (metadata != ChangeAspects.None)
            {
                using var directory = _directories.Open(file.Directory);
                MetadataWriter.ApplyByName(directory.Handle, file.Name, file.Node, metadata);
            }

            _tally.Unchanged(file.Length);
        }
        catch (FileSystemException e)
        {
            _writer.Fail(file, e);
        }
    }

    /// <summary>Files are compared while the walk gathers the next; they are written between two stretches of it.</summary>
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var before = _checking;
        _checking = _batch.Count > 0 ? _writer.BeginCheck(_batch, cancellationToken) : null;
        _batch = [];
        _batchBlobs = 0;
        if (before is null)
        {
            return;
        }

        await _writer.WriteAsync(before, cancellationToken);
        foreach (var file in before.Files)
        {
            if (file.HasFailed)
            {
                _links.Failed(file.Node);
            }
        }
    }

    private void Block(TreeChange change)
    {
        if (change.Entered is { } directory)
        {
            _blocked.Add(directory);
        }
    }

    /// <summary>Whether a directory further up could not be made: it was told, what is in it is not told one by one.</summary>
    private bool IsBlocked(TreePath directory)
    {
        if (_blocked.Count > 0)
        {
            for (var at = directory; at is not null; at = at.Parent)
            {
                if (_blocked.Contains(at))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
