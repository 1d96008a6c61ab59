using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// The top of a snapshot's tree, made of items: directories nobody's disk has, with items below. Walks them one after the other.
/// </summary>
internal sealed class ItemTree
{
    private readonly PassContext _pass;
    private readonly Branch _root = new() { Name = [] };
    private DirectoryScope? _rootScope;

    public ItemTree(IReadOnlyList<ArchiveItem> items, PassContext pass)
    {
        _pass = pass;
        foreach (var item in items)
        {
            Place(item);
        }
    }

    /// <summary>The root's nodes, after the walk and all reading.</summary>
    public Node?[] RootNodes => _rootScope?.Nodes ?? [];

    public Task WalkAsync(CancellationToken cancellationToken)
    {
        var parent = _pass.Options.Parent is { } tree ? NodeFactory.Made([], NodeType.Directory, default, subtree: tree) : null;
        _rootScope = Scope(_root, [], above: null, slot: 0, parent);
        return WalkAsync(_root, [], _rootScope, cancellationToken);
    }

    private void Place(ArchiveItem item)
    {
        var branch = _root;
        var rest = item.Target.AsSpan();
        while (!rest.IsEmpty)
        {
            var slash = rest.IndexOf((byte)'/');
            var name = slash < 0 ? rest : rest[..slash];
            if (!TreeReader.IsSafe(name))
            {
                throw new ArgumentException($"'{PathText.Show(item.Target)}' is no path in a snapshot.", nameof(item));
            }

            branch = branch.Child(name);
            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }

        if (item is ArchiveItem.Way way)
        {
            branch.Status = way.Status;
        }
        else
        {
            branch.Item = branch.Item is null && branch.IsLeaf
                ? item
                : throw new ArgumentException($"'{PathText.Show(item.Target)}' is named twice, or others are to be put below it.", nameof(item));
        }
    }

    private DirectoryScope Scope(Branch branch, byte[] path, DirectoryScope? above, int slot, Node? parent) => new()
    {
        Times = branch.Item is ArchiveItem.Folder folder ? folder.Times : FileTimes.Tell,
        Before = branch.Item is ArchiveItem.Folder ? _pass.Before?.Folders.GetValueOrDefault(new PathBytes(path)) : null,
        Above = above,
        Slot = slot,
        Name = branch.Name,
        ParentNode = parent,
        Status = branch.Status,
    };

    private async Task WalkAsync(Branch branch, byte[] path, DirectoryScope scope, CancellationToken cancellationToken)
    {
        if (branch.Item is ArchiveItem.Folder folder)
        {
            await WalkFolderAsync(folder, scope, cancellationToken);
            if (_pass.Record is { } record && scope.Record is { } remembered)
            {
                record.Folders[new PathBytes(path)] = remembered;
            }

            return;
        }

        scope.ParentTree = await _pass.LoadParentTreeAsync(scope.ParentNode, cancellationToken);
        var children = branch.Sorted();
        scope.Nodes = new Node?[children.Count];
        for (var i = 0; i < children.Count; i++)
        {
            await WalkChildAsync(children[i], PathText.Join(path, children[i].Name), scope, i, cancellationToken);
        }

        if (scope.End())
        {
            await _pass.Trees.FinishAsync(scope, cancellationToken);
        }
    }

    private async Task WalkFolderAsync(ArchiveItem.Folder folder, DirectoryScope scope, CancellationToken cancellationToken)
    {
        var own = folder.Started is null ? FolderListing.Start(folder.Root, folder.Target, _pass.Options.Excludes, _pass.Crew) : null;
        try
        {
            await new FolderWalk(_pass).WalkAsync(scope, (folder.Started ?? own!).Lister, cancellationToken);
        }
        finally
        {
            if (own is not null)
            {
                await own.DisposeAsync();
            }
        }
    }

    private async Task WalkChildAsync(Branch child, byte[] path, DirectoryScope scope, int slot, CancellationToken cancellationToken)
    {
        var parent = scope.ParentTree?.Find(child.Name);
        switch (child.Item)
        {
            case null or ArchiveItem.Folder:
                scope.Begin();
                await WalkAsync(child, path, Scope(child, path, scope, slot, parent), cancellationToken);
                break;
            case ArchiveItem.Kept kept:
                scope.Nodes[slot] = NodeFactory.Made(child.Name, NodeType.Directory, default, subtree: kept.Tree);
                break;
            case ArchiveItem.Streamed streamed:
                scope.Begin();
                await _pass.Work.Writer.WriteAsync(new Work.Stream(scope, slot, streamed), cancellationToken);
                break;
            case ArchiveItem.Content content:
                scope.Begin();
                await _pass.Work.Writer.WriteAsync(new Work.Stream(scope, slot, Streamed(content)), cancellationToken);
                break;
            case ArchiveItem.Entry entry:
                await EntryAsync(entry, child.Name, path, scope, slot, parent, cancellationToken);
                break;
        }
    }

    private static ArchiveItem.Streamed Streamed(ArchiveItem.Content content) => new(
        content.Target, _ => Task.FromResult<Stream>(new MemoryStream(content.Bytes.ToArray(), writable: false)), content.ModifiedAt);

    private async Task EntryAsync(ArchiveItem.Entry entry, byte[] name, byte[] path, DirectoryScope scope, int slot, Node? parent, CancellationToken cancellationToken)
    {
        scope.Begin();
        var single = new DirectoryScope
        {
            Above = scope,
            Slot = slot,
            Name = name,
            IsSingleEntry = true,
            Times = entry.Times,
            Before = _pass.Before?.Entries.GetValueOrDefault(new PathBytes(path)),
        };
        await new FolderWalk(_pass).WalkEntryAsync(single, entry.Directory, entry.Name, parent, cancellationToken);
        if (_pass.Record is { } record && single.Record is { } remembered)
        {
            record.Entries[new PathBytes(path)] = remembered;
        }
    }

    private sealed class Branch
    {
        private readonly List<Branch> _children = [];

        public required byte[] Name { get; init; }

        public ArchiveItem? Item { get; set; }

        public FileStatus? Status { get; set; }

        public bool IsLeaf => _children.Count == 0;

        public Branch Child(ReadOnlySpan<byte> name)
        {
            if (Item is not null)
            {
                throw new ArgumentException($"'{PathText.Show(Name)}' is an item already; nothing can be put below it.", nameof(name));
            }

            foreach (var child in _children)
            {
                if (child.Name.AsSpan().SequenceEqual(name))
                {
                    return child;
                }
            }

            var added = new Branch { Name = name.ToArray() };
            _children.Add(added);
            return added;
        }

        public IReadOnlyList<Branch> Sorted()
        {
            _children.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
            return _children;
        }
    }
}
