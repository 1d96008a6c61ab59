using System.Globalization;
using SnapshotBot.Storage.Chunking;

namespace SnapshotBot.Benchmarks.Growth;

/// <summary>Prints what one choice of chunk sizes costs: the first snapshot of a tree, and the growth by a later state of it.</summary>
internal static class GrowthReport
{
    public static void Print(string before, string after, IEnumerable<string> choices)
    {
        ChunkingOptions options = choices.Aggregate(new ChunkingOptions(), Choose);
        using var model = new GrowthModel(options);
        model.Add(before);
        GrowthTotals first = model.Totals;
        model.Add(after);
        GrowthTotals growth = model.Totals - first;
        Console.WriteLine($"{"",-8} {"blobs",9} {"data KiB",10} {"trees KiB",10} {"index KiB",10} {"sum KiB",10}");
        Line("first", first);
        Line("growth", growth);
    }

    private static void Line(string name, GrowthTotals t) =>
        Console.WriteLine($"{name,-8} {t.Blobs,9} {t.Data / 1024,10} {t.Trees / 1024,10} {t.Index / 1024,10} {t.Bytes / 1024,10}");

    private static ChunkingOptions Choose(ChunkingOptions options, string choice)
    {
        string[] parts = choice.Split('=');
        int[] sizes = [.. parts[^1].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture) * 1024)];
        return parts[0] switch
        {
            "region" => options with { RegionPage = sizes[0], RegionHead = Math.Min(sizes[0], options.RegionHead) },
            "database" => options with { DatabasePage = sizes[0] },
            "preallocated" => options with { PreallocatedPage = sizes[0] },
            "general" => options with { General = new ChunkSizes(sizes[0], sizes[1], sizes[2]) },
            _ => throw new ArgumentException($"There is no choice named {parts[0]}: region, database, preallocated, general.", nameof(choice)),
        };
    }
}
