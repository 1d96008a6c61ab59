using System.Threading.Channels;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>What walk, readers and finisher of one pass share.</summary>
internal sealed class PassContext(PassOptions options, PassRecord? before, BlobReader reader, ChunkingPolicy chunking, NodeFactory nodes, TreeFinisher trees, Tally tally)
{
    /// <summary>
    /// Directories with files still to be read that may be open at once, over all walks of the pass. Each costs a handle, as does each
    /// large file that waits for a worker: together they stay below 256, which every system grants.
    /// </summary>
    private const int MaxOpenFolders = 96;

    private readonly TreeLoader _loader = new(reader);
    private readonly UnixTime? _safelyBefore = options.SyncedAt is { } synced ? UnixTime.From(synced.ToDateTimeOffset() - DifferenceOptions.ClockGrain) : null;

    public PassOptions Options => options;

    /// <summary>What this pass remembers; null when it is not to.</summary>
    public PassRecord? Record { get; } = options.Remembers ? new PassRecord() : null;

    /// <summary>The threads of a courteous pass; null when it runs on the pool.</summary>
    public CourteousCrew? Crew { get; set; }

    /// <summary>What the session's pass before this one remembers, when that made the tree this one compares with.</summary>
    public PassRecord? Before => before;

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
        if (folder.Times == FileTimes.ProveNothing && before is null)
        {
            return false;
        }

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

    /// <summary>Begins a part of the pass's work, on its own threads when it has them.</summary>
    public Task Run(Func<Task> work, CancellationToken cancellationToken) => CourteousCrew.Run(Crew, work, cancellationToken);

    /// <summary>Whether hardly any of a file was in memory when a courteous pass came to it.</summary>
    public bool IsCold(FileHandle file, in FileStatus status) => Crew is not null && file.UncachedBytes(status.Size) > status.Size / 10 * 9;

    /// <summary>Blocks of a file that was read, as they are remembered; null when they are not.</summary>
    public FileBlocks? Remember(List<int> lengths, List<ulong> hashes) =>
        Record is { } record && lengths.Count > 0 && record.TryTake(lengths.Count) ? new FileBlocks([.. lengths], [.. hashes]) : null;

    /// <summary>Remembers a file that was read; says how it counts.</summary>
    public Counted RememberFile(in PendingFile file, in FileStatus status, bool changed, FileBlocks? blocks)
    {
        var earlier = file.Scope.Before is { } folder && folder.Find(BlockHash.OfName(file.Name), file.Slot) is >= 0 and var at ? folder.Entries[at].Counted : Counted.No;
        var counted = earlier == Counted.New || file.ParentNode is null ? Counted.New : Counted.Changed;
        if (file.Scope.Record is { } record)
        {
            ref var entry = ref record.Entries[file.Slot];
            entry.Status = changed || IsRacy(status) ? 0 : BlockHash.Of(status);
            entry.Content = blocks;
            entry.Counted = counted;
        }

        return counted;
    }

    /// <summary>Whether a file may change again without its times showing it.</summary>
    public bool IsRacy(in FileStatus status) =>
        _safelyBefore is { } limit && (status.Modified >= limit || status.Changed >= limit);
}
