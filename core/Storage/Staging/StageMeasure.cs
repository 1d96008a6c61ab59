using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Restoring;

namespace SnapshotBot.Storage.Staging;

/// <summary>Adds up what a staging would write. Makes nothing.</summary>
internal sealed class StageMeasure : IDisposable
{
    private const int BatchFiles = 8192;

    private readonly StageScope _scope;
    private readonly ContentProof _proof;
    private readonly FileIdentity _root;
    private readonly DirectoryCache _live;
    private readonly BatchPlanner _planner;
    private readonly HashSet<(ulong Device, ulong Inode)> _linked = [];
    private List<FileWork> _batch = [];
    private long _bytes;

    public StageMeasure(BlobReader blobs, StageScope scope, DirectoryHandle live, ContentProof proof)
    {
        _scope = scope;
        _proof = proof;
        _root = live.Status().Identity;
        _live = new(live);
        _planner = new(blobs, new() { Target = _live, Live = _live, Tally = new(new()), PatchFrom = long.MaxValue, Unchanged = static _ => { } });
    }

    public async Task TakeAsync(TreeChange change, CancellationToken cancellationToken)
    {
        const ChangeAspects content = ChangeAspects.Type | ChangeAspects.Content | ChangeAspects.ContentUnproven;
        if (change.IsEqual
            || change.After is not { Type: NodeType.File } node
            || _scope.Standing.Forbid(change, _root)
            || !_scope.Selection.Contains(change.ToPath())
            || (change.Before is { } before && (change.Aspects & content) == ChangeAspects.None && (before.Links < 2 || before.Links <= node.Links))
            || (node.Links > 1 && !_linked.Add((node.DeviceId, node.Inode))))
        {
            return;
        }

        if (_proof == ContentProof.Status)
        {
            _bytes += AlignedBuffer.RoundUp((long)node.Size);
            return;
        }

        // Only where nothing but the content can tell is it worth to be read.
        var isUnproven = change.Before?.Type == NodeType.File && (change.Aspects & content) == ChangeAspects.ContentUnproven;
        _batch.Add(new() { Directory = change.Directory, Name = node.Name, Node = node, Live = isUnproven ? change.Before : null, LiveDirectory = change.Directory });
        if (_batch.Count >= BatchFiles)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task<long> EndAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        return _bytes;
    }

    public void Dispose() => _live.Dispose();

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var files = _batch;
        _batch = [];
        _bytes += await _planner.MeasureAsync(files, cancellationToken);
    }
}
