using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Packing;

/// <summary>
/// Writes blobs into packs and lists them in index files. Work goes through lanes: a lane belongs to one thread at a time and fills a pack
/// of its own, so lanes never wait for each other but for a free buffer. Packs are durable before any index names them.
/// </summary>
/// <remarks>
/// The number of pack buffers bounds memory: one for each lane and one for each write under way. The first failed write ends it: every call
/// after that fails the same way, and what no index file names yet is taken out of the index again when it is disposed.
/// </remarks>
public sealed class BlobWriter : IAsyncDisposable
{
    private readonly OpenRepository _repository;
    private readonly BlobIndex _index;
    private readonly Channel<PackBuilder> _free;
    private readonly Lock _gate = new();
    private readonly List<Task> _saves = [];
    private readonly List<PackId> _strays = [];
    private readonly PacksToList<(PackId Pack, PackedBlob[] Blobs)> _unlisted = new();
    private readonly List<int> _lost = [];
    private readonly List<BlobLane> _lanes = [];
    private readonly BlobLane _kept;
    private readonly Dictionary<BlobId, PackedBlob> _keptTrees = [];
    private readonly CancellationTokenSource _failed = new();
    private ExceptionDispatchInfo? _failure;
    private bool _takesBack;
    private int _buffers;
    private long _bytesWritten;

    /// <param name="repository">Where to write.</param>
    /// <param name="index">What is there already; learns of what is written.</param>
    /// <param name="writesAtOnce">Pack writes that may be under way at once.</param>
    public BlobWriter(OpenRepository repository, BlobIndex index, int writesAtOnce)
    {
        _repository = repository;
        _index = index;
        _free = Channel.CreateUnbounded<PackBuilder>();
        _buffers = writesAtOnce;
        Effort = index.Count == 0 ? CompressionEffort.Fast : CompressionEffort.Automatic;

        // First of the lanes, so that what it keeps is joined by the rest; it has no buffer of its own, but takes over those of others.
        _kept = new BlobLane(this, BlobKind.Tree);
        _lanes.Add(_kept);
    }

    /// <summary>Bytes of packs and indexes written so far.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    internal OpenRepository Repository => _repository;

    internal BlobIndex Index => _index;

    /// <summary>How hard lanes try: into an empty repository all goes, and most of it is never written again.</summary>
    internal CompressionEffort Effort { get; }

    /// <summary>Opens a lane for one kind of blob. The writer owns it.</summary>
    public BlobLane OpenLane(BlobKind kind)
    {
        lock (_gate)
        {
            _buffers++;
            var lane = new BlobLane(this, kind);
            _lanes.Add(lane);
            return lane;
        }
    }

    /// <summary>
    /// Ends a stretch of work. What came to less than a pack for each lane stays in memory, where its trees can be read
    /// (<see cref="BlobReader"/>), until the next flush: a game beside it waits for every one. More is flushed, so that a kill after hours loses
    /// little. No lane may be in use meanwhile; all may be used again after.
    /// </summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (!IsAllInMemory() || !_lanes.Where(lane => lane.Kind == BlobKind.Tree && lane != _kept).All(_kept.TryTakeOver))
        {
            await FlushAsync(cancellationToken);
            return;
        }

