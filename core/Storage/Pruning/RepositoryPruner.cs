using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Pruning;

/// <summary>Removes data that no snapshot needs: first a plan, then its execution, both under one exclusive lock.</summary>
/// <remarks>
/// Memory: the index, a few bits and four bytes for each of its entries, and two packs. Safe to be killed at any moment, see
/// <see cref="PruneExecution"/>.
/// </remarks>
public sealed class RepositoryPruner
{
    private readonly OpenRepository _repository;
    private readonly RepositoryLock _lock;
    private readonly PruneOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly IProgress<PruneProgress>? _progress;

    /// <summary>Nothing is read or changed yet.</summary>
    /// <param name="repository">The repository; its index must not be in use by a writer.</param>
    /// <param name="exclusive">An exclusive lock, held until the execution is over.</param>
    /// <param name="options">How thoroughly.</param>
    /// <param name="timeProvider">Tells how old packs are.</param>
    /// <param name="progress">Told what is going on, from several threads.</param>
    public RepositoryPruner(
        OpenRepository repository, RepositoryLock exclusive, PruneOptions options, TimeProvider timeProvider, IProgress<PruneProgress>? progress)
    {
        if (exclusive.Mode != LockMode.Exclusive)
        {
            throw new ArgumentException("Pruning needs an exclusive lock.", nameof(exclusive));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxUnusedPercent);
        _repository = repository;
        _lock = exclusive;
        _options = options;
        _timeProvider = timeProvider;
        _progress = progress;
    }

    /// <summary>Finds out what may go. Changes nothing.</summary>
    public async Task<PrunePlan> PlanAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lock.Lost);
        try
        {
            return await PlanInnerAsync(both.Token);
        }
        catch (OperationCanceledException) when (_lock.Lost.IsCancellationRequested)
        {
            throw new RepositoryLockLostException();
        }
    }

    /// <summary>Carries a plan out. What it gives back is in the plan's figures.</summary>
    /// <exception cref="RepositoryDamagedException">A needed blob could not be read. Nothing that is needed was removed.</exception>
    public async Task ExecuteAsync(PrunePlan.Ready plan, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lock.Lost);
        try
        {
            await new PruneExecution(_repository, _lock, plan.Work, _progress).RunAsync(both.Token);
        }
        catch (OperationCanceledException) when (_lock.Lost.IsCancellationRequested)
        {
            throw new RepositoryLockLostException();
        }
    }

    private async Task<PrunePlan> PlanInnerAsync(CancellationToken cancellationToken)
    {
        var roots = new HashSet<TreeId>();
        List<string> damage = [];
        var snapshots = new SnapshotFiles(_repository);
        foreach (var id in await snapshots.ListAsync(cancellationToken))
        {
            try
            {
                roots.Add((await snapshots.LoadAsync(id, cancellationToken)).TreeId);
            }
            catch (RepositoryDamagedException e)
            {
                damage.Add(e.Message);
            }
        }

        if (roots.Count == 0 && damage.Count == 0)
        {
            return new PrunePlan.NoSnapshots();
        }

        Report(PruneStep.ReadingIndex, 0);
        var loaded = await IndexLoader.LoadAsync(_repository, cancellationToken);
        damage.AddRange(loaded.Damaged.Select(each => each.Message));
        if (damage.Count > 0)
        {
            return new PrunePlan.Damaged(damage);
        }

        var trees = new TreeLoader(new BlobReader(_repository, loaded.Index));
        var walk = new TreeWalk(trees, loaded.Index, Math.Clamp(_repository.Backend.Parallelism, 2, 8));
        await walk.RunAsync(roots, done => Report(PruneStep.FindingUsedData, done), cancellationToken);
        damage.AddRange(walk.Lost.Select(lost => $"{(lost.Kind == BlobKind.Tree ? "Tree" : "Piece of a file")} {lost.Id.Value.ToShortString()}: {lost.Reason}"));
        return damage.Count > 0 ? new PrunePlan.Damaged(damage) : await DecideAsync(loaded, walk.Needed, cancellationToken);
    }

    private async Task<PrunePlan> DecideAsync(LoadedIndex loaded, HandleSet needed, CancellationToken cancellationToken)
    {
        Report(PruneStep.Deciding, 0);
        var sizes = new Dictionary<PackId, long>();
        await foreach (var file in _repository.Backend.ListAsync(FileKind.Pack, cancellationToken))
        {
            sizes[new PackId(file.Id)] = file.Size;
        }

        var entries = new PackEntries(loaded.Index);
        var chosen = new HandleSet(loaded.Index.HandleLimit);
        var uses = PackUsage.Measure(entries, loaded.Index, needed, sizes, chosen);
        var damage = uses.Where(use => use.UsedBytes > 0 && !use.IsWhole).Select(Describe).ToList();
        if (damage.Count == 0 && chosen.Count < needed.Count)
        {
            damage.Add("Needed data lies in packs that are missing or cut short.");
        }

        if (damage.Count > 0)
        {
            return new PrunePlan.Damaged(damage);
        }

        var (keep, repack, remove) = PruneDecision.Decide(uses.Where(use => use.FileSize is not null), _options.MaxUnusedPercent);
        foreach (var id in loaded.Index.Packs)
        {
            sizes.Remove(id);
        }

        var (unlisted, young, unlistedBytes) = await SortUnlistedAsync(sizes, cancellationToken);
        var work = new PruneWork(
            loaded,
            entries,
            chosen,
            Numbers(keep),
            Numbers(repack),
            Numbers(remove),
            Numbers(uses.Where(use => use.FileSize is null)),
            unlisted);
        var figures = new PruneFigures(
            uses.Sum(use => use.UsedBytes),
            uses.Where(use => use.FileSize is not null).Sum(use => use.UnusedBytes),
            keep.Count,
            repack.Count,
            remove.Count,
            unlisted.Count,
            young,
            remove.Sum(use => use.FileSize!.Value) + repack.Sum(use => use.UnusedBytes) + unlistedBytes,
            keep.Sum(use => use.UnusedBytes));
        return new PrunePlan.Ready(figures, work);

        static List<int> Numbers(IEnumerable<PackUse> uses) => [.. uses.Select(use => use.Pack)];
    }

    /// <summary>Packs that no index names go when they are old enough; where nobody tells their age, the exclusive lock has to do.</summary>
    private async Task<(List<PackId> Old, int Young, long OldBytes)> SortUnlistedAsync(
        Dictionary<PackId, long> unlisted, CancellationToken cancellationToken)
    {
        var old = new List<PackId>();
        var young = 0;
        var bytes = 0L;
        foreach (var (pack, size) in unlisted)
        {
            var written = _repository.Backend is IFileAges ages
                ? await ages.WrittenAtAsync(new RepositoryFile(FileKind.Pack, pack.Value), cancellationToken)
                : null;
            if (_timeProvider.GetUtcNow() - written < _options.KeepUnlisted)
            {
                young++;
            }
            else
            {
                old.Add(pack);
                bytes += size;
            }
        }

        return (old, young, bytes);
    }

    private static string Describe(PackUse use) => use.FileSize is { } size
        ? $"Pack {use.Id} has {size} bytes where the index expects {use.ExpectedSize}."
        : $"Pack {use.Id} is missing.";

    private void Report(PruneStep step, long done) => _progress?.Report(new PruneProgress(step, done, 0));
}
