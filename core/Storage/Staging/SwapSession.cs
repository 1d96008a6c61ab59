using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>Steps in one live tree. The three places of a step, and the inodes in them, tell what has happened.</summary>
internal sealed class SwapSession(SwapTree tree, Func<byte[], DirectoryHandle> open, Action? afterChange) : IDisposable
{
    private const uint WhileRemade = 0x1c0;

    private readonly DirectoryHandle _live = open(tree.LivePath);
    private readonly DirectoryHandle _staging = open(tree.StagingPath);
    private byte[] _parentPath = [];
    private DirectoryHandle? _parent;

    private enum State
    {
        NotDone,

        /// <summary>What was live is aside, what is staged is not yet in its place: only where two entries can't change places at once.</summary>
        Half,

        Done,

        /// <summary>Something else is there.</summary>
        Strange,
    }

    /// <summary>Does a step unless it is done.</summary>
    public void Do(SwapEntry entry)
    {
        if (entry.Action == SwapAction.Describe)
        {
            return;
        }

        var (parent, name) = Find(entry.Path);
        switch (Look(entry, parent, name))
        {
            case State.Done:
                return;
            case State.Strange:
                throw new FileSystemException(0, "Exchanging", entry.Path, FileSystemFailure.AlreadyExists);
            case State.Half:
                Change(() => Move(_staging, entry.StagedName, parent, name));
                return;
        }

        switch (entry.Action)
        {
            case SwapAction.Add:
                Change(() => Move(_staging, entry.StagedName, parent, name));
                break;
            case SwapAction.Remove:
                Change(() => Move(parent, name, _staging, entry.AsideName));
                break;
            default:
                Replace(entry, parent, name);
                break;
        }
    }

    /// <summary>
    /// Undoes a step unless it is not done, also when a program that ran on what was swapped in has replaced or removed it since. False when
    /// that can't be: <see cref="HoldsOriginalOf"/> tells whether what belongs there is in the staging area.
    /// </summary>
    public bool TryUndo(SwapEntry entry)
    {
        if (entry.Action == SwapAction.Describe)
        {
            return true;
        }

        try
        {
            if (!TryFind(entry, out var parent, out var name))
            {
                return entry.Action == SwapAction.Add;
            }

            var state = Look(entry, parent, name);
            if (state == State.Strange)
            {
                return TryPutBack(entry, parent, name);
            }

            if (state != State.NotDone)
            {
                Undo(entry, state, parent, name);
            }

            return true;
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath || e.Failure == FileSystemFailure.AlreadyExists)
        {
            return false;
        }
    }

    /// <summary>Whether what was live before a step lies in the staging area.</summary>
    public bool HoldsOriginalOf(SwapEntry entry) => OriginalName(entry) is not null;

    /// <summary>Sets owners, modes, times and attributes; moving entries has changed the times of their directories.</summary>
    /// <param name="choose">What of an entry to set.</param>
    /// <param name="folders">Whether a folder is another one than the manifest knew.</param>
    public void Describe(Func<SwapEntry, SwapMetadata> choose, OtherFolders folders)
    {
        foreach (var entry in tree.Entries)
        {
            if (entry.Action != SwapAction.Describe)
            {
                continue;
            }

            if (entry.Path.Length == 0)
            {
                Change(() => MetadataWriter.Apply(_live, ToNode(NodeType.Directory, choose(entry))));
                continue;
            }

            var (parent, name) = TryFindFor(entry);
            if (parent is not null && parent.TryStat(name, out var status)
                && (status.Inode == entry.LiveInode || (folders == OtherFolders.StandForTheirs && status.Type == FileType.Directory)))
            {
                Change(() => MetadataWriter.ApplyByName(parent, name, ToNode(LiveTreeSource.TypeOf(status.Type), choose(entry)), ChangeAspects.Metadata));
            }
        }
    }

