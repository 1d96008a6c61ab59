namespace SnapshotBot.Storage.Pruning;

/// <summary>Decides what becomes of each pack. Pure.</summary>
internal static class PruneDecision
{
    /// <summary>Sorts packs into those that stay, those to write anew and those to drop.</summary>
    /// <remarks>
    /// As restic does: a pack with nothing needed goes, one with nothing unused stays. Of the others those with trees are always written
    /// anew, then those with the largest unused part, until what stays unused is within the limit.
    /// </remarks>
    public static (List<PackUse> Keep, List<PackUse> Repack, List<PackUse> Remove) Decide(IEnumerable<PackUse> packs, double maxUnusedPercent)
    {
        var keep = new List<PackUse>();
        var remove = new List<PackUse>();
        var mixed = new List<PackUse>();
        long used = 0, unusedLeft = 0;
        foreach (var pack in packs)
        {
            used += pack.UsedBytes;
            if (pack.UsedBytes == 0)
            {
                remove.Add(pack);
            }
            else if (pack.UnusedBytes == 0)
            {
                keep.Add(pack);
            }
            else
            {
                mixed.Add(pack);
                unusedLeft += pack.UnusedBytes;
            }
        }

        var allowed = maxUnusedPercent >= 100 ? double.PositiveInfinity : maxUnusedPercent * used / (100 - maxUnusedPercent);
        var repack = new List<PackUse>();
        foreach (var pack in mixed.OrderBy(pack => pack.IsData).ThenByDescending(pack => (double)pack.UnusedBytes / pack.UsedBytes).ThenBy(pack => pack.Pack))
        {
            if (!pack.IsData || unusedLeft > allowed)
            {
                repack.Add(pack);
                unusedLeft -= pack.UnusedBytes;
            }
            else
            {
                keep.Add(pack);
            }
        }

        return (keep, repack, remove);
    }
}
