namespace SnapshotBot.Bot.Hosting;

/// <summary>Reads <c>KEY=VALUE</c> lines, the way compose does: comments, quotes and a leading <c>export</c> are understood.</summary>
internal static class DotEnv
{
    // Larger than any honest file of settings: a .env that is a device or a log is not read to its end.
    private const int Limit = 1 << 20;

    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length > Limit)
        {
            return new Dictionary<string, string>();
        }

        try
        {
            using var reader = new StreamReader(path);
            return Parse(reader.ReadToEnd());
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's file; what it says then has to come from the environment.
            return new Dictionary<string, string>();
        }
    }

    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line[7..].TrimStart();
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
            {
                values[line[..equals].TrimEnd()] = Unquote(line[(equals + 1)..].Trim());
            }
        }

        return values;
    }

    private static string Unquote(string value)
    {
        if (value.Length > 0 && value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is var end and > 0)
        {
            return value[1..end];
        }

        // A '#' counts as a comment only after a space: passwords and links may hold one.
        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return value.StartsWith('#') ? "" : comment < 0 ? value : value[..comment].TrimEnd();
    }
}
