using System.Globalization;
using System.Text;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Duplicates;

/// <summary>New names that all begin with the duplicate's.</summary>
internal sealed class DuplicateNames(string server)
{
    public const int LongestName = 63;
    private const int LongestPart = 60;

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The server's name with a part after it, unique within its noun.</summary>
    public EngineName Next(string noun, string part)
    {
        var slug = Slug(part);
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? $"{server}-{slug}" : string.Create(CultureInfo.InvariantCulture, $"{server}-{slug}-{number}");
            if (_given.Add($"{noun}:{name}"))
                return EngineName.Parse(name);
        }
    }

    public EngineName Alone() => EngineName.Parse(server);

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.')
                slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var whole = slug.ToString().Trim('-');
        whole = whole.Length > LongestPart ? whole[^LongestPart..].TrimStart('-') : whole;
        return whole.Length == 0 ? "part" : whole;
    }
}
