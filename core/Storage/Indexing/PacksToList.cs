using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>
/// Packs that wait for an index file, and which of them share one. restic's prune writes every index file anew that is not full or names a pack that
/// goes, and with each forgotten snapshot trees go and hardly any data: so data that fills a file has it for itself, and leaves
/// no half-full one behind. Not for many threads at once.
/// </summary>
/// <typeparam name="T">What the owner knows a pack by.</typeparam>
internal sealed class PacksToList<T>
{
    /// <summary>Files' worth that wait before one is written early: what may be left at the end is shared evenly, and a kill loses no more than this.</summary>
    private const int FilesInHand = 3;

    private readonly (BlobKind Kind, List<(T Pack, int Blobs)> Packs)[] _kinds = [(BlobKind.Data, []), (BlobKind.Tree, [])];

    public bool IsEmpty => _kinds.All(kind => kind.Packs.Count == 0);

    /// <summary>All that wait.</summary>
    public IEnumerable<T> All => _kinds.SelectMany(kind => kind.Packs.Select(pack => pack.Pack));

    /// <param name="pack">What the owner knows it by.</param>
    /// <param name="kind">What it holds; of a mixed one, either.</param>
    /// <param name="blobs">How many.</param>
    public void Add(T pack, BlobKind kind, int blobs) => _kinds.Single(k => k.Kind == kind).Packs.Add((pack, blobs));

    /// <summary>Takes the packs of the next file.</summary>
    /// <param name="isEnd">No more will come: all are taken in the end, in full files of much the same size, for they are read side by side.</param>
    /// <returns>None when there are none, or too few before the end.</returns>
    public List<T> Take(bool isEnd)
    {
        foreach (var (_, packs) in _kinds)
        {
            var waiting = packs.Sum(pack => pack.Blobs);
            var files = waiting / IndexFileWriter.FullAt;
            if (isEnd && files > 0)
            {
                return Take(packs, CountFor(waiting / files, packs, waiting) ?? packs.Count);
            }

            if (files >= FilesInHand && CountFor(IndexFileWriter.FullAt, packs, waiting) is { } count)
            {
                return Take(packs, count);
            }
        }

        return isEnd ? [.. _kinds.SelectMany(kind => Take(kind.Packs, kind.Packs.Count))] : [];
    }

    /// <summary>How many packs hold so many blobs and leave enough for another full file; null when that can't be.</summary>
    private static int? CountFor(int blobs, List<(T Pack, int Blobs)> packs, int waiting)
    {
        var taken = 0;
        for (var count = 0; waiting - taken >= IndexFileWriter.FullAt; taken += packs[count++].Blobs)
        {
            if (taken >= blobs)
            {
                return count;
            }
        }

        return null;
    }

    private static List<T> Take(List<(T Pack, int Blobs)> packs, int count)
    {
        List<T> file = [.. packs.Take(count).Select(pack => pack.Pack)];
        packs.RemoveRange(0, count);
        return file;
    }
}
