using System.Collections.Concurrent;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Checking;

/// <summary>
/// Looks whether a repository holds what it promises, and tells what damage means for which snapshot. Only reads. Memory: the index, a few
/// bits and four bytes for each of its entries, and a pack for each core.
/// </summary>
/// <param name="repository">The repository; a shared lock keeps prune away meanwhile.</param>
/// <param name="progress">Told what is going on, from several threads.</param>
public sealed class RepositoryChecker(OpenRepository repository, IProgress<CheckProgress>? progress)
{
    /// <summary>Hurt paths that are named for a snapshot.</summary>
    public const int MostPaths = 1000;

    private readonly ConcurrentBag<CheckFinding> _findings = [];
    private long _bytesRead;

    /// <summary>Checks the whole repository.</summary>
    public Task<CheckReport> RunAsync(CheckDepth depth, CancellationToken cancellationToken) => RunAsync(depth, PackSlice.All, cancellationToken);

    /// <summary>Checks the whole repository, but reads only one slice of its data.</summary>
    public async Task<CheckReport> RunAsync(CheckDepth depth, PackSlice slice, CancellationToken cancellationToken)
    {
        await CheckKeysAsync(cancellationToken);
        Report(CheckStep.Indexes, 0, 0);
        var loaded = await IndexLoader.LoadAsync(repository, cancellationToken);
        foreach (var damaged in loaded.Damaged)
        {
            _findings.Add(new CheckFinding.DamagedFile(damaged.File ?? default, damaged.Message));
        }

        var entries = new PackEntries(loaded.Index);
        var reader = new BlobReader(repository, loaded.Index);
        var (sizes, unlisted) = await CheckPacksAsync(entries, cancellationToken);
        var snapshots = await LoadSnapshotsAsync(cancellationToken);
        var trees = new TreeLoader(reader);
        var walk = new TreeWalk(trees, loaded.Index, Math.Clamp(repository.Backend.Parallelism, 2, 8));
        await walk.RunAsync(RootsOf(snapshots), done => Report(CheckStep.Trees, done, 0), cancellationToken);
        foreach (var lost in walk.Lost)
        {
            _findings.Add(new CheckFinding.LostBlob(lost.Id, lost.Kind, lost.Reason));
        }

        await JudgeUnlistedAsync(unlisted, walk, cancellationToken);

        if (depth == CheckDepth.Data)
        {
            await CheckDataAsync(entries, reader, sizes, slice, cancellationToken);
        }

        var hurt = await TraceAsync(entries, loaded.Index, walk, trees, snapshots, cancellationToken);
        return new CheckReport(
            [.. _findings.OrderByDescending(finding => finding.IsDamage).ThenBy(finding => finding.Message, StringComparer.Ordinal)],
            hurt,
            snapshots.Count,
            sizes.Count,
            walk.Needed.Count,
            _bytesRead);
    }

    private static IEnumerable<TreeId> RootsOf(IEnumerable<StoredSnapshot> snapshots) => snapshots.Select(snapshot => snapshot.File.TreeId).Distinct();

    /// <summary>A damaged key shows only when somebody needs it: look at all.</summary>
    private async Task CheckKeysAsync(CancellationToken cancellationToken)
    {
        const long largest = 1 << 20;
        Report(CheckStep.Keys, 0, 0);
        await foreach (var info in repository.Backend.ListAsync(FileKind.Key, cancellationToken))
        {
            var file = new RepositoryFile(FileKind.Key, info.Id);
            try
            {
                if (ObjectId.Hash(await repository.Backend.ReadAllAsync(file, largest, cancellationToken)) != info.Id)
                {
                    _findings.Add(new CheckFinding.DamagedFile(file, $"Key {info.Id.ToShortString()} is damaged: its content is not what its name promises."));
                }
            }
            catch (BackendException e) when (e.Failure is BackendFailure.WrongSize or BackendFailure.Broken)
            {
                _findings.Add(new CheckFinding.DamagedFile(file, e.Message));
            }
        }
    }

    private async Task<(Dictionary<PackId, long> Sizes, Dictionary<PackId, long> Unlisted)> CheckPacksAsync(PackEntries entries, CancellationToken cancellationToken)
    {
        Report(CheckStep.Packs, 0, entries.Packs.Count);
        var sizes = new Dictionary<PackId, long>();
        await foreach (var file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken))
        {
            sizes[new PackId(file.Id)] = file.Size;
        }

        var unlisted = sizes.ToDictionary();
        for (var pack = 0; pack < entries.Packs.Count; pack++)
        {
            var id = entries.Packs[pack];
            unlisted.Remove(id);
            var expected = entries.Of(pack).Sum(entry => entry.At.Length + (long)PackHeader.EntryLength(entry.At)) + PackHeader.FixedLength;
            if (!sizes.TryGetValue(id, out var size))
            {
                _findings.Add(new CheckFinding.MissingPack(id));
            }
            else if (size != expected)
            {
                _findings.Add(new CheckFinding.WrongPackSize(id, expected, size));
            }
        }

