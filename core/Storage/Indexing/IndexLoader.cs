using System.Collections.Concurrent;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Indexing;

/// <summary>What loading found besides the blobs.</summary>
/// <param name="Index">Every blob of every readable index file.</param>
/// <param name="Files">The index files that were read.</param>
/// <param name="Damaged">Files that could not be read, each with why. Their packs are not harmed: a check finds them again.</param>
public sealed record LoadedIndex(BlobIndex Index, IReadOnlyList<IndexFileId> Files, IReadOnlyList<RepositoryDamagedException> Damaged);

/// <summary>Reads all index files of a repository, on all cores.</summary>
public static class IndexLoader
{
    /// <summary>Largest index file that is read, in bytes: far above what any program writes.</summary>
    private const long MaxFileSize = 512L << 20;

    public static async Task<LoadedIndex> LoadAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        const int Attempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LoadOnceAsync(repository, cancellationToken);
            }
            catch (BackendException e) when (e.Failure == BackendFailure.NotFound && attempt < Attempts)
            {
                // Another program replaced index files between our listing and our reading: the new list has what it wrote instead.
            }
        }
    }

    private static async Task<LoadedIndex> LoadOnceAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        List<RepositoryFileInfo> files = [];
        await foreach (var file in repository.Backend.ListAsync(FileKind.Index, cancellationToken))
        {
            files.Add(file);
        }

        // Large files first, so that no worker ends long after the others.
        files.Sort((a, b) => b.Size.CompareTo(a.Size));
        var queue = new ConcurrentQueue<RepositoryFileInfo>(files);
        var packs = new PackNumbers();
        ConcurrentBag<IndexFileId> read = [];
        ConcurrentBag<RepositoryDamagedException> damaged = [];
        var workers = Enumerable.Range(0, Math.Min(Math.Max(files.Count, 1), Environment.ProcessorCount)).Select(_ => Task.Run(
            async () =>
            {
                var sink = new SegmentSink(packs);
                using var reader = repository.Files.OpenReader();
                while (queue.TryDequeue(out var file))
                {
                    var name = new RepositoryFile(FileKind.Index, file.Id);
                    try
                    {
                        if (file.Size > MaxFileSize)
                        {
                            throw new FormatException("it is larger than any program writes");
                        }

                        var json = await reader.LoadAsync(name, (int)file.Size, cancellationToken);
                        new IndexFileReader(json.Span).Read(sink);
                        read.Add(new IndexFileId(file.Id));
                    }
                    catch (FormatException e)
                    {
                        damaged.Add(new RepositoryDamagedException($"Index {file.Id.ToShortString()} is not readable: {e.Message}.", name, inner: e));
                    }
                    catch (RepositoryDamagedException e)
                    {
                        damaged.Add(e);
                    }
                    catch (BackendException e) when (e.Failure == BackendFailure.WrongSize)
                    {
                        damaged.Add(new RepositoryDamagedException($"Index {file.Id.ToShortString()} is cut short.", name, inner: e));
                    }
                }

                return sink.Segments;
            },
            cancellationToken)).ToArray();
        var segments = await Task.WhenAll(workers);
        var index = new BlobIndex();
        index.Load([.. segments.SelectMany(s => s)], packs.InOrder);
        return new LoadedIndex(index, [.. read], [.. damaged]);
    }

    /// <summary>Gives packs their numbers; the same pack may stand in several files.</summary>
    private sealed class PackNumbers
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<PackId, uint> _numbers = [];
        private readonly List<PackId> _order = [];

        public IReadOnlyList<PackId> InOrder => _order;

        public uint Number(PackId id)
        {
            lock (_gate)
            {
                if (!_numbers.TryGetValue(id, out var number))
                {
                    number = (uint)_order.Count;
                    _numbers.Add(id, number);
                    _order.Add(id);
                }

                return number;
            }
        }
    }

    private sealed class SegmentSink(PackNumbers packs) : IndexFileReader.ISink
    {
        private readonly IndexEntries _entries = new();

        public IReadOnlyList<IndexSegment> Segments => _entries.Segments;

        public uint Pack(PackId id) => packs.Number(id);

        public void Blob(in IndexEntry entry) => _entries.Append(entry);
    }
}
