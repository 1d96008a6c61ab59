using System.Globalization;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.Forgetting;

namespace SnapshotBot.Service.Upkeep;

/// <summary>The settings upkeep goes by. A guild's own comes before what holds for all.</summary>
internal sealed class UpkeepSettings(CatalogStore catalog, SettingReads settings, TimeProvider time)
{
    private SettingOutcome.Set? _planned;

    private static readonly RowReader<(string Key, long Guild, string Value)> Settings = new(
        "settings", ["Key", "Guild", "Value"], row => (row.GetString(0), row.GetInt64(1), row.GetString(2)));

    /// <summary>The same with one setting as it would be, for what that would come to.</summary>
    public UpkeepSettings With(SettingOutcome.Set planned) => new(catalog, settings, time) { _planned = planned };

    /// <summary>The key of one server's own policy.</summary>
    public static string RetentionKey(ServerId server) => "retention:" + server.Value;

    /// <summary>What is kept of snapshots no schedule speaks for: the server's own policy, else its guild's, else what holds for all; null keeps all.</summary>
    public RetentionPolicy? Retention(GameServer? server) => KeepText.Read(Rule(server).Text);

    /// <summary>The same as it was written, and whose it is.</summary>
    public RetentionInForce Rule(GameServer? server) =>
        server is not null && Value(RetentionKey(server.Id), home: null) is { } own ? new(own, RetentionSource.Server)
        : Shared(HomeOf(server));

    /// <summary>The policy of the servers of a guild that have none of their own.</summary>
    public RetentionInForce Shared(ulong? guild) =>
        Value("retention", guild) is { } shared ? new(shared, RetentionSource.Shared) : new(null, RetentionSource.None);

    /// <summary>How many bytes the snapshots of one guild may take, or null.</summary>
    public long? Quota(GameServer? server) => Number(Value("quota", server));

    /// <summary>How many snapshots a server may have besides exempt ones, or null.</summary>
    public int? MostSnapshots(GameServer? server) => Number(Value("quota-snapshots", server)) is { } most and > 0 and < int.MaxValue ? (int)most : null;

    public TimeZoneInfo Zone(GameServer? server) =>
        Value("zone", server) is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known : time.LocalTimeZone;

    public bool IsPasswordKept => Value("password-kept", home: null) == "yes";

    /// <summary>Where the second copy is, or null.</summary>
    public string? CopyTo => Value("copy", home: null);

    /// <summary>The file with the copy's password; null for the repository's own.</summary>
    public string? CopyPasswordFile => Value("copy-password-file", home: null);

    /// <summary>Within how many days everything is read back once.</summary>
    public int ReadDays => Number(Value("read-days", home: null)) is { } days and >= 1 and <= 3650 ? (int)days : 30;

    /// <summary>Whether new snapshots of schedules are proven to boot, once a day each server.</summary>
    public bool ProvesBoot => Value("prove-boot", home: null) == "yes";

    /// <summary>The guild whose settings hold for a server.</summary>
    public ulong? HomeOf(GameServer? server) => server is null ? null : settings.HomeOf(server.Guild);

    private string? Value(string key, GameServer? server) => Value(key, HomeOf(server));

    private string? Value(string key, ulong? home)
    {
        var guild = home is { } id ? Row.Number(id) : 0;
        var rows = catalog.Read(Settings, "WHERE \"Key\" = @0 AND \"Guild\" IN (0, @1)", key, guild).ToDictionary(row => row.Guild, row => row.Value);
        if (_planned is { } planned && planned.Key == key)
        {
            var whose = Row.Number(planned.Guild ?? 0);
            rows.Remove(whose);
            if (planned.Value is { } value)
                rows[whose] = value;
        }

        return rows.GetValueOrDefault(guild) ?? rows.GetValueOrDefault(0);
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