    /// <summary>Makes every name that moved durable.</summary>
    public void Sync()
    {
        var synced = new HashSet<Archiving.PathBytes>();
        foreach (var entry in tree.Entries)
        {
            var path = ParentOf(entry.Path);
            if (entry.Action != SwapAction.Describe && synced.Add(new(path)) && TryOpen(path) is { } directory)
            {
                using (directory)
                {
                    directory.Sync();
                }
            }
        }

        // One journal holds names and metadata alike: flushing either flushes what came before it.
        _live.Sync();
        _staging.Sync();
    }

    public void Dispose()
    {
        _parent?.Dispose();
        _live.Dispose();
        _staging.Dispose();
    }

    private void Replace(SwapEntry entry, DirectoryHandle parent, byte[] name)
    {
        try
        {
            Change(() => parent.Exchange(name, _staging, entry.StagedName));
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.NotSupported)
        {
            Change(() => Move(parent, name, _staging, entry.AsideName));
            Change(() => Move(_staging, entry.StagedName, parent, name));
        }
    }

    private void Undo(SwapEntry entry, State state, DirectoryHandle parent, byte[] name)
    {
        var exchanged = state == State.Done && entry.Action == SwapAction.Replace && InodeAt(_staging, entry.StagedName) == entry.LiveInode;
        if (exchanged)
        {
            Change(() => parent.Exchange(name, _staging, entry.StagedName));
            return;
        }

        if (state == State.Done && entry.Action != SwapAction.Remove)
        {
            Change(() => Move(parent, name, _staging, entry.StagedName));
        }

        if (entry.Action != SwapAction.Add)
        {
            Change(() => Move(_staging, entry.AsideName, parent, name));
        }
    }

    /// <summary>What a program put in the place of what was swapped in goes to the staging area, what was live before comes back.</summary>
    private bool TryPutBack(SwapEntry entry, DirectoryHandle parent, byte[] name)
    {
        if (entry.Action == SwapAction.Replace && InodeAt(parent, name) == entry.LiveInode)
        {
            // Back already: a taking back before this one was cut off.
            return true;
        }

        var original = OriginalName(entry);
        var wasDone = entry.Action == SwapAction.Add ? InodeAt(_staging, entry.StagedName) == 0 : original is not null;
        if (!wasDone)
        {
            return false;
        }

        if (InodeAt(parent, name) != 0)
        {
            Change(() => Move(parent, name, _staging, [.. entry.AsideName, .. entry.StagedName, .. "-found"u8]));
        }

        if (original is not null)
        {
            Change(() => Move(_staging, original, parent, name));
        }

        return true;
    }

    private byte[]? OriginalName(SwapEntry entry) => entry.Action is SwapAction.Replace or SwapAction.Remove
        ? ((byte[][])[entry.StagedName, entry.AsideName]).FirstOrDefault(name => name.Length > 0 && InodeAt(_staging, name) == entry.LiveInode)
        : null;

    private State Look(SwapEntry entry, DirectoryHandle parent, byte[] name)
    {
        var live = InodeAt(parent, name);
        var staged = entry.StagedName.Length > 0 ? InodeAt(_staging, entry.StagedName) : 0;
        var aside = entry.AsideName.Length > 0 ? InodeAt(_staging, entry.AsideName) : 0;
        return entry.Action switch
        {
            SwapAction.Add when live == entry.StagedInode => State.Done,
            SwapAction.Add when live == 0 && staged == entry.StagedInode => State.NotDone,
            SwapAction.Remove when live == entry.LiveInode => State.NotDone,
            SwapAction.Remove when live == 0 && aside == entry.LiveInode => State.Done,
            SwapAction.Replace when live == entry.StagedInode && (staged == entry.LiveInode || aside == entry.LiveInode) => State.Done,
            SwapAction.Replace when live == entry.LiveInode && staged == entry.StagedInode => State.NotDone,
            SwapAction.Replace when live == 0 && aside == entry.LiveInode && staged == entry.StagedInode => State.Half,
            _ => State.Strange,
        };
    }

