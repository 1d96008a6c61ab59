namespace SnapshotBot.Service.Schedules;

/// <summary>Time zones by their IANA names.</summary>
public static class ScheduleZones
{
    private const int LongestName = 64;

    /// <summary>The zone, or null when there is none of this name. A name is a path in the zones' folder, so only what names are made of is looked for.</summary>
    public static TimeZoneInfo? Find(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '/')
        && !name.StartsWith('/') && (name.Contains('/', StringComparison.Ordinal) || name == "UTC")
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>A zone that was probably meant: by its city, or by another way to write it. Null when nothing is near.</summary>
    public static string? Near(string name)
    {
        var wanted = Plain(name);
        if (wanted.Length == 0)
            return null;
        var all = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal) || id == "UTC").ToList();
        return all.Find(id => Plain(id) == wanted)
            ?? all.Find(id => Plain(id[(id.LastIndexOf('/') + 1)..]) == wanted)
            ?? (wanted.Length >= 4 ? all.Find(id => Plain(id).Contains(wanted, StringComparison.Ordinal)) : null);
    }

    private static string Plain(string name) => new([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
}
