using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Pruning;

/// <summary>How much of a pack is needed.</summary>
internal sealed record PackUse
{
    public required int Pack { get; init; }

    public required PackId Id { get; init; }

    /// <summary>Bytes of the file; null when it is gone.</summary>
    public required long? FileSize { get; init; }

    /// <summary>Bytes it should have by the index, header counted.</summary>
    public required long ExpectedSize { get; init; }

    public long UsedBytes { get; set; }

    public long UnusedBytes { get; set; }

    /// <summary>Whether it holds data blobs alone: trees are kept close, so packs with trees are always tidied.</summary>
    public required bool IsData { get; init; }

    public bool IsWhole => FileSize == ExpectedSize;
}

/// <summary>Finds out how much of each pack is needed, and which of several copies of a blob is to stay. Pure.</summary>
internal static class PackUsage
{
    /// <param name="entries">The index by packs.</param>
    /// <param name="index">The index.</param>
    /// <param name="needed">Needed blobs, by the handle of their first entry.</param>
    /// <param name="sizes">The packs that are there.</param>
    /// <param name="chosen">Filled with the entries that are to stay, one for each needed blob that is in a whole pack.</param>
    public static PackUse[] Measure(
        PackEntries entries, BlobIndex index, HandleSet needed, IReadOnlyDictionary<PackId, long> sizes, HandleSet chosen)
    {
        var repeated = FindRepeated(index);
        var taken = new HandleSet(index.HandleLimit);
        var uses = new PackUse[entries.Packs.Count];
        for (var pack = 0; pack < uses.Length; pack++)
        {
            uses[pack] = MeasureSingles(entries, pack, index, needed, repeated, sizes, chosen);
        }

        // Copies: one in a pack that stays anyway costs nothing; what is left goes to the first pack that has it.
        for (var round = 0; round < 2; round++)
        {
            foreach (var use in uses)
            {
                if (use.IsWhole && (round == 1 || use.UsedBytes > 0))
                {
                    ChooseCopies(entries, use, index, needed, repeated, taken, chosen);
                }
            }
        }

        return uses;
    }

    /// <summary>Blobs that have more than one entry, by the handle of the first.</summary>
    private static HandleSet FindRepeated(BlobIndex index)
    {
        var repeated = new HandleSet(index.HandleLimit);
        foreach (var handle in index.Handles())
        {
            var blob = index.BlobAt(handle);
            var first = index.HandleOf(blob.Id, blob.Location.Kind);
            if (first != handle)
            {
                repeated.Add(first);
            }
        }

        return repeated;
    }

    private static PackUse MeasureSingles(
        PackEntries entries, int pack, BlobIndex index, HandleSet needed, HandleSet repeated, IReadOnlyDictionary<PackId, long> sizes, HandleSet chosen)
    {
        long used = 0, unused = 0, bytes = 0, header = 0;
        var isData = true;
        var blobs = entries.Of(pack);
        foreach (var (handle, blob) in blobs)
        {
            var first = index.HandleOf(blob.Id, blob.Location.Kind);
            bytes += blob.Location.Length;
            header += PackHeader.EntryLength(blob.Location);
            isData &= blob.Location.Kind == BlobKind.Data;
            if (needed.Contains(first) && !repeated.Contains(first))
            {
                used += blob.Location.Length;
                chosen.Add(handle);
            }
            else
            {
                unused += blob.Location.Length;
            }
        }

        var id = entries.Packs[pack];
        return new PackUse
        {
            Pack = pack,
            Id = id,
            FileSize = sizes.TryGetValue(id, out var size) ? size : null,
            ExpectedSize = bytes + header + PackHeader.FixedLength,
            UsedBytes = used,
            UnusedBytes = unused,
            IsData = isData,
        };
    }

    private static void ChooseCopies(
        PackEntries entries, PackUse use, BlobIndex index, HandleSet needed, HandleSet repeated, HandleSet taken, HandleSet chosen)
    {
        foreach (var (handle, blob) in entries.Of(use.Pack))
        {
            var first = index.HandleOf(blob.Id, blob.Location.Kind);
            if (needed.Contains(first) && repeated.Contains(first) && taken.Add(first))
            {
                chosen.Add(handle);
                use.UsedBytes += blob.Location.Length;
                use.UnusedBytes -= blob.Location.Length;
            }
        }
    }
}
