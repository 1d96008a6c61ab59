using System.Globalization;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.Forgetting;

namespace SnapshotBot.Service.Upkeep;

/// <summary>The settings upkeep goes by. A guild's own comes before what holds for all.</summary>
internal sealed class UpkeepSettings(CatalogStore catalog, TimeProvider time)
{
    private static readonly RowReader<(string Key, long Guild, string Value)> Settings = new(
        "settings", ["Key", "Guild", "Value"], row => (row.GetString(0), row.GetInt64(1), row.GetString(2)));

    /// <summary>What is kept of snapshots no schedule speaks for; null keeps all.</summary>
    public RetentionPolicy? Retention(GameServer? server) => KeepText.Read(Value("retention", server));

    /// <summary>How many bytes the snapshots of one guild may take, or null.</summary>
    public long? Quota(GameServer? server) => Number(Value("quota", server));

    /// <summary>How many snapshots a server may have besides exempt ones, or null.</summary>
    public int? MostSnapshots(GameServer? server) => Number(Value("quota-snapshots", server)) is { } most and > 0 and < int.MaxValue ? (int)most : null;

    public TimeZoneInfo Zone(GameServer? server) =>
        Value("zone", server) is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known : time.LocalTimeZone;

    public bool IsPasswordKept => Value("password-kept", null) == "yes";

    /// <summary>Where the second copy is, or null.</summary>
    public string? CopyTo => Value("copy", null);

    /// <summary>The file with the copy's password; null for the repository's own.</summary>
    public string? CopyPasswordFile => Value("copy-password-file", null);

    /// <summary>Within how many days everything is read back once.</summary>
    public int ReadDays => Number(Value("read-days", null)) is { } days and >= 1 and <= 3650 ? (int)days : 30;

    /// <summary>Whether new snapshots of schedules are proven to boot, once a day each server.</summary>
    public bool ProvesBoot => Value("prove-boot", null) == "yes";

    private string? Value(string key, GameServer? server)
    {
        var guild = server?.Guild is { } id ? unchecked((long)id) : 0;
        var rows = catalog.Read(Settings, "WHERE \"Key\" = @0 AND \"Guild\" IN (0, @1) ORDER BY \"Guild\" = 0", key, guild);
        return rows.Count > 0 ? rows[0].Value : null;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
