using System.Globalization;
using System.Text;

namespace SnapshotBot.Service.Games;

/// <summary>Makes people's words harmless for a game's command line, where a line break would be a second command.</summary>
internal static class GameText
{
    private const int LongestText = 200;

    /// <summary>One line of at most 200 characters without quotes, backslashes and control characters.</summary>
    public static string Harmless(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= LongestText)
                break;
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || rune.Value is 0xFFFD or '\\')
                clean.Append(' ');
            else if (rune.Value is '"' or '`')
                clean.Append('\'');
            else
                clean.Append(rune.ToString());
        }

        return clean.ToString().Trim();
    }
}
