using System.Globalization;

namespace SnapshotBot.Service.Servers;

/// <summary>Which names and notes are kept. Emoji, spaces and mentions are fine: they are text here and nothing more; who shows them makes
/// them harmless for where they are shown.</summary>
public static class ServerNames
{
    public const int LongestName = 200;
    public const int LongestNote = 2000;

    /// <summary>What is wrong with a server's name, or null.</summary>
    public static NameFault? FaultOfServer(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? NameFault.Slash : FaultOfSnapshot(name);

    /// <summary>What is wrong with a snapshot's name, or null.</summary>
    public static NameFault? FaultOfSnapshot(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return NameFault.Empty;
        if (name.Trim() is "." or "..")
            return NameFault.PathStep;
        if (name.Trim() is "now")
            return NameFault.Reserved;
        return Fault(name, LongestName);
    }

    /// <summary>What is wrong with a note, or null; an empty one is no fault.</summary>
    public static NameFault? FaultOfNote(string note) => Fault(note.ReplaceLineEndings(" "), LongestNote);

    /// <summary>People count an emoji or a letter with its accents as one character, so this does.</summary>
    private static NameFault? Fault(string text, int longest)
    {
        var count = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            count++;
            if (count > longest)
                return NameFault.TooLong;
        }

        // What looks short must not be long: one letter can carry any number of accents.
        if (text.Length > longest * 8)
            return NameFault.TooLong;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD || Rune(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return NameFault.ControlCharacters;
            if (rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
                return NameFault.ControlCharacters;
        }

        return null;
    }

    private static UnicodeCategory Rune(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune);
}
