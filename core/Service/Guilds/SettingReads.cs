using System.Globalization;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Guilds;

/// <summary>Reads settings. Runs where it is called, at every press of a button: two short queries.</summary>
public sealed class SettingReads
{
    private readonly CatalogStore _catalog;
    private readonly ServiceOptions _options;

    internal SettingReads(CatalogStore catalog, ServiceOptions options)
    {
        _catalog = catalog;
        _options = options;
    }

    /// <summary>The guilds that may use this program, in the order they were allowed. The first is the home of servers that name none.</summary>
    public IReadOnlyList<ulong> Allowed() => Ids(_catalog.Read(GuildRows.Settings, "WHERE \"Key\" = @0 AND \"Guild\" = 0", SettingKind.Guilds));

    /// <summary>The guild of a server that names this one or none; null for none while none is allowed.</summary>
    internal ulong? HomeOf(ulong? named) => named ?? (Allowed() is [var first, ..] ? first : null);

    /// <summary>What holds for a server: what is set in its guild, else for all.</summary>
    internal GuildSettings For(GameServer? server) => Of(HomeOf(server?.Guild) ?? 0);

    /// <summary>What holds in a guild; 0: what holds for all.</summary>
    public GuildSettings Of(ulong guild)
    {
        var rows = _catalog.Read(GuildRows.Settings, "WHERE \"Guild\" IN (0, @0)", Row.Number(guild));
        var own = rows.Where(row => row.Guild != 0).ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
        var all = rows.Where(row => row.Guild == 0).ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
        string? Value(string key) => own.GetValueOrDefault(key) ?? all.GetValueOrDefault(key);
        return new()
        {
            Guild = guild,
            IsAllowed = Ids([.. rows.Where(row => row.Guild == 0 && row.Key == SettingKind.Guilds)]).Contains(guild),
            Viewer = Id(own.GetValueOrDefault(SettingKind.Viewer)),
            Operator = Id(own.GetValueOrDefault(SettingKind.Operator)),
            Admin = Id(own.GetValueOrDefault(SettingKind.Admin)),
            Channel = Id(own.GetValueOrDefault(SettingKind.Channel)),
            Audit = Id(own.GetValueOrDefault(SettingKind.Audit)),
            Alerts = Id(own.GetValueOrDefault(SettingKind.Alerts)),
            Zone = Value(SettingKind.Zone) is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known : TimeZoneInfo.Local,
            Restore = Value(SettingKind.Restore) switch
            {
                "operators" => RestorePolicy.Operators,
                "two-operators" => RestorePolicy.TwoOperators,
                _ => RestorePolicy.Admins,
            },
            Notify = Value(SettingKind.Notify) switch
            {
                "all" => NotifyLevel.All,
                "problems" => NotifyLevel.Problems,
                _ => NotifyLevel.Daily,
            },
            UndoTime = Time(SettingKind.UndoTime, Value(SettingKind.UndoTime)) ?? _options.UndoTime,
            Countdown = Time(SettingKind.Countdown, Value(SettingKind.Countdown)) ?? _options.Countdown,
            FreezeBudget = Time(SettingKind.FreezeBudget, Value(SettingKind.FreezeBudget)) ?? _options.FreezeBudget,
            Retention = Value(SettingKind.Retention),
            Quota = long.TryParse(Value(SettingKind.Quota), NumberStyles.None, CultureInfo.InvariantCulture, out var quota) ? quota : null,
        };
    }

    /// <summary>Whether an admin has said at the terminal that the repository's password lies elsewhere too.</summary>
    public bool IsPasswordKept() =>
        _catalog.Read(GuildRows.Settings, "WHERE \"Key\" = @0 AND \"Guild\" = 0", SettingKind.PasswordKept) is [{ Value: "yes" }];

    /// <summary>Everything that was set, for lists; guild 0 is what holds for all.</summary>
    public IReadOnlyList<SettingValue> List() =>
        [.. _catalog.Read(GuildRows.Settings, "ORDER BY \"Guild\", \"Key\"")
            .Where(row => SettingKind.Find(row.Key) is not null)
            .Select(row => new SettingValue(row.Key, Row.Id(row.Guild) is var id and > 0 ? id : null, row.Value))];

    private static IReadOnlyList<ulong> Ids(IReadOnlyList<SettingRow> rows) =>
        rows is [var row] ? [.. row.Value.Split(',').Select(Id).OfType<ulong>()] : [];

    /// <summary>One that came with another machine's catalog is held to the same bounds.</summary>
    private static TimeSpan? Time(string key, string? text) =>
        text is not null && SettingKind.Find(key)!.TryNormalize(text, 0, out var good) && good is not null ? SettingKind.ParseTime(good) : null;

    private static ulong? Id(string? text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

/// <summary>One setting as it was set; a null guild means all.</summary>
public sealed record SettingValue(string Key, ulong? Guild, string Value);

/// <summary>Ids as the catalog keeps them: SQLite's integers have a sign.</summary>
internal static class Row
{
    public static long Number(ulong id) => unchecked((long)id);

    public static ulong Id(long number) => unchecked((ulong)number);
}