    private static ulong InodeAt(DirectoryHandle directory, byte[] name) => directory.TryStat(name, out var status) ? status.Inode : 0;

    private static void Move(DirectoryHandle from, byte[] name, DirectoryHandle to, byte[] newName)
    {
        try
        {
            from.RenameNoReplace(name, to, newName);
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.NotSupported)
        {
            // Nothing runs in here and the new name was looked at: there is nothing to replace.
            from.Rename(name, to, newName);
        }
    }

    private void Change(Action act)
    {
        act();
        afterChange?.Invoke();
    }

    private (DirectoryHandle Parent, byte[] Name) Find(byte[] path)
    {
        var parentPath = ParentOf(path);
        var name = path[(parentPath.Length == 0 ? 0 : parentPath.Length + 1)..];
        if (_parent is null || !parentPath.AsSpan().SequenceEqual(_parentPath))
        {
            _parent?.Dispose();
            _parent = null;
            _parent = parentPath.Length == 0 ? _live.Reopen() : _live.OpenBeneath(parentPath);
            _parentPath = parentPath;
        }

        return (_parent, name);
    }

    /// <summary>Finds a step's place; the folders on the way that a program removed are made again for what belongs there.</summary>
    private bool TryFind(SwapEntry entry, out DirectoryHandle parent, out byte[] name)
    {
        try
        {
            (parent, name) = Find(entry.Path);
            return true;
        }
        catch (FileSystemException e) when (e.IsNotFound)
        {
            if (!HoldsOriginalOf(entry))
            {
                (parent, name) = (_live, []);
                return false;
            }

            MakeFolders(ParentOf(entry.Path));
            (parent, name) = Find(entry.Path);
            return true;
        }
    }

    private (DirectoryHandle? Parent, byte[] Name) TryFindFor(SwapEntry entry)
    {
        try
        {
            return Find(entry.Path);
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath)
        {
            return (null, []);
        }
    }

    /// <summary>With the owner and mode of the folder they are in, for whom the manifest does not describe.</summary>
    private void MakeFolders(byte[] path)
    {
        if (path.Length == 0)
        {
            return;
        }

        using (var there = TryOpen(path))
        {
            if (there is not null)
            {
                return;
            }
        }

        var above = ParentOf(path);
        MakeFolders(above);
        using var parent = above.Length == 0 ? _live.Reopen() : _live.OpenBeneath(above);
        var name = path[(above.Length == 0 ? 0 : above.Length + 1)..];
        var like = parent.Status();
        Change(() =>
        {
            parent.CreateDirectory(name, WhileRemade);
            var node = new Node { Name = [], Type = NodeType.Directory, Permissions = (int)like.Mode, UserId = like.UserId, GroupId = like.GroupId };
            MetadataWriter.ApplyByName(parent, name, node, ChangeAspects.Mode | ChangeAspects.Owner);
        });
    }

    private DirectoryHandle? TryOpen(byte[] path)
    {
        try
        {
            return path.Length == 0 ? _live.Reopen() : _live.OpenBeneath(path);
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath)
        {
            return null;
        }
    }

    private static byte[] ParentOf(byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        return slash < 0 ? [] : path[..slash];
    }

    private static Node ToNode(NodeType type, SwapMetadata metadata) => new()
    {
        Name = [],
        Type = type,
        Permissions = (int)metadata.Mode,
        UserId = metadata.UserId,
        GroupId = metadata.GroupId,
        AccessedAt = metadata.Accessed,
        ModifiedAt = metadata.Modified,
        ExtendedAttributes = [.. metadata.Attributes],
    };
}

/// <summary>What a folder is that has the name of one in the manifest and is not that one.</summary>
internal enum OtherFolders
{
    /// <summary>Somebody else's, who replaced it: there is nothing to describe.</summary>
    AreOthers,

    /// <summary>Made again for what belongs in it, by this taking back or one before it that was cut off.</summary>
    StandForTheirs,
}
