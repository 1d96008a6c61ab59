using System.Runtime.ExceptionServices;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Makes one snapshot: passes over what is to be kept, as many as wanted, then the commit. Until the commit nothing others can see has
/// changed; a session given up leaves at most blobs nobody names, which prune removes.
/// </summary>
/// <remarks>
/// One caller at a time, and the index serves no other session meanwhile: what this one is about to write, another must not rely on. After
/// a failed pass only disposing is left. It works on all cores. Memory is bounded by its pack buffers, about 100 MiB, whatever is archived.
/// </remarks>
public sealed class ArchiveSession : IAsyncDisposable
{
    private readonly OpenRepository _repository;
    private readonly BlobReader _reader;
    private readonly BlobWriter _writer;
    private readonly ChunkingPolicy _chunking;
    private readonly NodeFactory _nodes;
    private readonly BlobLane _trees;
    private readonly BlobLane[] _data;
    private Node?[]? _root;
    private PassResult? _last;
    private PassRecord? _record;
    private PassOptions _options = new();

    public ArchiveSession(OpenRepository repository, BlobIndex index, AccountNames accounts)
    {
        _repository = repository;
        _writer = new BlobWriter(repository, index, repository.Backend.Parallelism);
        _reader = new BlobReader(repository, index, _writer);
        _chunking = new ChunkingPolicy(repository.Config.Polynomial);
        _nodes = new NodeFactory(accounts);
        _trees = _writer.OpenLane(BlobKind.Tree);
        _data = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 8)).Select(_ => _writer.OpenLane(BlobKind.Data))];
    }

    /// <summary>Reads trees: of snapshots, and of this session's passes, which nobody else may find before the commit. Not while a pass is under way.</summary>
    public TreeLoader Trees => new(_reader);

    /// <summary>Walks all items once, reads what changed since the parent, and makes the tree. What is little stays in memory until the commit.</summary>
    public async Task<PassResult> PassAsync(IReadOnlyList<ArchiveItem> items, PassOptions options, CancellationToken cancellationToken)
    {
        var tally = new Tally(options.Progress);
        using var trees = new TreeFinisher(_trees, _nodes, tally);
        var before = options.Parent is { } parent && parent == _last?.Tree ? _record : null;
        var pass = new PassContext(options, before, _reader, _chunking, _nodes, trees, tally);
        using var crew = CrewFor(options);
        pass.Crew = crew;
        var top = new ItemTree(items, pass);
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var written = Written();
        List<Task> tasks = [.. Lanes(crew).Select(lane => pass.Run(() => ReadAsync(pass, lane, siblings.Token), siblings.Token))];
        tasks.Add(pass.Run(
            async () =>
            {
                await top.WalkAsync(siblings.Token);
                pass.Work.Writer.Complete();
                tally.WalkEnded();
            },
            siblings.Token));
        await WhenAllOrFirstFailureAsync(tasks, siblings, cancellationToken);
        await CourteousCrew.Run(crew, () => _writer.KeepAsync(cancellationToken), cancellationToken);
        _options = options;
        _root = top.RootNodes;
        _record = pass.Record;
        var after = Written();
        _last = new PassResult
        {
            Tree = trees.Root ?? throw new InvalidOperationException("The walk ended without a root."),
            Stats = tally.ToStats(after.Data - written.Data, after.Trees - written.Trees, after.Plain - written.Plain, after.Packed - written.Packed),
            Warnings = WithLasting(tally.Warnings),
            Racy = [.. tally.Racy],
        };
        return _last;
    }

    /// <summary>Bytes that the files a pass would read take on their disk, by a walk alone: more it hardly adds to the packs.</summary>
    /// <param name="items">As for the pass.</param>
    /// <param name="options">As for the pass.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<long> MeasureAsync(IReadOnlyList<ArchiveItem> items, PassOptions options, CancellationToken cancellationToken) => BesideAsync(
        options,
        async crew => await new FilesToRead(items, options, _reader, crew).FindAsync(cancellationToken).Select(file => file.Taken).SumAsync(cancellationToken),
        cancellationToken);

    /// <summary>What a pass would likely add to the packs: reads pieces of what it would read, a gigabyte at most, and writes nothing.</summary>
    /// <inheritdoc cref="MeasureAsync" path="/param"/>
    public Task<AddedEstimate> EstimateAddedAsync(IReadOnlyList<ArchiveItem> items, PassOptions options, CancellationToken cancellationToken) => BesideAsync(
        options,
        async crew =>
        {
            using var compressor = _repository.Config.MayCompress ? new Compressor(CompressionEffort.Automatic) : null;
            var files = new FilesToRead(items, options, _reader, crew);
            return await new AddedSampler(files, _reader.Index, _chunking, compressor, crew?.Pace).EstimateAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Has the kernel write what of the files that a pass would read is not on the disk yet, in turns with rests (<see cref="DiskTurn"/>): a flush of
    /// the whole file system has little left to do then, and whoever plays does not wait behind all of it.
    /// </summary>
    /// <inheritdoc cref="MeasureAsync" path="/param"/>
    public Task WriteBackAsync(IReadOnlyList<ArchiveItem> items, PassOptions options, CancellationToken cancellationToken) => BesideAsync(
        options,
        async crew =>
        {
            await foreach (var file in new FilesToRead(items, options, _reader, crew).FindAsync(cancellationToken))
                file.WriteBack(cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>The work is given up: packs that no index names yet are removed when this is disposed of, instead of lying there for a day.</summary>
    public void TakeBack() => _writer.TakeBack();

    /// <summary>Says what copying the difference to the last pass would have to read, by a walk alone.</summary>
    /// <param name="items">The items of the last pass; only those that lie on a disk are looked at.</param>
    /// <param name="options">As for the copying: what could be cloned into the spill folder would not be read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<DifferenceEstimate> EstimateDifferenceAsync(IReadOnlyList<ArchiveItem> items, DifferenceOptions options, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var since = System.Diagnostics.Stopwatch.GetTimestamp();
            using var seen = new CopiedDifference(options, new CopyStore(0, null));
            var entries = Walk(seen, items, cancellationToken);
            var walk = System.Diagnostics.Stopwatch.GetElapsedTime(since);
            var clones = options.SpillFolder is { } spill && spill.CanCloneFiles() ? spill.Status().Device : (ulong?)null;
            var files = seen.Roots.SelectMany(root => root.Files.Select(file => (File: file, Look: DifferenceCopier.Look(root, file))))
                .Where(one => one.File.Size < DifferenceCopier.CloneFrom || clones is null || one.Look.Device != clones).ToList();
            var estimate = new DifferenceEstimate(
                entries,
                files.Count,
                files.Sum(one => one.File.Size),
                files.Sum(one => one.Look.UncachedBytes),
                files.Where(one => one.File.Known is null).Sum(one => one.File.Size),
                walk);
            new DifferenceCopier(seen).WarmUp();
            return estimate;
        },
        cancellationToken);

    /// <summary>
    /// Looks at everything again and copies what differs from the last pass: for the moment in which nothing else may happen. Reads the items'
    /// files and the page cache, writes memory and the spill file; no compression, no repository, no network.
    /// </summary>
    /// <param name="items">The items of the last pass, which remembered (<see cref="PassOptions.Remembers"/>).</param>
    /// <param name="difference">Where to put it: empty, made before that moment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FileSystemException">A root can't be read.</exception>
    /// <exception cref="SpillException">What was copied does not fit into memory, and the spill file can't be written.</exception>
    /// <exception cref="DifferenceGrewException">More differs than may be read; another pass, and there is less.</exception>
    public Task CopyDifferenceAsync(IReadOnlyList<ArchiveItem> items, CopiedDifference difference, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            Walk(difference, items, cancellationToken);
            var bytes = difference.Roots.Sum(root => root.Files.Sum(file => file.Size));
            if (bytes > difference.Options.MostBytes)
                throw new DifferenceGrewException(bytes);
            new DifferenceCopier(difference).Copy(cancellationToken);
        },
        cancellationToken);

    /// <summary>Processes a copied difference: its tree is the session's last from here on. What is little stays in memory until the commit.</summary>
    /// <param name="difference">What was copied; the caller's.</param>
    /// <param name="options">How much of the machine it may take: <see cref="PassOptions.Effort"/> and <see cref="PassOptions.PressureFiles"/> of the last pass.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PassResult> ProcessDifferenceAsync(CopiedDifference difference, PassOptions options, CancellationToken cancellationToken)
    {
        var last = _last ?? throw new InvalidOperationException("There was no pass yet.");
        using var trees = new TreeFinisher(_trees, _nodes, difference.Tally);
        var writer = new DifferenceWriter(difference, last.Tree, Trees, _chunking, _nodes, trees);
        var written = Written();
        using var crew = CrewFor(options);
        await CourteousCrew.Run(crew, () => writer.FindBeforeAsync(cancellationToken), cancellationToken);
        var files = new System.Collections.Concurrent.ConcurrentQueue<SeenFile>(difference.Roots.SelectMany(root => root.Files));
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> tasks = [.. Lanes(crew).Select(lane => CourteousCrew.Run(crew, () => WriteAsync(writer, files, lane, crew?.Pace, siblings.Token), siblings.Token))];
        await WhenAllOrFirstFailureAsync(tasks, siblings, cancellationToken);
        TreeId tree = default;
        IReadOnlyList<Node> nodes = [];
        await CourteousCrew.Run(
            crew,
            async () =>
            {
                (tree, nodes) = await writer.WriteTreesAsync(cancellationToken);
                await _writer.KeepAsync(cancellationToken);
            },
            cancellationToken);
        _options = options;
        var after = Written();
        _root = [.. nodes];
        _record = null;
        _last = new PassResult
        {
            Tree = tree,
            Stats = writer.Counts.AddedTo(last.Stats) with
            {
                DataBlobs = last.Stats.DataBlobs + after.Data - written.Data,
                TreeBlobs = last.Stats.TreeBlobs + after.Trees - written.Trees,
                DataAdded = last.Stats.DataAdded + after.Plain - written.Plain,
                DataAddedPacked = last.Stats.DataAddedPacked + after.Packed - written.Packed,
            },
            Warnings = WithLasting(difference.Tally.Warnings),
            Racy = [.. difference.RacyPaths()],
        };
        return _last;
    }

    private long Walk(CopiedDifference difference, IReadOnlyList<ArchiveItem> items, CancellationToken cancellationToken)
    {
        var record = _record ?? throw new InvalidOperationException("The last pass remembers nothing.");
        var walk = new DifferenceWalk(record, difference.Options, _nodes, difference.Tally);
        foreach (var item in items)
        {
            if (item is ArchiveItem.Folder folder)
                difference.Roots.Add(walk.Walk(folder, cancellationToken));
            else if (item is ArchiveItem.Entry entry)
                difference.Roots.Add(walk.Walk(entry));
        }

        return walk.Entries;
    }

    private static async Task<T> BesideAsync<T>(PassOptions options, Func<CourteousCrew?, Task<T>> look, CancellationToken cancellationToken)
    {
        T? found = default;
        using var crew = CrewFor(options);
        await CourteousCrew.Run(crew, async () => found = await look(crew), cancellationToken);
        return found!;
    }

    private static CourteousCrew? CrewFor(PassOptions options) => options.Effort == PassEffort.Courteous ? new CourteousCrew(options.PressureFiles) : null;

    private BlobLane[] Lanes(CourteousCrew? crew) => crew is null ? _data : _data[..Math.Min(crew.Threads, _data.Length)];

    private static async Task WriteAsync(
        DifferenceWriter writer, System.Collections.Concurrent.ConcurrentQueue<SeenFile> files, BlobLane lane, CourteousPace? pace, CancellationToken cancellationToken)
    {
        var comparer = new BlockComparer();
        while (files.TryDequeue(out var file))
        {
            await writer.WriteFileAsync(file, lane, comparer, cancellationToken);
            if (pace is not null)
                await pace.RestAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the session: adds files made in memory to the root of the last pass's tree, then writes the snapshot file. That file is the
    /// commit: it comes last, when all it names is durable. As much of the machine is taken as by the last pass.
    /// </summary>
    public async Task<CommittedSnapshot> CommitAsync(
        SnapshotFile draft, IReadOnlyList<ArchiveItem.Content> added, CancellationToken cancellationToken)
    {
        var last = _last ?? throw new InvalidOperationException("There was no pass yet.");
        var tree = last.Tree;
        using (var crew = CrewFor(_options))
        {
            await CourteousCrew.Run(
                crew,
                async () =>
                {
                    tree = added.Count > 0 ? await AddToRootAsync(added, cancellationToken) : tree;
                    await _writer.FlushAsync(cancellationToken);
                },
                cancellationToken);
        }

        var file = draft with { Tree = tree.ToString() };
        var id = await new SnapshotFiles(_repository).SaveAsync(file, cancellationToken);
        return new CommittedSnapshot(new StoredSnapshot(id, file), _writer.BytesWritten);
    }

    /// <summary>What the last pass, or the difference after it, has at the root. Trees are named by what is in them, so two roots with the same
    /// names and trees hold the same to the byte.</summary>
    public IReadOnlyList<Node> Root => [.. (_root ?? throw new InvalidOperationException("There was no pass yet.")).OfType<Node>()];

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task<TreeId> AddToRootAsync(IReadOnlyList<ArchiveItem.Content> added, CancellationToken cancellationToken)
    {
        if (added.Any(a => !TreeReader.IsSafe(a.Target)))
        {
            throw new ArgumentException("What is added to the root has a plain name.", nameof(added));
        }

        var nodes = _root!.OfType<Node>().Where(n => !added.Any(a => a.Target.AsSpan().SequenceEqual(n.Name))).ToList();
        foreach (var (name, bytes, time) in added)
        {
            nodes.Add(NodeFactory.Made(name, NodeType.File, time, await ContentWriter.WriteAsync(_data[0], _chunking, name, bytes, cancellationToken), (ulong)bytes.Length));
        }

        nodes.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        using var finisher = new TreeFinisher(_trees, _nodes, new Tally(null));
        return await finisher.WriteAsync(nodes, cancellationToken);
    }

    /// <summary>A later pass takes over what an earlier one read, and does not meet again what could not be kept of it.</summary>
    private IReadOnlyList<ArchiveWarning> WithLasting(IEnumerable<ArchiveWarning> met) =>
        [.. (_last?.Warnings ?? []).Where(warning => warning.Trouble == ArchiveTrouble.AttributeLeftOut).Concat(met).Distinct()];

    private (long Data, long Trees, long Plain, long Packed) Written()
    {
        var data = _data.Sum(l => l.Blobs);
        return (data, _trees.Blobs, _data.Sum(l => l.PlainBytes) + _trees.PlainBytes, _data.Sum(l => l.PackedBytes) + _trees.PackedBytes);
    }

    private static async Task ReadAsync(PassContext pass, BlobLane lane, CancellationToken cancellationToken)
    {
        var reader = new FileReader(pass, lane);
        await foreach (var work in pass.Work.Reader.ReadAllAsync(cancellationToken))
        {
            await reader.DoAsync(work, cancellationToken);
        }
    }

    /// <summary>Waits for all; the first failure stops the others and is what the caller gets.</summary>
    private static async Task WhenAllOrFirstFailureAsync(List<Task> tasks, CancellationTokenSource siblings, CancellationToken cancellationToken)
    {
        Exception? first = null;
        var stopped = false;
        while (tasks.Count > 0)
        {
            var done = await Task.WhenAny(tasks);
            tasks.Remove(done);
            if (!done.IsCompletedSuccessfully)
            {
                first ??= done.Exception?.InnerException;
                stopped = true;
                await siblings.CancelAsync();
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (stopped)
        {
            // Something below cancelled itself (a request's time ran out, say): without this the pass would count as done.
            throw new OperationCanceledException("The pass was stopped from within.");
        }
    }
}

/// <summary>A snapshot that others can see, and the bytes its session wrote to packs and indexes.</summary>
public sealed record CommittedSnapshot(StoredSnapshot Snapshot, long BytesWritten);
