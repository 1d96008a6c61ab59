using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Makes trees of directories whose parts are all there, and so their node for the directory above, up to the root. Safe for several threads.</summary>
internal sealed class TreeFinisher(BlobLane lane, NodeFactory nodes, Tally tally) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly TreeWriter _writer = new();

    /// <summary>The root's tree, once everything is done.</summary>
    public TreeId? Root { get; private set; }

    /// <summary>A file is read or given up; when it was the last of its directory, that is finished too.</summary>
    public ValueTask EndFileAsync(PendingFile file, CancellationToken cancellationToken)
    {
        file.Scope.EndReading();
        return file.Scope.End() ? new ValueTask(FinishAsync(file.Scope, cancellationToken)) : ValueTask.CompletedTask;
    }

    /// <summary>Finishes a directory and every one above that waited for nothing else.</summary>
    public async Task FinishAsync(DirectoryScope scope, CancellationToken cancellationToken)
    {
        for (var at = scope; at is not null; at = at.Above)
        {
            var node = await ToNodeAsync(at, cancellationToken);
            if (at.Above is null)
            {
                Root = node?.Subtree;
                return;
            }

            at.Above.Nodes[at.Slot] = node;
            if (!at.Above.End())
            {
                return;
            }
        }
    }

    /// <summary>Writes a tree of nodes that are sorted.</summary>
    public async Task<TreeId> WriteAsync(IReadOnlyList<Node> sorted, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var json = _writer.Write(sorted);
            var id = new TreeId(ObjectId.Hash(json.Span));
            await lane.WriteAsync(id.Blob, json, cancellationToken);
            return id;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<Node?> ToNodeAsync(DirectoryScope scope, CancellationToken cancellationToken)
    {
        if (scope.IsLost)
        {
            return null;
        }

        if (scope.IsSingleEntry)
        {
            return scope.Nodes[0]?.Renamed(scope.Name);
        }

        WarnOfAttributes(scope);
        var same = IsSameAsParent(scope);
        var tree = same ? scope.ParentNode!.Subtree!.Value : await WriteAsync([.. scope.Nodes.OfType<Node>()], cancellationToken);
        tally.FolderDone(CountedOf(scope, same));
        if (scope.Status is not { } status)
        {
            return NodeFactory.Made(scope.Name, NodeType.Directory, default, subtree: tree);
        }

        return same && NodeFactory.IsUnchanged(scope.ParentNode!, status)
            ? scope.ParentNode!
            : nodes.Create(scope.Name, status, scope.Attributes, subtree: tree);
    }

    private void WarnOfAttributes(DirectoryScope scope)
    {
        foreach (var node in scope.Nodes)
        {
            foreach (var attribute in node?.ExtendedAttributes ?? [])
            {
                if (!attribute.CanBeKept)
                {
                    tally.Warn(
                        scope.PathOf(node!.Name), ArchiveTrouble.AttributeLeftOut,
                        $"Its extended attribute {PathText.Show(attribute.Name)} is not kept: the name is no text, and restic's format knows no other. All else of it is kept.");
                }
            }
        }
    }

    /// <summary>How a directory counts against the snapshot before, which for a later pass of a session is not its parent.</summary>
    private static Counted CountedOf(DirectoryScope scope, bool same)
    {
        var before = scope.Before?.Counted ?? Counted.No;
        var counted = before == Counted.New || scope.ParentNode is null ? Counted.New : !same || before == Counted.Changed ? Counted.Changed : Counted.Unmodified;
        if (scope.Record is { } record)
        {
            record.Counted = counted;
        }

        return counted;
    }

    /// <summary>Whether every node is the parent's own: then its tree is taken over without being written again.</summary>
    private static bool IsSameAsParent(DirectoryScope scope)
    {
        if (scope.ParentTree is not { } parent || scope.ParentNode?.Subtree is null)
        {
            return false;
        }

        var at = 0;
        foreach (var node in scope.Nodes)
        {
            if (node is not null && (at == parent.Nodes.Count || !ReferenceEquals(node, parent.Nodes[at++])))
            {
                return false;
            }
        }

        return at == parent.Nodes.Count;
    }
}
