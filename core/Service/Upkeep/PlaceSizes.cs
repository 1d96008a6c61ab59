namespace SnapshotBot.Service.Upkeep;

/// <summary>Judges whether a place holds suddenly much less. Pure.</summary>
internal static class PlaceSizes
{
    public const string Mounts = "mounts";
    public const string Layers = "containers";

    /// <summary>Smaller mounts come and go, and so do smaller layers of a server that has no mounts.</summary>
    private static readonly PlaceSize Mount = new(20, 1 << 20);

    /// <summary>A part of a mount has to be worth an alarm by itself.</summary>
    private static readonly PlaceSize Part = new(200, 4 << 20);

    /// <summary>Where there are mounts a layer holds what the game's installer left, and a new container begins with an empty one.</summary>
    private static readonly PlaceSize LayerBesideMounts = new(1000, 64 << 20);

    /// <summary>Folders that are emptied on purpose.</summary>
    private static readonly HashSet<string> Emptied = new(StringComparer.OrdinalIgnoreCase)
    {
        "backup", "backups", "cache", "caches", ".cache", "crash-reports", "dumps", "log", "logs", "temp", "tmp",
    };

    /// <summary>Those a later snapshot is compared with.</summary>
    public static IReadOnlyDictionary<string, PlaceSize> WorthKnowing(IReadOnlyDictionary<string, PlaceSize> places)
    {
        var hasMounts = HasMounts(places);
        return places.Where(place => IsWorth(place.Key, place.Value, hasMounts)).ToDictionary(place => place.Key, place => place.Value, StringComparer.Ordinal);
    }

    /// <summary>The first place that holds less than half of what it held, the whole before its parts; null when there is none.</summary>
    public static string? Shrunk(IReadOnlyDictionary<string, PlaceSize> before, IReadOnlyDictionary<string, PlaceSize> now)
    {
        // Those of before may have been too small to be known.
        var hasMounts = HasMounts(before) || HasMounts(now);
        return before.OrderBy(place => place.Key, StringComparer.Ordinal)
            .Where(place => IsWorth(place.Key, place.Value, hasMounts) && IsShrunk(place.Value, now.GetValueOrDefault(place.Key) ?? PlaceSize.None, FloorOf(place.Key, hasMounts)))
            .Select(place => place.Key).FirstOrDefault();
    }

    private static bool IsShrunk(PlaceSize before, PlaceSize after, PlaceSize floor) =>
        (before.Bytes >= floor.Bytes && after.Bytes < before.Bytes / 2) || (before.Files >= floor.Files && after.Files < before.Files / 2);

    private static bool IsWorth(string place, PlaceSize size, bool hasMounts)
    {
        var floor = FloorOf(place, hasMounts);
        return (size.Bytes >= floor.Bytes || size.Files >= floor.Files) && !Emptied.Contains(place[(place.LastIndexOf('/') + 1)..]);
    }

    /// <summary>From where on a place counts: <c>mounts/01-data</c>, <c>mounts/01-data/mods</c>, <c>containers/game</c>, <c>/data/saves</c>.</summary>
    private static PlaceSize FloorOf(string place, bool hasMounts) => place.Split('/') switch
    {
        [Mounts, _] => Mount,
        [Layers, _] => hasMounts ? LayerBesideMounts : Mount,
        _ => Part,
    };

    private static bool HasMounts(IReadOnlyDictionary<string, PlaceSize> places) => places.Keys.Any(place => place.StartsWith(Mounts + "/", StringComparison.Ordinal));
}
