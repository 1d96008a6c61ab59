using System.Threading.Channels;
using SnapshotBot.Service.Operations;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Reads a snapshot back on request.</summary>
internal sealed class VerifySnapshotHandler(SnapshotVerifier verifier, Upkeep.LastGoodGuard guard) : IOperationHandler<VerifySnapshot, VerifySnapshotOutcome>
{
    public async Task<VerifySnapshotOutcome> HandleAsync(VerifySnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        var outcome = await verifier.VerifyAsync(request.Snapshot, context.Progress, cancellationToken);
        if (outcome is VerifySnapshotOutcome.Damaged damaged)
            await guard.HoldAsync(damaged, cancellationToken);
        else if (outcome is VerifySnapshotOutcome.Good good)
            await guard.SoundAsync(good.Snapshot, cancellationToken);
        return outcome;
    }
}

/// <summary>Reads back every blob of a snapshot, each once, and checks seal, compression and hash. A good one is marked with the time.</summary>
internal sealed class SnapshotVerifier(RepositoryAccess access, SnapshotView view, SnapshotStore store, SnapshotEditor editor, TimeProvider time)
{
    private const int MostErrors = 1000;

    public async Task<VerifySnapshotOutcome> VerifyAsync(SnapshotId snapshot, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        Reading reading;
        await using (var session = await access.WriteAsync(cancellationToken))
        {
            await view.SyncAsync(session, cancellationToken);
            reading = new Reading(await session.BlobsAsync(cancellationToken), progress, store.Get(snapshot).BytesProcessed);
            await reading.RunAsync(store.Tree(snapshot), cancellationToken);
            if (reading.Errors.Count > 0)
            {
                return new VerifySnapshotOutcome.Damaged(store.Get(snapshot), reading.Blobs, reading.Bytes, reading.Errors)
                {
                    AlsoHurt = await OthersAsync(store.Get(snapshot), session, reading.Broken, cancellationToken),
                };
            }
        }

        var marked = await editor.ChangeAsync(snapshot, tags => tags with { VerifiedAt = time.GetUtcNow() }, cancellationToken);
        return new VerifySnapshotOutcome.Good(marked ?? store.Get(snapshot), reading.Blobs, reading.Bytes);
    }

    private async Task<IReadOnlyList<SnapshotId>> OthersAsync(
        SnapshotInfo snapshot, RepositorySession session, IReadOnlySet<(BlobId, BlobKind)> broken, CancellationToken cancellationToken)
    {
        var tracer = new DamageTracer(await session.TreesAsync(cancellationToken), broken);
        var hurt = new List<SnapshotId>();
        foreach (var other in store.All(snapshot.ServerId).Where(one => one.Id != snapshot.Id))
        {
            if (!await tracer.IsSoundAsync(store.Tree(other.Id), cancellationToken))
                hurt.Add(other.Id);
        }

        return hurt;
    }

    private sealed class Reading(BlobReader blobs, IProgress<OperationProgress> progress, long total)
    {
        private readonly HashSet<BlobId> _seen = [];
        private readonly Lock _lock = new();
        private readonly List<VerifyError> _errors = [];
        private readonly HashSet<(BlobId, BlobKind)> _broken = [];
        private long _blobs;
        private long _bytes;

        public IReadOnlyList<VerifyError> Errors => _errors;

        /// <summary>What could not be read; all of it, however many errors are named.</summary>
        public IReadOnlySet<(BlobId, BlobKind)> Broken => _broken;

        public long Blobs => _blobs;

        public long Bytes => _bytes;

        public async Task RunAsync(TreeId root, CancellationToken cancellationToken)
        {
            var work = Channel.CreateBounded<(BlobId Blob, byte[] Path)>(256);
            using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var readers = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 8)).Select(_ => ReadAsync(work.Reader, siblings)).ToArray();
            try
            {
                await WalkAsync(root, work.Writer, siblings.Token);
                work.Writer.Complete();
                await Task.WhenAll(readers);
            }
            catch
            {
                await siblings.CancelAsync();
                await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

                // A reader that failed is why the walk was cut off.
                if (Array.Find(readers, reader => reader.IsFaulted) is { } failed)
                    await failed;
                throw;
            }
        }

        private async Task WalkAsync(TreeId root, ChannelWriter<(BlobId Blob, byte[] Path)> work, CancellationToken cancellationToken)
        {
            var left = new Stack<(TreeId Tree, byte[] Path)>();
            left.Push((root, []));
            while (left.TryPop(out var at))
            {
                if (!_seen.Add(at.Tree.Blob) || await LoadAsync(at.Tree, at.Path, cancellationToken) is not { } tree)
                    continue;
                foreach (var node in tree.Nodes)
                {
                    var path = PathText.Join(at.Path, node.Name);
                    if (node.Subtree is { } below)
                        left.Push((below, path));
                    foreach (var blob in node.Content ?? [])
                    {
                        if (_seen.Add(blob))
                            await work.WriteAsync((blob, path), cancellationToken);
                    }
                }
            }
        }

        private async Task<Tree?> LoadAsync(TreeId id, byte[] path, CancellationToken cancellationToken)
        {
            try
            {
                var content = await blobs.ReadAsync(id.Blob, BlobKind.Tree, cancellationToken);
                Count(content.Length);
                return TreeReader.Read(content, id);
            }
            catch (RepositoryDamagedException error)
            {
                Add(path, (id.Blob, BlobKind.Tree), error);
                return null;
            }
        }

        private async Task ReadAsync(ChannelReader<(BlobId Blob, byte[] Path)> work, CancellationTokenSource siblings)
        {
            try
            {
                await ReadAsync(work, siblings.Token);
            }
            catch
            {
                // Nobody would take what the walk finds, and it would wait for that for ever.
                await siblings.CancelAsync();
                throw;
            }
        }

        private async Task ReadAsync(ChannelReader<(BlobId Blob, byte[] Path)> work, CancellationToken cancellationToken)
        {
            await foreach (var (blob, path) in work.ReadAllAsync(cancellationToken))
            {
                try
                {
                    Count((await blobs.ReadAsync(blob, BlobKind.Data, cancellationToken)).Length);
                }
                catch (RepositoryDamagedException error)
                {
                    Add(path, (blob, BlobKind.Data), error);
                }
            }
        }

        private void Count(int bytes)
        {
            Interlocked.Increment(ref _blobs);
            var done = Interlocked.Add(ref _bytes, bytes);
            progress.Report(new OperationProgress("check", done, Math.Max(total, done), ProgressUnit.Bytes, null));
        }

        private void Add(byte[] path, (BlobId, BlobKind) blob, RepositoryDamagedException error)
        {
            lock (_lock)
            {
                _broken.Add(blob);
                if (_errors.Count < MostErrors)
                    _errors.Add(new VerifyError("/" + PathText.Show(path), error.Message));
            }
        }
    }
}
