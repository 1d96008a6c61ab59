using System.Threading.Channels;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>What walk, readers and finisher of one pass share.</summary>
internal sealed class PassContext(PassOptions options, BlobReader reader, ChunkingPolicy chunking, NodeFactory nodes, TreeFinisher trees, Tally tally)
{
    /// <summary>
    /// Directories with files still to be read that may be open at once, over all walks of the pass. Each costs a handle, as does each
    /// large file that waits for a worker: together they stay below 256, which every system grants.
    /// </summary>
    private const int MaxOpenFolders = 96;

    /// <summary>The coarsest clock a file's times come from: a kernel tick of 100 Hz, doubled.</summary>
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(20);

    private readonly TreeLoader _loader = new(reader);
    private readonly UnixTime? _safelyBefore = options.SyncedAt is { } synced ? UnixTime.From(synced.ToDateTimeOffset() - ClockGrain) : null;

    public PassOptions Options => options;

    public ChunkingPolicy Chunking => chunking;

    public NodeFactory Nodes => nodes;

    public TreeFinisher Trees => trees;

    public Tally Tally => tally;

    /// <summary>Work for the readers; bounded, so that the walk does not run ahead of them.</summary>
    public Channel<Work> Work { get; } = Channel.CreateBounded<Work>(new BoundedChannelOptions(64) { SingleWriter = false });

    /// <summary>Taken by whoever opens a directory, given back when nobody needs it open any more.</summary>
    public SemaphoreSlim OpenFolders { get; } = new(MaxOpenFolders);

    /// <summary>The tree the parent has for a directory; null when it has none or it can't be read, which costs a reading and nothing else.</summary>
    public async ValueTask<Tree?> LoadParentTreeAsync(Node? parent, CancellationToken cancellationToken)
    {
        if (parent?.Subtree is not { } tree)
        {
            return null;
        }

        try
        {
            return await _loader.LoadAsync(tree, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            return null;
        }
    }

    /// <summary>Whether an entry that looks unchanged may be taken over: it is not racy, and all its blobs are still there.</summary>
    public bool MayTakeOver(DirectoryScope folder, byte[] name, Node parent, in FileStatus status)
    {
        if (options.Racy.Count > 0 && options.Racy.Contains(new PathBytes(folder.PathOf(name))))
        {
            return false;
        }

        foreach (var blob in parent.Content ?? [])
        {
            if (!reader.Index.Contains(blob, BlobKind.Data))
            {
                return false;
            }
        }

        return parent.Error is null && status.Type != FileType.Unknown;
    }

    /// <summary>Whether a file may change again without its times showing it.</summary>
    public bool IsRacy(in FileStatus status) =>
        _safelyBefore is { } limit && (status.Modified >= limit || status.Changed >= limit);
}
