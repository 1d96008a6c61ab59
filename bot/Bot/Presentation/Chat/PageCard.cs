using System.Text;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Any outcome's page as a message: what has no card of its own yet says the same words as at the terminal.</summary>
internal static class PageCard
{
    private const int MostText = 3400;
    private const int RowsShown = 25;
    private const int CellLength = 120;

    public static Message Of(Page page) => Message.Of(new Container(EdgeOf(page), new TextDisplay(Text(page))));

    public static string Text(Page page)
    {
        var text = new StringBuilder();
        foreach (var block in page.Blocks)
        {
            foreach (var line in LinesOf(block))
            {
                if (text.Length + line.Length > MostText)
                {
                    return text.Append(ChatText.Small("… and more at the terminal")).ToString();
                }

                _ = text.Append(line).Append('\n');
            }
        }

        return text.ToString().TrimEnd() is { Length: > 0 } whole ? whole : "Nothing to show.";
    }

    private static IEnumerable<string> LinesOf(Block block) => block switch
    {
        Sentence { Text.Length: 0 } => [],
        Sentence { Tone: Tone.Title } it => ["### " + ChatText.Name(it.Text, 300)],
        Sentence { Tone: Tone.Small } it => [ChatText.Small(ChatText.Name(ForChat(it.Text), 300))],
        Sentence it => [ChatText.Name(ForChat(it.Text), 500)],
        Heading it => [$"{ChatText.Bold(it.Text, 200)} · {ChatText.Name(it.Aside)}"],
        Facts it => it.Rows.Select(row => $"{ChatText.Bold(row.Name.Trim())} {ChatText.Name(row.Value, 300)}"),
        Table it => Rows(it),
        Lines it => it.Items.Take(RowsShown).Select(line => ChatText.Code(line)),
        _ => [],
    };

    /// <summary>A shell's words as the slash command they are here.</summary>
    public static string ForChat(string text) =>
        text.Replace("snapshotbot ", "/", StringComparison.Ordinal).Replace(" --yes", "", StringComparison.Ordinal);

    private static IEnumerable<string> Rows(Table table)
    {
        foreach (var row in table.Rows.Take(RowsShown))
        {
            yield return ChatText.Bold(row[0]) + string.Concat(row.Skip(1).Where(cell => cell.Length > 0).Select(cell => " · " + ChatText.Name(cell, CellLength)));
        }

        if (table.Rows.Count > RowsShown)
        {
            yield return ChatText.Small($"and {Words.Count(table.Rows.Count - RowsShown)} more");
        }
    }

    /// <summary>The colour that says what the page says.</summary>
    public static int EdgeOf(Page page)
    {
        var tones = page.Blocks.OfType<Sentence>().Select(sentence => sentence.Tone).ToHashSet();
        return tones.Contains(Tone.Bad) ? Colour.Act : tones.Contains(Tone.Look) ? Colour.Look : tones.Contains(Tone.Good) ? Colour.Good : Colour.Off;
    }
}
