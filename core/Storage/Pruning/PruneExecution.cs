using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Pruning;

/// <summary>
/// Carries a plan out in an order in which every moment is safe to be killed at:
/// 1. what is needed of the packs to rewrite goes into new packs, listed in new index files: data is there twice, nothing is gone;
/// 2. new index files list the packs that stay: the old ones still name all;
/// 3. the old index files go: the new ones name all that is needed;
/// 4. packs that no index names go.
/// </summary>
internal sealed class PruneExecution(
    OpenRepository repository, RepositoryLock exclusive, PruneWork work, IProgress<PruneProgress>? progress)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (work.Repack.Count + work.Remove.Count + work.Missing.Count > 0)
        {
            await RepackAsync(cancellationToken);
            await WriteIndexAsync(cancellationToken);
            await RemoveAsync(PruneStep.RemovingIndexes, FileKind.Index, [.. work.Loaded.Files.Select(file => file.Value)], cancellationToken);
        }

        var gone = work.Repack.Concat(work.Remove).Select(pack => work.Entries.Packs[pack].Value);
        await RemoveAsync(PruneStep.RemovingPacks, FileKind.Pack, [.. gone, .. work.Unlisted.Select(pack => pack.Value)], cancellationToken);
        if (repository.Backend is IAbandonedFiles abandoned)
        {
            await abandoned.RemoveAbandonedAsync(kind: null, cancellationToken);
        }
    }

    private async Task RepackAsync(CancellationToken cancellationToken)
    {
        if (work.Repack.Count == 0)
        {
            return;
        }

        // An index of its own: the blobs are known to the other one, and known blobs are not written.
        await using var writer = new BlobWriter(repository, new BlobIndex(), repository.Backend.Parallelism);
        var reader = new BlobReader(repository, work.Loaded.Index);
        var next = -1;
        var done = 0L;
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 4)).Select(_ =>
        {
            var copier = new PackCopier(repository, reader, writer.OpenLane(BlobKind.Data), writer.OpenLane(BlobKind.Tree));
            return Task.Run(
                async () =>
                {
                    try
                    {
                        for (int at; (at = Interlocked.Increment(ref next)) < work.Repack.Count;)
                        {
                            await copier.CopyAsync(work.Entries.Of(work.Repack[at]).FindAll(entry => work.Chosen.Contains(entry.Handle)), siblings.Token);
                            Report(PruneStep.RewritingPacks, Interlocked.Increment(ref done), work.Repack.Count);
                        }
                    }
                    catch
                    {
                        await siblings.CancelAsync();
                        throw;
                    }
                },
                siblings.Token);
        }).ToArray();
        await Task.WhenAll(workers);
        await writer.FlushAsync(cancellationToken);
    }

    private async Task WriteIndexAsync(CancellationToken cancellationToken)
    {
        var file = new IndexFileWriter();
        file.Begin([]);
        for (var i = 0; i < work.Keep.Count; i++)
        {
            // All a pack holds, needed or not: a check compares this with the pack.
            var pack = work.Keep[i];
            file.Add(work.Entries.Packs[pack], work.Entries.Of(pack).Select(entry => entry.Blob));
            if (file.IsFull || i == work.Keep.Count - 1)
            {
                exclusive.ThrowIfLost();
                await repository.Files.SaveAsync(FileKind.Index, file.End(), cancellationToken);
                file.Begin([]);
                Report(PruneStep.WritingIndex, i + 1, work.Keep.Count);
            }
        }
    }

    private async Task RemoveAsync(PruneStep step, FileKind kind, List<ObjectId> files, CancellationToken cancellationToken)
    {
        var done = 0L;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Clamp(repository.Backend.Parallelism, 1, 8),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(files, options, async (id, token) =>
        {
            exclusive.ThrowIfLost();
            await repository.Backend.DeleteAsync(new RepositoryFile(kind, id), token);
            Report(step, Interlocked.Increment(ref done), files.Count);
        });
    }

    private void Report(PruneStep step, long done, long total) => progress?.Report(new PruneProgress(step, done, total));
}
