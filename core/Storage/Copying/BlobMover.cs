using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Pruning;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Copying;

/// <summary>Moves what a tree needs and the target lacks, pack by pack of the source. For one thread.</summary>
internal sealed class BlobMover
{
    private readonly BlobIndex _from;
    private readonly BlobIndex _to;
    private readonly TreeLoader _trees;
    private readonly PackCopier _copier;
    private readonly BlobLane _data;
    private readonly BlobLane _treeLane;
    private readonly HashSet<TreeId> _seen = [];
    private long _found;

    public BlobMover(OpenRepository source, BlobIndex from, BlobIndex to, BlobWriter writer)
    {
        var reader = new BlobReader(source, from);
        (_from, _to) = (from, to);
        _trees = new TreeLoader(reader);
        (_data, _treeLane) = (writer.OpenLane(BlobKind.Data), writer.OpenLane(BlobKind.Tree));
        _copier = new PackCopier(source, reader, _data, _treeLane);
    }

    public long Blobs => _data.Blobs + _treeLane.Blobs;

    /// <summary>Bytes in the source's packs that were found missing so far.</summary>
    public long BytesFound => _found;

    public long BytesSinceFlush { get; set; }

    /// <summary>Moves what is missing below a tree. A tree that is there may lack what is below it, so every tree is looked at once.</summary>
    /// <exception cref="RepositoryDamagedException">The source lacks something; what was moved is no harm.</exception>
    public async Task MoveAsync(TreeId root, Action<long> progress, CancellationToken cancellationToken)
    {
        var looked = new List<TreeId>();
        try
        {
            await MoveAsync(root, looked, progress, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            // What lies below these may not be there now: the next snapshot that has one must look itself.
            _seen.ExceptWith(looked);
            throw;
        }
    }

    private async Task MoveAsync(TreeId root, List<TreeId> looked, Action<long> progress, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<PackId, List<PackEntry>>();
        var needed = new HashSet<(BlobId, BlobKind)>();
        var left = new Stack<TreeId>([root]);
        while (left.TryPop(out var id))
        {
            if (!_seen.Add(id))
                continue;
            looked.Add(id);
            Need(id.Blob, BlobKind.Tree, needed, missing);
            foreach (var node in (await _trees.LoadAsync(id, cancellationToken)).Nodes)
            {
                if (node.Subtree is { } below)
                    left.Push(below);
                foreach (var blob in node.Content ?? [])
                    Need(blob, BlobKind.Data, needed, missing);
            }
        }

        foreach (var entries in missing.Values)
        {
            entries.Sort((a, b) => a.At.Offset.CompareTo(b.At.Offset));
            await CopyAsync(entries, cancellationToken);
            BytesSinceFlush += entries.Sum(entry => (long)entry.At.Length);
            progress(_data.PackedBytes + _treeLane.PackedBytes);
        }
    }

    private async Task CopyAsync(List<PackEntry> entries, CancellationToken cancellationToken)
    {
        var pack = new RepositoryFile(FileKind.Pack, entries[0].At.Pack.Value);
        try
        {
            await _copier.CopyAsync(entries, cancellationToken);
        }
        catch (BackendException e) when (e.File == pack && e.Failure is (BackendFailure.NotFound or BackendFailure.WrongSize or BackendFailure.Broken))
        {
            throw new RepositoryDamagedException($"Pack {pack.Id.ToShortString()} is missing, cut short or not readable.", pack, inner: e);
        }
    }

    private void Need(BlobId id, BlobKind kind, HashSet<(BlobId, BlobKind)> needed, Dictionary<PackId, List<PackEntry>> missing)
    {
        if (_to.Contains(id, kind) || !needed.Add((id, kind)))
            return;
        var handle = _from.HandleOf(id, kind);
        if (handle == BlobIndex.None)
            throw new RepositoryDamagedException($"The {(kind == BlobKind.Tree ? "tree" : "piece")} {id.Value.ToShortString()} is in no pack.", blob: id);
        var blob = _from.BlobAt(handle);
        _found += blob.Location.Length;
        if (!missing.TryGetValue(blob.Location.Pack, out var entries))
            missing.Add(blob.Location.Pack, entries = []);
        entries.Add(new PackEntry(handle, blob));
    }
}
