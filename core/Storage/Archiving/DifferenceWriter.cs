using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Makes a tree of the last pass's tree and a copied difference: blocks that are the same keep their blobs, copied bytes are cut, hashed and
/// written, directories that differ get new trees. Touches no file of the server.
/// </summary>
internal sealed class DifferenceWriter(CopiedDifference difference, TreeId last, TreeLoader loader, ChunkingPolicy chunking, NodeFactory nodes, TreeFinisher trees)
{
    private Node Whole => NodeFactory.Made([], NodeType.Directory, default, subtree: last);

    /// <summary>Counts of what differs from the last pass, to be added to its own.</summary>
    public DifferenceCounts Counts { get; } = new();

    /// <summary>Finds the nodes the last pass made of the files that differ; with them unchanged blocks are named.</summary>
    public async Task FindBeforeAsync(CancellationToken cancellationToken)
    {
        foreach (var root in difference.Roots.Where(root => root.IsChanged))
        {
            var node = root.Target.Length == 0 ? Whole : await loader.FindAsync(last, root.Target, cancellationToken);
            if (root.Folder is { } folder)
                await FindBeforeAsync(folder, node, cancellationToken);
            else if (root.Entry?.File is { } file)
                file.Before = node;
        }
    }

    /// <summary>Cuts and writes one file; several at once, each worker with its lane.</summary>
    public async Task WriteFileAsync(SeenFile file, BlobLane lane, BlockComparer comparer, CancellationToken cancellationToken)
    {
        if (file.IsLost || file.Handle is null)
            return;
        List<BlobId> blobs = [];
        var size = 0L;
        var chunker = chunking.For(file.Name, file.Status.Size, file.Head);
        var known = file.Before?.Content?.Length == file.Known?.Count ? file.Known : null;
        for (var i = 0; i < file.Stretches.Length; i++)
        {
            var stretch = file.Clone is { } clone ? ReadClone(file, clone, i, comparer) : file.Stretches[i];
            if (stretch is null)
                break;
            foreach (var (range, stored) in stretch.Ranges)
            {
                if (!range.IsSame)
                    await WriteAsync(file, lane, chunker, range, stored, blobs, cancellationToken);
                else if (known is not null)
                    blobs.AddRange(file.Before!.Content.AsSpan(range.FirstBlock, range.Blocks));
                else
                    throw new InvalidOperationException("Blocks are the same as before of a file that was not there.");
            }

            size += stretch.Bytes;
        }

        file.Node = nodes.Create(file.Name, file.Status, file.Attributes, content: [.. blobs], size: (ulong)size);
    }

    /// <summary>Makes the trees, up to the root, which comes back with its nodes.</summary>
    public async Task<(TreeId Tree, IReadOnlyList<Node> Nodes)> WriteTreesAsync(CancellationToken cancellationToken)
    {
        var changed = difference.Roots.Where(root => root.IsChanged).ToList();
        var top = await loader.LoadAsync(last, cancellationToken);
        if (changed.Count == 0)
            return (last, top.Nodes);
        if (changed is [{ Target.Length: 0, Folder: { } whole }])
        {
            var all = await ToNodesAsync(whole, top, cancellationToken);
            return (await trees.WriteAsync(all, cancellationToken), all);
        }

        var made = await GraftAsync(top.Nodes, [], changed, cancellationToken);
        return (await trees.WriteAsync(made, cancellationToken), made);
    }

    private async Task FindBeforeAsync(SeenFolder folder, Node? node, CancellationToken cancellationToken)
    {
        var tree = node?.Subtree is { } id ? await loader.LoadAsync(id, cancellationToken) : null;
        foreach (var entry in folder.Entries)
        {
            if (entry.File is { } file)
                file.Before = tree?.Find(entry.Name);
            else if (entry.Folder is { IsChanged: true } below)
                await FindBeforeAsync(below, tree?.Find(entry.Name), cancellationToken);
        }
    }

    private CopiedStretch? ReadClone(SeenFile file, FileHandle clone, int stretch, BlockComparer comparer)
    {
        var start = stretch * FileReader.StretchLength;
        var end = stretch == file.Stretches.Length - 1 ? file.Status.Size : Math.Min(start + FileReader.StretchLength, file.Status.Size);
        var list = new RangeList();
        var bytes = DifferenceCopier.Compare(clone, file.Known, file.Ranges!, file.Status.Size, start, end, comparer, list);
        return new CopiedStretch([.. list.Ranges.Select(range => new CopiedRange(range, -1))], bytes);
    }

