using System.Globalization;

namespace SnapshotBot.Bot.Hosting;

/// <summary>What this process may do beyond others, as the kernel says.</summary>
internal static class Capabilities
{
    // Names and bits of linux/capability.h.
    private static readonly IReadOnlyList<(string Name, int Bit)> Needed =
    [
        ("CAP_CHOWN", 0), ("CAP_DAC_OVERRIDE", 1), ("CAP_DAC_READ_SEARCH", 2), ("CAP_FOWNER", 3), ("CAP_FSETID", 4), ("CAP_SYS_ADMIN", 21),
        ("CAP_MKNOD", 27), ("CAP_SETFCAP", 31),
    ];

    /// <summary>The needed ones by name: decision 11 says what each is for.</summary>
    public static IEnumerable<string> Names => Needed.Select(each => each.Name);

    /// <summary>The needed ones that are missing.</summary>
    public static IReadOnlyList<string> Missing()
    {
        using var reader = new StreamReader("/proc/self/status");
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                return MissingOf(line[7..]);
            }
        }

        return [];
    }

    /// <summary>The needed ones that a mask, as the kernel writes it, does not have.</summary>
    public static IReadOnlyList<string> MissingOf(string mask) =>
        ulong.TryParse(mask.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            ? [.. Needed.Where(each => (bits & (1UL << each.Bit)) == 0).Select(each => each.Name)]
            : [];
}
