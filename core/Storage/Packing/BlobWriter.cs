using System.Threading.Channels;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Packing;

/// <summary>
/// Writes blobs into packs and lists them in index files. Work goes through lanes: a lane belongs to one thread at a time and fills a pack
/// of its own, so lanes never wait for each other but for a free buffer. Packs are durable before any index names them.
/// </summary>
/// <remarks>The number of pack buffers bounds memory: one for each lane and one for each write under way.</remarks>
public sealed class BlobWriter : IAsyncDisposable
{
    private readonly OpenRepository _repository;
    private readonly BlobIndex _index;
    private readonly Channel<PackBuilder> _free;
    private readonly Lock _gate = new();
    private readonly List<Task> _saves = [];
    private readonly List<(PackId Pack, IndexedBlob[] Blobs)> _unlisted = [];
    private readonly List<BlobLane> _lanes = [];
    private readonly CancellationTokenSource _failed = new();
    private int _unlistedBlobs;
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
    }

    /// <summary>Bytes of packs and indexes written so far.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    internal OpenRepository Repository => _repository;

    internal BlobIndex Index => _index;

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
    /// Ends the packs of all lanes, waits for every write and lists them in index files: then all blobs are durable and others can find
    /// them. No lane may be in use meanwhile; all may be used again after.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var lanes in _lanes.GroupBy(l => l.Kind))
        {
            await CloseAsync([.. lanes], cancellationToken);
        }

        Task[] saves;
        lock (_gate)
        {
            saves = [.. _saves];
            _saves.Clear();
        }

        await Task.WhenAll(saves);
        await ListAsync(0, cancellationToken);
    }

    /// <summary>Half-filled packs of several lanes become one where they fit.</summary>
    private static async Task CloseAsync(BlobLane[] lanes, CancellationToken cancellationToken)
    {
        for (var i = 1; i < lanes.Length; i++)
        {
            lanes[0].TryTakeOver(lanes[i]);
        }

        foreach (var lane in lanes)
        {
            await lane.CloseAsync(cancellationToken);
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
            await ThrowFailureAsync();
            throw;
        }
    }

    /// <summary>Hands a full pack over; it is hashed and written while the lane goes on with another.</summary>
    internal void Save(PackBuilder pack, CancellationToken cancellationToken)
    {
        var save = Task.Run(() => SaveAsync(pack, cancellationToken), cancellationToken);
        lock (_gate)
        {
            _saves.RemoveAll(t => t.IsCompletedSuccessfully);
            _saves.Add(save);
        }
    }

    internal async Task ThrowFailureAsync()
    {
        Task? failed;
        lock (_gate)
        {
            failed = _saves.FirstOrDefault(t => t.IsFaulted);
        }

        if (failed is not null)
        {
            await failed;
        }
    }

    private async Task SaveAsync(PackBuilder pack, CancellationToken cancellationToken)
    {
        try
        {
            var (id, content) = pack.Finish(_repository.Key);
            await _repository.Backend.SaveAsync(new RepositoryFile(FileKind.Pack, id.Value), content, cancellationToken);
            Interlocked.Add(ref _bytesWritten, content.Length);
            _index.Fulfil(id, [.. pack.Blobs.Select(b => (b.Handle, b.Offset, b.Length, b.RawLength))]);
            var blobs = pack.Indexed(id).ToArray();
            lock (_gate)
            {
                _unlisted.Add((id, blobs));
                _unlistedBlobs += blobs.Length;
            }

            // As the work goes on, so that a kill after hours loses little.
            await ListAsync(IndexFileWriter.MaxBlobs, cancellationToken);
        }
        catch
        {
            await _failed.CancelAsync();
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

    /// <summary>Lists packs in index files, full ones first; stops when fewer blobs than asked for are left.</summary>
    private async Task ListAsync(int atLeast, CancellationToken cancellationToken)
    {
        var file = new IndexFileWriter();
        while (TryTakeUnlisted(atLeast, file))
        {
            var json = file.End();
            await _repository.Files.SaveAsync(FileKind.Index, json, cancellationToken);
            Interlocked.Add(ref _bytesWritten, json.Length);
        }
    }

    private bool TryTakeUnlisted(int atLeast, IndexFileWriter file)
    {
        lock (_gate)
        {
            if (_unlisted.Count == 0 || _unlistedBlobs < atLeast)
            {
                return false;
            }

            file.Begin([]);
            while (_unlisted.Count > 0 && !file.IsFull)
            {
                var (pack, blobs) = _unlisted[^1];
                _unlisted.RemoveAt(_unlisted.Count - 1);
                _unlistedBlobs -= blobs.Length;
                file.Add(pack, blobs);
            }

            return true;
        }
    }

    /// <summary>Waits for writes under way, whatever their end, and gives the memory back.</summary>
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
            lane.Release();
        }

        while (_free.Reader.TryRead(out var pack))
        {
            pack.Dispose();
        }

        _failed.Dispose();
    }
}
