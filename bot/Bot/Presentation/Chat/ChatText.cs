using System.Globalization;
using System.Text;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>
/// Words for a chat. Whatever others chose (names, notes, paths) goes through here: there it is text and nothing more, whatever it holds of
/// markdown, mentions, links or marks that turn text around.
/// </summary>
internal static class ChatText
{
    /// <summary>How much of a name a list shows.</summary>
    public const int NameLength = 48;

    // The wide form looks the same and rings nobody, whatever a reader's program makes of it.
    private const char Wide = '＠';

    private const string Marked = "\\*_~`|>#[]()<{}";

    /// <summary>A name inside markdown.</summary>
    public static string Name(string text, int most = NameLength) => Escape(Cut(Plain(text), most));

    /// <summary>A name in bold.</summary>
    public static string Bold(string text, int most = NameLength) => "**" + Name(text, most) + "**";

    /// <summary>A name where no markdown is read: a button's label, an option, a suggestion, a form. What rings people is left in none of them, for
    /// a label may be copied into a message.</summary>
    public static string Label(string text, int most) => Cut(Plain(text).Replace('@', Wide), most) is { Length: > 0 } label ? label : "?";

    /// <summary>Text in a box of its own; nothing in it means anything.</summary>
    public static string Code(string text, int most = 100) => "`" + Cut(Plain(text), most).Replace('`', 'ˋ') + "`";

    /// <summary>Who asked for something: a person of the chat, or somebody at the terminal.</summary>
    public static string Person(string requester)
    {
        if (requester.Length is > 0 and <= 20 && requester.All(char.IsAsciiDigit))
        {
            return $"<@{requester}>";
        }

        return requester.Split(':', 2) switch
        {
            ["terminal", var user] => Name(user) + " at the terminal",
            ["schedule", ..] => "schedule",
            _ => Name(requester),
        };
    }

    public static string Person(ulong person) => string.Create(CultureInfo.InvariantCulture, $"<@{person}>");

    /// <summary>A point in time in each reader's own zone. Styles: R relative, f date and time, t time, d date.</summary>
    public static string Time(DateTimeOffset time, char style = 'R') =>
        string.Create(CultureInfo.InvariantCulture, $"<t:{time.ToUnixTimeSeconds()}:{style}>");

    /// <summary>A short date where no timestamp is drawn: labels, options, forms.</summary>
    public static string ShortDate(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    public static string Link(ulong guild, ulong channel, ulong message) =>
        string.Create(CultureInfo.InvariantCulture, $"https://discord.com/channels/{guild}/{channel}/{message}");

    /// <summary>Small print, a line of its own.</summary>
    public static string Small(string text) => "-# " + text;

    /// <summary>Cuts by what people count as characters, never through one.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var cut = new StringBuilder();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext() && cut.Length + elements.GetTextElement().Length < most)
        {
            _ = cut.Append(elements.GetTextElement());
        }

        return cut.Append('…').ToString();
    }

    /// <summary>Without what can't be seen or moves other text: control and format characters, line breaks, halves of characters.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                _ = plain.Append(' ');
            }
            else if (rune.Value == 0xFE0F || (category is not (UnicodeCategory.Format or UnicodeCategory.Surrogate) && !IsInvisible(rune.Value)))
            {
                _ = plain.Append(rune.ToString());
            }
        }

        return plain.ToString().Trim();
    }

    // Letters that are drawn as nothing, and marks that choose how the one before is drawn.
    private static bool IsInvisible(int value) => value is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0
        or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0e) or (>= 0xe0000 and <= 0xe0fff);

    private static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];

            if (c == '@')
            {
                _ = safe.Append(Wide);
                continue;
            }

            var begins = i == 0 && c is '-' or '+' or '=';
            var links = c == ':' && i + 2 < text.Length && text[i + 1] == '/' && text[i + 2] == '/';
            if (Marked.Contains(c, StringComparison.Ordinal) || begins || links)
            {
                _ = safe.Append('\\');
            }

            _ = safe.Append(c);
        }

        return safe.ToString();
    }
}
