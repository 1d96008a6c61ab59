using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Servers;

/// <summary>
/// Paths of a server's containers that its snapshots leave out and restores leave alone. People write them with commas between: absolute, <c>*</c>
/// for any text within one step, <c>**</c> for any number of steps; a folder stands for all in it.
/// </summary>
public static class IgnoredPaths
{
    /// <summary>What people write to leave nothing out.</summary>
    public const string None = "none";

    private const int Most = 50;
    private const int MostLetters = 300;

    /// <summary>Reads what somebody wrote.</summary>
    /// <returns>The paths; or why they are none.</returns>
    internal static (IReadOnlyList<string> Paths, Refusal? Refusal) Read(string? text)
    {
        if (text is null || text.Trim() == None)
            return ([], null);
        var paths = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        if (paths.Count is 0 or > Most)
            return ([], new Refusal.IgnoreRefused(text, paths.Count == 0 ? IgnoreFault.NoPath : IgnoreFault.TooMany));
        foreach (var path in paths)
        {
            if (!PathPatterns.IsPattern(path) || path.Length > MostLetters || path.Any(char.IsControl))
                return ([], new Refusal.IgnoreRefused(path, IgnoreFault.NoPath));
            if (path.All(letter => letter is '/' or '*'))
                return ([], new Refusal.IgnoreRefused(path, IgnoreFault.Everything));
        }

        return (paths, null);
    }
}

/// <summary>Why paths can't be left out.</summary>
public enum IgnoreFault
{
    /// <summary>It is no absolute path, or too long for one.</summary>
    NoPath,

    /// <summary>More than fifty.</summary>
    TooMany,

    /// <summary>Nothing would be left.</summary>
    Everything,
}
