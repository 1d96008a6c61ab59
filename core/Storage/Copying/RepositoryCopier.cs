using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Copying;

/// <summary>
/// Copies snapshots into another repository, as restic's <c>copy</c> does: only blobs that are missing there, each opened and checked on the
/// way. A snapshot of the target is the same one when its <c>original</c> is; when only its tags differ, the newer file replaces it.
/// </summary>
/// <remarks>
/// Blobs first, the snapshot file last, so that a target that is full, gone or killed holds whole snapshots only. What a run left behind is
/// found by the next one, if an index names it, or goes with the target's next prune. A snapshot that is damaged in the source is left out and
/// keeps no other from being copied.
/// </remarks>
/// <param name="source">Read only; a lock keeps prune away.</param>
/// <param name="target">Under a lock of its own.</param>
/// <param name="progress">Told how far it is.</param>
public sealed class RepositoryCopier(OpenRepository source, OpenRepository target, IProgress<CopyProgress>? progress)
{
    /// <summary>Snapshots are committed whenever so many bytes are written: few small packs, and little lost by a kill.</summary>
    private const long BatchBytes = 64L << 20;

    private readonly List<StoredSnapshot> _held = [];
    private readonly List<DamagedSnapshot> _damaged = [];
    private int _copied;
    private int _changed;
    private int _there;
    private long _blobs;
    private long _bytes;

    /// <summary>Copies every snapshot the target lacks and that is whole, the oldest first. Once for each instance.</summary>
    /// <exception cref="CopyStoppedException">One side failed; what was committed before stays.</exception>
    public async Task<CopyFigures> RunAsync(CancellationToken cancellationToken)
    {
        var ours = await new SnapshotFiles(source).LoadWholeAsync((id, damage) => _damaged.Add(new DamagedSnapshot(id, damage)), cancellationToken);
        var missing = await MissingAsync(ours, cancellationToken);
        try
        {
            if (missing.Count > 0)
                await CopyAsync(missing, cancellationToken);
        }
        catch (Exception error) when (CopySides.IsOfBackend(error))
        {
            throw new CopyStoppedException(Figures(), missing.Count - _copied - _changed, error);
        }

        return Figures();
    }

    private async Task<List<Wanted>> MissingAsync(IReadOnlyList<StoredSnapshot> ours, CancellationToken cancellationToken)
    {
        var there = (await new SnapshotFiles(target).LoadAllAsync(cancellationToken)).ToLookup(IdentityOf, StringComparer.Ordinal);
        var missing = new List<Wanted>();

        // A change cut off between its two files leaves twins here: the later one, which is the larger revision or file, is what counts there.
        foreach (var twins in ours.GroupBy(IdentityOf, StringComparer.Ordinal))
        {
            var same = there[twins.Key].ToList();
            foreach (var snapshot in twins)
            {
                if (!same.Exists(other => IsSame(snapshot.File, other.File)))
                {
                    missing.Add(new Wanted(snapshot, twins.Count() == 1 ? same : []));
                    continue;
                }

                _there++;
                _held.Add(snapshot);
            }
        }

        return [.. missing.OrderBy(one => one.Snapshot.File.Time)];
    }

    private async Task CopyAsync(IReadOnlyList<Wanted> missing, CancellationToken cancellationToken)
    {
        var from = await IndexAsync(source, cancellationToken);
        var to = await IndexAsync(target, cancellationToken);
        await using var writer = new BlobWriter(target, to, target.Backend.Parallelism);
        var moved = new BlobMover(source, from, to, writer);
        var ready = new List<Wanted>();
        foreach (var wanted in missing)
        {
            try
            {
                await moved.MoveAsync(wanted.Snapshot.File.TreeId, bytes => Report(missing.Count, bytes, moved.BytesFound), cancellationToken);
            }
            catch (RepositoryDamagedException damage)
            {
                _damaged.Add(new DamagedSnapshot(wanted.Snapshot.Id, damage));
                continue;
            }

            ready.Add(wanted);
            if (moved.BytesSinceFlush >= BatchBytes)
                await CommitAsync(writer, moved, ready, cancellationToken);
        }

        await CommitAsync(writer, moved, ready, cancellationToken);
    }

    private async Task CommitAsync(BlobWriter writer, BlobMover moved, List<Wanted> ready, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        (_blobs, _bytes) = (moved.Blobs, writer.BytesWritten);
        moved.BytesSinceFlush = 0;
        var files = new SnapshotFiles(target);
        foreach (var (snapshot, older) in ready)
        {
            var file = snapshot.File with { Parent = null, Original = IdentityOf(snapshot) };
            var made = await files.SaveAsync(file, cancellationToken);
            foreach (var old in older.Where(old => old.Id != made))
                await files.DeleteAsync(old.Id, cancellationToken);
            if (older.Count > 0)
                _changed++;
            else
                _copied++;
            _held.Add(snapshot);
        }

        ready.Clear();
    }

    private static async Task<BlobIndex> IndexAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        var loaded = await IndexLoader.LoadAsync(repository, cancellationToken);
        return loaded.Damaged is [var first, ..] ? throw first : loaded.Index;
    }

    private static string IdentityOf(StoredSnapshot snapshot) => snapshot.File.Original ?? snapshot.Id.ToString();

    private static bool IsSame(SnapshotFile one, SnapshotFile other) =>
        one.Time == other.Time && one.Tree == other.Tree && one.Hostname == other.Hostname
        && one.AllTags.Order(StringComparer.Ordinal).SequenceEqual(other.AllTags.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && one.Paths.SequenceEqual(other.Paths, StringComparer.Ordinal);

    private CopyFigures Figures() => new(_copied, _changed, _there, _blobs, _bytes) { Held = [.. _held], Damaged = [.. _damaged] };

    private void Report(int snapshots, long done, long found) =>
        progress?.Report(new CopyProgress(_copied + _changed, snapshots, done, Math.Max(found, done)));

    private sealed record Wanted(StoredSnapshot Snapshot, IReadOnlyList<StoredSnapshot> Older);
}
