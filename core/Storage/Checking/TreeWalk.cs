using System.Collections.Concurrent;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Checking;

/// <summary>A blob that a tree or snapshot names and that can't be had.</summary>
internal readonly record struct LostBlob(BlobId Id, BlobKind Kind, string Reason, bool IsDamaged);

/// <summary>
/// Visits every tree that can be reached from some roots once, on several threads, and marks every blob that is needed. What can't be read
/// is noted and the walk goes on.
/// </summary>
internal sealed class TreeWalk(TreeLoader trees, BlobIndex index, int workers)
{
    private readonly ConcurrentStack<TreeId> _open = new();
    private readonly ConcurrentDictionary<(BlobId, BlobKind), LostBlob> _lost = new();
    private readonly SemaphoreSlim _available = new(0);
    private long _pending;
    private long _trees;

    /// <summary>Every needed blob that is in the index, by the handle of its first entry.</summary>
    public HandleSet Needed { get; } = new(index.HandleLimit);

    /// <summary>Needed blobs that are in no pack, and trees that can't be read.</summary>
    public IReadOnlyCollection<LostBlob> Lost => [.. _lost.Values];

    /// <summary>Trees visited so far.</summary>
    public long Trees => Interlocked.Read(ref _trees);

    public async Task RunAsync(IEnumerable<TreeId> roots, Action<long>? progress, CancellationToken cancellationToken)
    {
        // The walk itself counts as one, so that it can't end before the roots are in.
        _pending = 1;
        foreach (var root in roots)
        {
            NeedTree(root);
        }

        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tasks = Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(progress, siblings), siblings.Token)).ToArray();
        Done();
        await Task.WhenAll(tasks);
    }

    private async Task WorkAsync(Action<long>? progress, CancellationTokenSource siblings)
    {
        try
        {
            while (true)
            {
                await _available.WaitAsync(siblings.Token);
                if (!_open.TryPop(out var id))
                {
                    return;
                }

                await VisitAsync(id, siblings.Token);
                progress?.Invoke(Interlocked.Increment(ref _trees));
                Done();
            }
        }
        catch
        {
            await siblings.CancelAsync();
            throw;
        }
    }

    private async Task VisitAsync(TreeId id, CancellationToken cancellationToken)
    {
        Tree tree;
        try
        {
            tree = await trees.LoadAsync(id, cancellationToken);
        }
        catch (RepositoryDamagedException e)
        {
            _lost.TryAdd((id.Blob, BlobKind.Tree), new LostBlob(id.Blob, BlobKind.Tree, e.Message, IsDamaged: true));
            return;
        }

        foreach (var node in tree.Nodes)
        {
            if (node.Subtree is { } subtree)
            {
                NeedTree(subtree);
            }
            else if (node.Type == NodeType.Directory)
            {
                _lost.TryAdd((id.Blob, BlobKind.Tree), new LostBlob(id.Blob, BlobKind.Tree, "A directory in it names no tree.", IsDamaged: true));
            }

            foreach (var blob in node.Content ?? [])
            {
                Need(blob, BlobKind.Data);
            }
        }
    }

    private void NeedTree(TreeId id)
    {
        if (Need(id.Blob, BlobKind.Tree))
        {
            Interlocked.Increment(ref _pending);
            _open.Push(id);
            _available.Release();
        }
    }

    /// <summary>Marks a blob; true when it is there and was not marked before.</summary>
    private bool Need(BlobId id, BlobKind kind)
    {
        var handle = index.HandleOf(id, kind);
        if (handle != BlobIndex.None)
        {
            return Needed.Add(handle);
        }

        _lost.TryAdd((id, kind), new LostBlob(id, kind, "It is in no pack.", IsDamaged: false));
        return false;
    }

    /// <summary>The last one to finish lets all workers go.</summary>
    private void Done()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _available.Release(workers);
        }
    }
}