        foreach (var tree in _kept.Held)
        {
            _keptTrees[tree.Id] = tree;
        }
    }

    /// <summary>
    /// Ends the packs of all lanes, waits for every write and lists them in index files: then all blobs are durable and others can find
    /// them. No lane may be in use meanwhile; all may be used again after.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var lanes in _lanes.GroupBy(l => l.Kind))
        {
            Close([.. lanes], cancellationToken);
        }

        Task[] saves;
        lock (_gate)
        {
            saves = [.. _saves];
            _saves.Clear();
        }

        await Task.WhenAll(saves);
        ThrowFailure();
        await ListAsync(isEnd: true, cancellationToken);
        _keptTrees.Clear();
    }

    /// <summary>A tree that is kept in memory, sealed as it will lie in a pack; null when it is not.</summary>
    internal (BlobLocation At, byte[] Sealed)? FindKept(BlobId id, BlobKind kind) =>
        kind == BlobKind.Tree && _keptTrees.TryGetValue(id, out var tree) ? (tree.At(default), _kept.Copy(tree)) : null;

    private bool IsAllInMemory()
    {
        lock (_gate)
        {
            _saves.RemoveAll(save => save.IsCompletedSuccessfully);
            return _saves.Count == 0 && _unlisted.IsEmpty && _failure is null;
        }
    }

    /// <summary>Half-filled packs of several lanes become one where they fit.</summary>
    private static void Close(BlobLane[] lanes, CancellationToken cancellationToken)
    {
        for (var i = 1; i < lanes.Length; i++)
        {
            lanes[0].TryTakeOver(lanes[i]);
        }

        foreach (var lane in lanes)
        {
            lane.Close(cancellationToken);
        }
    }

    internal async ValueTask<PackBuilder> RentAsync(int capacity, CancellationToken cancellationToken)
    {
        if (capacity > PackBuilder.TargetSize)
        {
            return new PackBuilder(capacity);
        }

        if (_free.Reader.TryRead(out var free))
        {
            return free;
        }

        lock (_gate)
        {
            if (_buffers > 0)
            {
                _buffers--;
                return new PackBuilder(PackBuilder.TargetSize);
            }
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _failed.Token);
        try
        {
            return await _free.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ThrowFailure();
            throw;
        }
    }

    /// <summary>Hands a full pack over; it is hashed and written while the lane goes on with another.</summary>
    internal void Save(PackBuilder pack, CancellationToken cancellationToken)
    {
        if (pack.IsEmpty)
        {
            _free.Writer.TryWrite(pack);
            return;
        }

        // Begun whatever the token says: the pack's memory has to come back.
        // On the caller's threads: a pass of low priority writes with low priority.
        var save = Task.Factory.StartNew(
            () => SaveAsync(pack, cancellationToken), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
        lock (_gate)
        {
            _saves.RemoveAll(t => t.IsCompletedSuccessfully);
            _saves.Add(save);
        }
    }

    /// <summary>The work is given up: packs that no index file names are removed when this is disposed, instead of lying there for a day.</summary>
    internal void TakeBack()
    {
        lock (_gate)
        {
            _takesBack = true;
        }
    }

    internal void ThrowFailure() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>A lane could not keep the promise it made for this blob.</summary>
    internal void Lose(int handle)
    {
        lock (_gate)
        {
            _lost.Add(handle);
        }
    }

    private async Task FailAsync(Exception e)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        await _failed.CancelAsync();
    }

    private async Task SaveAsync(PackBuilder pack, CancellationToken cancellationToken)
    {
        try
        {
            var (id, content) = pack.Finish(_repository.Key);
            await _repository.Backend.SaveAsync(new RepositoryFile(FileKind.Pack, id.Value), content, cancellationToken);
            Interlocked.Add(ref _bytesWritten, content.Length);
            _index.Fulfil(id, [.. pack.Blobs.Select(b => (b.Handle, b.Offset, b.Length, b.RawLength))]);
            lock (_gate)
            {
                _unlisted.Add((id, [.. pack.Blobs]), pack.Blobs[0].Kind, pack.Blobs.Count);
            }

            // As the work goes on, so that a kill after hours loses little.
            await ListAsync(isEnd: false, cancellationToken);
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _lost.AddRange(pack.Blobs.Select(b => b.Handle));
                _takesBack |= IsNoSpace(e);
            }

            await FailAsync(e);
            throw;
        }
        finally
        {
            pack.Reset();
            if (pack.Capacity > PackBuilder.TargetSize)
            {
                pack.Dispose();
            }
            else
            {
                _free.Writer.TryWrite(pack);
            }
        }
    }

    /// <summary>Lists packs in index files: full ones as the work goes on, all that is left at its end.</summary>
    private async Task ListAsync(bool isEnd, CancellationToken cancellationToken)
    {
        var file = new IndexFileWriter();
        while (TakeUnlisted(isEnd) is { Count: > 0 } packs)
        {
            file.Begin([]);
            foreach (var (pack, blobs) in packs)
            {
                file.Add(pack, blobs.Select(b => b.In(pack)));
            }

            var json = file.End();
            try
            {
                await _repository.Files.SaveAsync(FileKind.Index, json, cancellationToken);
            }
            catch (Exception e)
            {
                lock (_gate)
                {
                    _lost.AddRange(packs.SelectMany(p => p.Blobs).Select(b => b.Handle));
                    if (IsNoSpace(e))
                    {
                        _takesBack = true;
                        _strays.AddRange(packs.Select(p => p.Pack));
                    }
                }

                await FailAsync(e);
                throw;
            }

            Interlocked.Add(ref _bytesWritten, json.Length);
        }
    }

    private List<(PackId Pack, PackedBlob[] Blobs)> TakeUnlisted(bool isEnd)
    {
        lock (_gate)
        {
            return _unlisted.Take(isEnd);
        }
    }

    /// <summary>Waits for writes under way, whatever their end, and gives the memory back. What no index file names is forgotten.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] saves;
        lock (_gate)
        {
            saves = [.. _saves];
        }

        await Task.WhenAll(saves).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var lane in _lanes)
        {
            _lost.AddRange(lane.Release());
        }

        _index.Abandon(_lost.Concat(_unlisted.All.SelectMany(p => p.Blobs).Select(b => b.Handle)));
        while (_free.Reader.TryRead(out var pack))
        {
            pack.Dispose();
        }

        if (_takesBack)
        {
            await RemoveStraysAsync();
        }

        _failed.Dispose();
    }

    private static bool IsNoSpace(Exception e) => e is BackendException { Failure: BackendFailure.NoSpace };

    /// <summary>
    /// After a full disk, or work that was given up: takes back the packs of ours that no index names. Prune would let them lie for a day, and
    /// so long nobody could make room.
    /// </summary>
    private async Task RemoveStraysAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var pack in _strays.Concat(_unlisted.All.Select(p => p.Pack)))
        {
            try
            {
                await _repository.Backend.DeleteAsync(new RepositoryFile(FileKind.Pack, pack.Value), deadline.Token);
            }
            catch (Exception e) when (e is BackendException or OperationCanceledException)
            {
                // It stays for a prune; what made the work fail is on its way to the caller.
            }
        }
    }
}
