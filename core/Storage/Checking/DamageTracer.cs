using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Checking;

/// <summary>Finds the files that a set of blobs makes unrestorable. Runs only when something is broken. For one thread.</summary>
/// <remarks>What was found about a tree is kept, so a tree that many snapshots share is read once unless something in it is hurt.</remarks>
public sealed class DamageTracer(TreeLoader trees, IReadOnlySet<(BlobId Blob, BlobKind Kind)> broken)
{
    private readonly HashSet<TreeId> _sound = [];

    /// <summary>The hurt paths of a snapshot; null when it can be restored whole.</summary>
    public async Task<HurtSnapshot?> TraceAsync(StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        var hurt = new List<ReadOnlyMemory<byte>>();
        var count = 0L;
        await VisitAsync(snapshot.File.TreeId, [], path =>
        {
            if (count++ < RepositoryChecker.MostPaths)
            {
                hurt.Add(path);
            }
        }, cancellationToken);
        return count == 0 ? null : new HurtSnapshot(snapshot.Id, hurt, count - hurt.Count);
    }

    /// <summary>Whether nothing of a tree needs what is broken. Reads its trees, no contents of files.</summary>
    public Task<bool> IsSoundAsync(TreeId tree, CancellationToken cancellationToken) => VisitAsync(tree, [], static _ => { }, cancellationToken);

    /// <summary>True when all below the tree is sound.</summary>
    private async Task<bool> VisitAsync(TreeId id, byte[] path, Action<byte[]> hurt, CancellationToken cancellationToken)
    {
        if (_sound.Contains(id))
        {
            return true;
        }

        Tree tree;
        try
        {
            if (broken.Contains((id.Blob, BlobKind.Tree)))
            {
                hurt(path.Length == 0 ? "/"u8.ToArray() : path);
                return false;
            }

            tree = await trees.LoadAsync(id, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            hurt(path.Length == 0 ? "/"u8.ToArray() : path);
            return false;
        }

        var sound = true;
        foreach (var node in tree.Nodes)
        {
            byte[] below = [.. path, (byte)'/', .. node.Name];
            if (node.Subtree is { } subtree)
            {
                // Threads have small stacks and trees may be a thousand deep: let each level begin on its own.
                await Task.Yield();
                sound &= await VisitAsync(subtree, below, hurt, cancellationToken);
            }
            else if (node.Type == NodeType.Directory || (node.Content ?? []).Any(blob => broken.Contains((blob, BlobKind.Data))))
            {
                hurt(below);
                sound = false;
            }
        }

        if (sound)
        {
            _sound.Add(id);
        }

        return sound;
    }
}
