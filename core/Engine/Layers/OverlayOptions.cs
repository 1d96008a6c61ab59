using System.Text;

namespace SnapshotBot.Engine;

/// <summary>Options of an overlay mount, as the kernel shows them.</summary>
/// <param name="MetaCopy">Null when the mount does not say.</param>
/// <param name="Redirects">Whether renamed directories become pointers; null when the mount does not say.</param>
internal sealed record OverlayOptions(
    string Upper, string Work, IReadOnlyList<string> Lowers, bool? MetaCopy, bool? Redirects, bool UserAttributes)
{
    public static OverlayOptions None { get; } = new(string.Empty, string.Empty, [], null, null, false);

    /// <summary>Reads the comma-separated list.</summary>
    /// <param name="text">The super options of a line of mountinfo, still escaped.</param>
    public static OverlayOptions Parse(string text)
    {
        var options = None;
        foreach (var option in SplitUnescaped(text, ','))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (option, string.Empty) : (option[..equals], option[(equals + 1)..]);
            options = name switch
            {
                "upperdir" => options with { Upper = Plain(value) },
                "workdir" => options with { Work = Plain(value) },
                "lowerdir" => options with { Lowers = [.. SplitUnescaped(value, ':').Where(part => part.Length > 0).Select(Plain)] },
                // Newer kernels show one such option for each layer.
                "lowerdir+" or "datadir+" => options with { Lowers = [.. options.Lowers, Plain(value)] },
                "metacopy" => options with { MetaCopy = value == "on" },
                "redirect_dir" => options with { Redirects = value == "on" },
                "userxattr" => options with { UserAttributes = true },
                _ => options,
            };
        }

        return options;
    }

    /// <summary>Splits where the separator is not escaped: the overlay writes its own colons and commas with a backslash before them.</summary>
    private static List<string> SplitUnescaped(string text, char separator)
    {
        // Mountinfo escapes that backslash once more, as \134.
        var unfolded = text.Replace(@"\134", "\\", StringComparison.Ordinal);
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < unfolded.Length; i++)
        {
            if (unfolded[i] == '\\' && i + 1 < unfolded.Length && unfolded[i + 1] is ':' or ',')
            {
                part.Append(unfolded[i]).Append(unfolded[++i]);
            }
            else if (unfolded[i] == separator)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(unfolded[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }

    private static string Plain(string escaped)
    {
        var text = escaped.Replace(@"\:", ":", StringComparison.Ordinal).Replace(@"\,", ",", StringComparison.Ordinal);
        return MountedRoot.Unescape(text);
    }
}
