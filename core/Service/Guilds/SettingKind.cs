using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapshotBot.Service.Guilds;

/// <summary>Whom a setting can be set for.</summary>
public enum SettingReach
{
    /// <summary>This program, whatever guild.</summary>
    Program,

    /// <summary>One guild: its roles and channels are nobody else's.</summary>
    Guild,

    /// <summary>All guilds, and each of them its own way.</summary>
    Either,
}

/// <summary>What a setting's value looks like. The sentence that says so is the caller's.</summary>
public enum SettingShape
{
    /// <summary>Ids with commas between, or <c>none</c>.</summary>
    Ids,

    /// <summary>An id, or <c>none</c>.</summary>
    Id,

    /// <summary>A role's id, <c>everyone</c> or <c>none</c>.</summary>
    Role,

    /// <summary>A zone's name, as in <c>Europe/Berlin</c>.</summary>
    Zone,

    /// <summary><c>admins</c>, <c>operators</c> or <c>two operators</c>.</summary>
    RestorePolicy,

    /// <summary><c>all</c>, <c>daily</c> or <c>problems</c>.</summary>
    Notify,

    /// <summary><c>last=7,daily=14</c>, or <c>none</c>.</summary>
    Retention,

    /// <summary><c>120 GB</c>, or <c>none</c>.</summary>
    Size,

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    YesNo,

    /// <summary>A repository: a folder or <c>rest:http://...</c>, or <c>none</c>.</summary>
    Repository,

    /// <summary>A file by its absolute path, or <c>none</c>.</summary>
    File,

    /// <summary>A whole number from 1, or <c>none</c>.</summary>
    Count,

    /// <summary>A time such as <c>24h</c> within the kind's bounds, or <c>none</c>.</summary>
    Time,
}

/// <summary>One setting there is. <see cref="Normalize"/> gives a value as it is kept: null takes the setting away.</summary>
public sealed partial record SettingKind(string Key, SettingReach Reach, SettingShape Shape)
{
    public const string Guilds = "guilds";
    public const string Viewer = "roles.viewer";
    public const string Operator = "roles.operator";
    public const string Admin = "roles.admin";
    public const string Channel = "channel";
    public const string Audit = "audit";
    public const string Zone = "zone";
    public const string Restore = "restore";
    public const string Alerts = "alerts";
    public const string Notify = "notify";
    public const string UndoTime = "undo-time";
    public const string Countdown = "countdown";
    public const string FreezeBudget = "freeze-budget";
    public const string Retention = "retention";
    public const string Quota = "quota";
    public const string PasswordKept = "password-kept";
    public const string QuotaSnapshots = "quota-snapshots";
    public const string Copy = "copy";
    public const string CopyPasswordFile = "copy-password-file";
    public const string ReadDays = "read-days";
    public const string ProveBoot = "prove-boot";

    /// <summary>Every setting, in the order lists show them.</summary>
    public static IReadOnlyList<SettingKind> All { get; } =
    [
        new(Guilds, SettingReach.Program, SettingShape.Ids),
        new(Viewer, SettingReach.Guild, SettingShape.Role),
        new(Operator, SettingReach.Guild, SettingShape.Role),
        new(Admin, SettingReach.Guild, SettingShape.Role),
        new(Channel, SettingReach.Guild, SettingShape.Id),
        new(Audit, SettingReach.Guild, SettingShape.Id),
        new(Alerts, SettingReach.Guild, SettingShape.Id),
        new(Zone, SettingReach.Either, SettingShape.Zone),
        new(Restore, SettingReach.Either, SettingShape.RestorePolicy),
        new(Notify, SettingReach.Either, SettingShape.Notify),
        new(UndoTime, SettingReach.Either, SettingShape.Time) { Least = TimeSpan.FromHours(1), Most = TimeSpan.FromDays(30) },
        new(Countdown, SettingReach.Either, SettingShape.Time) { Most = TimeSpan.FromMinutes(10) },
        new(FreezeBudget, SettingReach.Either, SettingShape.Time) { Least = TimeSpan.FromSeconds(1), Most = TimeSpan.FromMinutes(1) },
        new(Retention, SettingReach.Either, SettingShape.Retention),
        new(Quota, SettingReach.Either, SettingShape.Size),
        new(QuotaSnapshots, SettingReach.Either, SettingShape.Count),
        new(PasswordKept, SettingReach.Program, SettingShape.YesNo),
        new(Copy, SettingReach.Program, SettingShape.Repository),
        new(CopyPasswordFile, SettingReach.Program, SettingShape.File),
        new(ReadDays, SettingReach.Program, SettingShape.Count),
        new(ProveBoot, SettingReach.Program, SettingShape.YesNo),
    ];