        return (sizes, unlisted);
    }

    /// <summary>Packs in no index are what a run that was killed left, unless snapshots need what is in one of them: then an index is gone.</summary>
    private async Task JudgeUnlistedAsync(IReadOnlyDictionary<PackId, long> unlisted, TreeWalk walk, CancellationToken cancellationToken)
    {
        var lost = walk.Lost.Where(lost => !lost.IsDamaged).Select(lost => (lost.Id, lost.Kind)).ToHashSet();
        foreach (var (id, size) in unlisted)
        {
            if (lost.Count > 0 && await HoldsAnyAsync(id, size, lost, cancellationToken))
            {
                _findings.Add(new CheckFinding.LostIndex([.. unlisted.Keys.OrderBy(pack => pack != id).ThenBy(pack => pack.ToString(), StringComparer.Ordinal)]));
                return;
            }
        }

        foreach (var (id, size) in unlisted)
        {
            _findings.Add(new CheckFinding.UnlistedPack(id, size));
        }
    }

    private async Task<bool> HoldsAnyAsync(PackId pack, long size, HashSet<(BlobId, BlobKind)> wanted, CancellationToken cancellationToken)
    {
        try
        {
            var blobs = await PackHeader.ReadAsync(repository, pack, size, cancellationToken);
            return blobs.Any(blob => wanted.Contains((blob.Id, blob.Location.Kind)));
        }
        catch (RepositoryDamagedException)
        {
            return false;
        }
        catch (BackendException e) when (e.Failure is BackendFailure.NotFound or BackendFailure.WrongSize or BackendFailure.Broken)
        {
            return false;
        }
    }

    private async Task<List<StoredSnapshot>> LoadSnapshotsAsync(CancellationToken cancellationToken)
    {
        var files = new SnapshotFiles(repository);
        var snapshots = new List<StoredSnapshot>();
        var ids = await files.ListAsync(cancellationToken);
        foreach (var id in ids)
        {
            try
            {
                var snapshot = new StoredSnapshot(id, await files.LoadAsync(id, cancellationToken));
                _ = snapshot.File.TreeId;
                snapshots.Add(snapshot);
            }
            catch (RepositoryDamagedException e)
            {
                _findings.Add(new CheckFinding.DamagedFile(new RepositoryFile(FileKind.Snapshot, id.Value), e.Message));
            }
            catch (BackendException e) when (e.Failure == BackendFailure.NotFound)
            {
                // Another program forgot it between our listing and our reading.
            }

            Report(CheckStep.Snapshots, snapshots.Count, ids.Count);
        }

        return snapshots;
    }

    private async Task CheckDataAsync(
        PackEntries entries, BlobReader reader, IReadOnlyDictionary<PackId, long> sizes, PackSlice slice, CancellationToken cancellationToken)
    {
        var work = Enumerable.Range(0, entries.Packs.Count)
            .Where(pack => slice.Holds(entries.Packs[pack]) && sizes.ContainsKey(entries.Packs[pack])).ToList();
        var total = work.Sum(pack => sizes[entries.Packs[pack]]);
        var next = -1;
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 4)).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    var checker = new PackChecker(repository, reader, _findings);
                    for (int at; (at = Interlocked.Increment(ref next)) < work.Count;)
                    {
                        var id = entries.Packs[work[at]];
                        await checker.CheckAsync(id, sizes[id], entries.Of(work[at]), siblings.Token);
                        Report(CheckStep.Data, Interlocked.Add(ref _bytesRead, sizes[id]), total);
                    }
                }
                catch
                {
                    await siblings.CancelAsync();
                    throw;
                }
            },
            siblings.Token)).ToArray();
        await Task.WhenAll(workers);
    }

    /// <summary>Which snapshots and paths the findings hurt. A second copy of a blob that is sound heals nothing here: readers take the first.</summary>
    private async Task<List<HurtSnapshot>> TraceAsync(
        PackEntries entries, BlobIndex index, TreeWalk walk, TreeLoader trees, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken)
    {
        var broken = new HashSet<(BlobId, BlobKind)>(walk.Lost.Select(lost => (lost.Id, lost.Kind)));
        broken.UnionWith(_findings.OfType<CheckFinding.DamagedBlob>()
            .Where(finding => index.TryFind(finding.Blob, finding.Kind, out var first) && first.Pack == finding.Pack)
            .Select(finding => (finding.Blob, finding.Kind)));
        var gone = _findings.OfType<CheckFinding.MissingPack>().Select(finding => (finding.Pack, Size: 0L))
            .Concat(_findings.OfType<CheckFinding.WrongPackSize>().Select(finding => (finding.Pack, Size: finding.Found)))
            .ToDictionary(each => each.Pack, each => each.Size);
        for (var pack = 0; pack < entries.Packs.Count && gone.Count > 0; pack++)
        {
            if (gone.TryGetValue(entries.Packs[pack], out var size))
            {
                broken.UnionWith(entries.Of(pack)
                    .Where(entry => (long)entry.At.Offset + entry.At.Length > size && index.HandleOf(entry.Blob.Id, entry.At.Kind) == entry.Handle)
                    .Select(entry => (entry.Blob.Id, entry.At.Kind)));
            }
        }

        var hurt = new List<HurtSnapshot>();
        if (broken.Count == 0)
        {
            return hurt;
        }

        var tracer = new DamageTracer(trees, broken);
        foreach (var snapshot in snapshots)
        {
            if (await tracer.TraceAsync(snapshot, cancellationToken) is { } found)
            {
                hurt.Add(found);
            }

            Report(CheckStep.Damage, hurt.Count, snapshots.Count);
        }

        return hurt;
    }

    private void Report(CheckStep step, long done, long total) => progress?.Report(new CheckProgress(step, done, total));
}