    /// <summary>Cuts a run of bytes that changed; where it ends, an old cut goes on.</summary>
    private async Task WriteAsync(
        SeenFile file, BlobLane lane, IChunker chunker, FileRange range, long stored, List<BlobId> blobs, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(2 * ChunkingPolicy.MaximumChunkSize);
        try
        {
            long read = 0, cut = 0;
            int from = 0, filled = 0;
            while (cut < range.Length)
            {
                if (filled - from < chunker.MaximumSize && read < range.Length)
                {
                    buffer.AsSpan(from, filled - from).CopyTo(buffer);
                    (filled, from) = (filled - from, 0);
                    var length = (int)Math.Min(buffer.Length - filled, range.Length - read);
                    Read(file, range.Offset + read, stored < 0 ? -1 : stored + read, buffer.AsSpan(filled, length));
                    read += length;
                    filled += length;
                }

                var chunk = buffer.AsMemory(from, chunker.FindCut(buffer.AsSpan(from, filled - from), range.Offset + cut));
                var id = new BlobId(ObjectId.Hash(chunk.Span));
                await lane.WriteAsync(id, chunk, cancellationToken);
                blobs.Add(id);
                from += chunk.Length;
                cut += chunk.Length;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Read(SeenFile file, long offset, long stored, Span<byte> buffer)
    {
        if (stored >= 0)
            difference.Store.Read(stored, buffer);
        else if (file.Clone!.ReadAt(offset, buffer) < buffer.Length)
            throw new InvalidDataException("A clone of a file is shorter than it was.");
    }

    private async Task<List<Node>> GraftAsync(IReadOnlyList<Node> before, byte[] path, IReadOnlyList<DifferenceRoot> changed, CancellationToken cancellationToken)
    {
        var made = before.ToList();
        var depth = path.Length == 0 ? 0 : path.Length + 1;
        foreach (var group in changed.GroupBy(root => new PathBytes(NextName(root.Target, depth))))
        {
            var name = group.Key.Bytes.ToArray();
            var at = made.FindIndex(node => node.Name.AsSpan().SequenceEqual(name));
            var old = at < 0 ? null : made[at];
            var below = PathText.Join(path, name);
            var own = group.FirstOrDefault(root => root.Target.Length == below.Length);
            Node? now;
            if (own is not null)
            {
                now = own.Folder is { } folder ? (await ToNodeAsync(folder, old, cancellationToken))?.Renamed(name) : ToNode(own.Entry, old)?.Renamed(name);
            }
            else
            {
                var tree = old?.Subtree is { } id ? await loader.LoadAsync(id, cancellationToken) : new Tree([]);
                var subtree = await trees.WriteAsync(await GraftAsync(tree.Nodes, below, [.. group], cancellationToken), cancellationToken);
                now = NodeFactory.Made(name, NodeType.Directory, default, subtree: subtree);
            }

            Replace(made, at, now);
        }

        made.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return made;
    }

    private static byte[] NextName(byte[] target, int from)
    {
        var rest = target.AsSpan(from);
        var slash = rest.IndexOf((byte)'/');
        return (slash < 0 ? rest : rest[..slash]).ToArray();
    }

    private static void Replace(List<Node> nodes, int at, Node? now)
    {
        if (now is not null && at >= 0)
            nodes[at] = now;
        else if (now is not null)
            nodes.Add(now);
        else if (at >= 0)
            nodes.RemoveAt(at);
    }

    private async Task<Node?> ToNodeAsync(SeenFolder folder, Node? old, CancellationToken cancellationToken)
    {
        if (!folder.IsChanged && old is not null)
            return old;
        if (folder.IsLost)
            return null;
        var before = old?.Subtree is { } id ? await loader.LoadAsync(id, cancellationToken) : new Tree([]);
        var subtree = await trees.WriteAsync(await ToNodesAsync(folder, before, cancellationToken), cancellationToken);
        return nodes.Create(folder.Name, folder.Status, folder.IsOwnSame && old is not null ? old.ExtendedAttributes : folder.Attributes, subtree: subtree);
    }

    private async Task<List<Node>> ToNodesAsync(SeenFolder folder, Tree before, CancellationToken cancellationToken)
    {
        List<Node> made = [];
        foreach (var entry in folder.Entries)
        {
            var was = before.Find(entry.Name);
            var node = entry.IsSame ? was
                : entry.Folder is { } below ? await ToNodeAsync(below, was, cancellationToken)
                : ToNode(entry, was);
            if (node is not null)
                made.Add(node);
        }

        foreach (var gone in before.Nodes.Where(node => !IsIn(folder.Entries, node.Name)))
            await CountRemovedAsync(gone, folder.Record, cancellationToken);
        Counts.Folder(folder.Record?.Counted ?? Counted.No);
        return made;
    }

    private static bool IsIn(List<SeenEntry> sorted, byte[] name)
    {
        int low = 0, high = sorted.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = sorted[middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private async Task CountRemovedAsync(Node gone, FolderRecord? record, CancellationToken cancellationToken)
    {
        var at = record?.Find(BlockHash.OfName(gone.Name), 0) ?? -1;
        var entry = at < 0 ? default : record!.Entries[at];
        var below = entry.Content as FolderRecord;
        Counts.Removed(below?.Counted ?? entry.Counted, gone);
        if (gone.Subtree is not { } tree)
            return;
        foreach (var node in (await loader.LoadAsync(tree, cancellationToken)).Nodes)
            await CountRemovedAsync(node, below, cancellationToken);
    }

    private Node? ToNode(SeenEntry? entry, Node? was)
    {
        if (entry?.Made is { } made)
            return made;
        if (entry?.File is not { } file)
            return null;
        Counts.File(file.Counted, file.Node, was);
        return file.Node;
    }
}