    /// <summary>The shortest time it may be.</summary>
    public TimeSpan Least { get; init; }

    /// <summary>The longest time it may be.</summary>
    public TimeSpan Most { get; init; }

    /// <summary>Whether it decides which snapshots go.</summary>
    public bool LetsSnapshotsGo => Key is Retention or Quota or QuotaSnapshots;

    public static SettingKind? Find(string key) => All.FirstOrDefault(kind => kind.Key == key);

    /// <summary>Reads what somebody wrote.</summary>
    /// <returns>False when it can't be understood.</returns>
    public bool TryNormalize(string text, ulong guild, out string? value)
    {
        var word = text.Trim();
        value = null;
        if (word is "none" or "" && Shape is not (SettingShape.YesNo or SettingShape.Notify or SettingShape.RestorePolicy or SettingShape.Zone))
            return true;
        value = Normalize(word, guild);
        return value is not null;
    }

    /// <summary>A size in bytes, or null. GB and GiB are the same here: 1024 to the third, as <c>df -h</c> counts.</summary>
    internal static long? ParseSize(string text)
    {
        var match = SizeText().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;
        var power = match.Groups["unit"].Value.ToUpperInvariant() switch
        {
            "" => 0,
            "K" => 1,
            "M" => 2,
            "G" => 3,
            _ => 4,
        };
        var bytes = number * Math.Pow(1024, power);
        return bytes is > 0 and < long.MaxValue / 2 ? (long)bytes : null;
    }

    /// <summary>A time such as <c>30s</c>, <c>5m</c>, <c>2h</c> or <c>3d</c>, or null.</summary>
    public static TimeSpan? ParseTime(string text)
    {
        var unit = text.Length < 2 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 100_000
            ? unit * count
            : null;
    }

    private string? Normalize(string word, ulong guild) => Shape switch
    {
        SettingShape.Ids => Ids(word),
        SettingShape.Id => Id(word),
        SettingShape.Role => word is "everyone" or "@everyone" ? guild.ToString(CultureInfo.InvariantCulture) : Id(word),
        SettingShape.Zone => TimeZoneInfo.TryFindSystemTimeZoneById(word, out var zone) ? zone.Id : null,
        SettingShape.RestorePolicy => OneOf(word.Replace(' ', '-'), "admins", "operators", "two-operators"),
        SettingShape.Notify => OneOf(word, "all", "daily", "problems"),
        SettingShape.Retention => Upkeep.KeepText.IsValid(word, out _) ? word : null,
        SettingShape.Repository => Storage.Backends.RepositoryLocation.TryParse(word, "/", out var place, out _) && (place is Storage.Backends.RepositoryLocation.Rest || Path.IsPathFullyQualified(word))
            ? word
            : null,
        SettingShape.File => Path.IsPathFullyQualified(word) && !word.Any(char.IsControl) ? word : null,
        SettingShape.Count => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count.ToString(CultureInfo.InvariantCulture)
            : null,
        SettingShape.Time => ParseTime(word) is { } time && time >= Least && time <= Most ? word : null,
        SettingShape.Size => ParseSize(word)?.ToString(CultureInfo.InvariantCulture),
        _ => OneOf(word, "yes", "no"),
    };

    private static string? Ids(string text)
    {
        var ids = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Id).ToList();
        return ids.Count == 0 || ids.Contains(null) ? null : string.Join(',', ids.Distinct(StringComparer.Ordinal));
    }

    private static string? Id(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id.ToString(CultureInfo.InvariantCulture) : null;

    private static string? OneOf(string word, params ReadOnlySpan<string> known)
    {
        foreach (var each in known)
        {
            if (string.Equals(each, word, StringComparison.OrdinalIgnoreCase))
                return each;
        }

        return null;
    }

    [GeneratedRegex(@"^(?<number>\d{1,12}(?:\.\d{1,3})?)\s?(?<unit>[KMGTkmgt]?)(?:i?[Bb])?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SizeText();
}
