using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Pruning;

/// <summary>
/// Carries a plan out in an order in which every moment is safe to be killed at, and which makes room before it takes any:
/// 1. new index files list the packs that stay, and, in files of their own for some packs each, those to rewrite: the old ones still name all;
/// 2. the old index files go: the new ones name all that is needed;
/// 3. packs that no index names any more go;
/// 4. for some packs at a time: what is needed of them goes into new packs, listed in new index files; then their own index files go, then they.
/// </summary>
internal sealed class PruneExecution(
    OpenRepository repository, RepositoryLock exclusive, PruneWork work, IProgress<PruneProgress>? progress)
{
    /// <summary>So many packs are rewritten before they go: half a gigabyte is what a rewriting takes of a disk that may be nearly full.</summary>
    private const int RewrittenAtOnce = 32;

    private long _rewritten;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batches = new List<(int[] Packs, List<ObjectId> Indexes)>();
        if (work.Repack.Count + work.Remove.Count + work.Missing.Count > 0)
        {
            await WriteIndexAsync(work.Keep, cancellationToken);
            foreach (var packs in work.Repack.Chunk(RewrittenAtOnce))
            {
                batches.Add((packs, await WriteIndexAsync(packs, cancellationToken)));
            }

            await RemoveAsync(PruneStep.RemovingIndexes, FileKind.Index, [.. work.Loaded.Files.Select(file => file.Value)], cancellationToken);
        }

        await RemoveAsync(PruneStep.RemovingPacks, FileKind.Pack, [.. Names(work.Remove), .. work.Unlisted.Select(pack => pack.Value)], cancellationToken);
        foreach (var (packs, indexes) in batches)
        {
            await RepackAsync(packs, cancellationToken);

            // What is there twice now is a moment's work to remove, and nobody else would for a day.
            await RemoveAsync(PruneStep.RemovingIndexes, FileKind.Index, indexes, CancellationToken.None);
            await RemoveAsync(PruneStep.RemovingPacks, FileKind.Pack, [.. Names(packs)], CancellationToken.None);
        }

        if (repository.Backend is IAbandonedFiles abandoned)
        {
            await abandoned.RemoveAbandonedAsync(kind: null, cancellationToken);
        }
    }

    private IEnumerable<ObjectId> Names(IEnumerable<int> packs) => packs.Select(pack => work.Entries.Packs[pack].Value);

    private async Task RepackAsync(int[] packs, CancellationToken cancellationToken)
    {
        // An index of its own: the blobs are known to the other one, and known blobs are not written.
        await using var writer = new BlobWriter(repository, new BlobIndex(), repository.Backend.Parallelism);
        var reader = new BlobReader(repository, work.Loaded.Index);
        var next = -1;
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 4)).Select(_ =>
        {
            var copier = new PackCopier(repository, reader, writer.OpenLane(BlobKind.Data), writer.OpenLane(BlobKind.Tree));
            return Task.Run(
                async () =>
                {
                    try
                    {
                        for (int at; (at = Interlocked.Increment(ref next)) < packs.Length;)
                        {
                            await copier.CopyAsync(work.Entries.Of(packs[at]).FindAll(entry => work.Chosen.Contains(entry.Handle)), siblings.Token);
                            Report(PruneStep.RewritingPacks, Interlocked.Increment(ref _rewritten), work.Repack.Count);
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
        try
        {
            await Task.WhenAll(workers);
            exclusive.ThrowIfLost();
            await writer.FlushAsync(CancellationToken.None);
        }
        catch
        {
            // Packs that no index names would lie there for a day.
            writer.TakeBack();
            throw;
        }
    }

    /// <summary>Lists packs in new index files.</summary>
    /// <returns>The files.</returns>
    private async Task<List<ObjectId>> WriteIndexAsync(IReadOnlyList<int> packs, CancellationToken cancellationToken)
    {
        var unlisted = new PacksToList<int>();
        foreach (var pack in packs)
        {
            var (kind, entries) = work.Entries.OutlineOf(pack);
            unlisted.Add(pack, kind, entries);
        }

        var files = new List<ObjectId>();
        var file = new IndexFileWriter();
        for (var listed = 0; unlisted.Take(isEnd: true) is { Count: > 0 } together; Report(PruneStep.WritingIndex, listed += together.Count, packs.Count))
        {
            file.Begin([]);
            foreach (var pack in together)
            {
                // All a pack holds, needed or not: a check compares this with the pack.
                file.Add(work.Entries.Packs[pack], work.Entries.Of(pack).Select(entry => entry.Blob));
            }

            exclusive.ThrowIfLost();
            files.Add(await repository.Files.SaveAsync(FileKind.Index, file.End(), cancellationToken));
        }

        return files;
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
