namespace SnapshotBot.Service.Games;

/// <summary>
/// Paths of a container by pattern: <c>*</c> is any text within one step, <c>**</c> any number of steps. A pattern that fits a folder fits all
/// below it.
/// </summary>
internal sealed class PathPatterns
{
    private readonly string[][] _patterns;

    public PathPatterns(IEnumerable<string> patterns)
    {
        _patterns = [.. patterns.Select(Steps)];
    }

    /// <summary>Whether a text is an absolute path of a container, or begins with any folder.</summary>
    public static bool IsPattern(string path) =>
        (path.StartsWith('/') || path.StartsWith("**/", StringComparison.Ordinal)) && path.Length > 1
        && !path.Contains('\0', StringComparison.Ordinal) && !path.Split('/').Any(step => step is "." or "..");

    public bool Fit(string path)
    {
        var steps = Steps(path);
        return _patterns.Any(pattern => Fits(pattern, steps));
    }

    /// <summary>Whether a text fits a pattern of literal letters and <c>*</c>.</summary>
    public static bool FitsText(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int at = 0, from = 0, star = -1, mark = 0;
        while (from < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                mark = from;
            }
            else if (at < pattern.Length && pattern[at] == text[from])
            {
                at++;
                from++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                from = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }

    private static string[] Steps(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool Fits(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty)
            return true;
        if (pattern[0] == "**")
        {
            for (var skipped = 0; skipped <= path.Length; skipped++)
            {
                if (Fits(pattern[1..], path[skipped..]))
                    return true;
            }

            return false;
        }

        return !path.IsEmpty && FitsText(pattern[0], path[0]) && Fits(pattern[1..], path[1..]);
    }
}
