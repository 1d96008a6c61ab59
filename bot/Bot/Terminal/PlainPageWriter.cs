using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal;

/// <summary>Pages as plain text in aligned columns: what pipes, files and logs get. Loads no drawing library.</summary>
internal sealed class PlainPageWriter(TextWriter output) : IPageWriter
{
    private const int HeadingWidth = 78;

    public void Write(Page page)
    {
        foreach (var block in page.Blocks)
        {
            switch (block)
            {
                case Sentence sentence:
                    output.WriteLine(sentence.Text);
                    break;
                case Heading heading:
                    output.Write(heading.Text);
                    Pad(Math.Max(2, HeadingWidth - TextWidth.Of(heading.Text) - TextWidth.Of(heading.Aside)));
                    output.WriteLine(heading.Aside);
                    break;
                case Facts facts:
                    WriteFacts(facts);
                    break;
                case Table table:
                    WriteTable(table);
                    break;
                case Lines lines:
                    foreach (var line in lines.Items)
                    {
                        output.WriteLine(line);
                    }

                    break;
            }
        }
    }

    private void WriteFacts(Facts facts)
    {
        var width = 0;
        foreach (var fact in facts.Rows)
        {
            width = Math.Max(width, TextWidth.Of(fact.Name));
        }

        foreach (var fact in facts.Rows)
        {
            output.Write(fact.Name);
            Pad(width - TextWidth.Of(fact.Name) + 2);
            output.WriteLine(fact.Value);
        }
    }

    private void WriteTable(Table table)
    {
        var widths = new int[table.Columns.Count];
        for (var column = 0; column < widths.Length; column++)
        {
            widths[column] = TextWidth.Of(table.Columns[column].Title);
            foreach (var row in table.Rows)
            {
                widths[column] = Math.Max(widths[column], TextWidth.Of(row[column]));
            }
        }

        WriteRow(table, [.. table.Columns.Select(column => column.Title)], widths);
        foreach (var row in table.Rows)
        {
            WriteRow(table, row, widths);
        }
    }

    private void WriteRow(Table table, IReadOnlyList<string> cells, int[] widths)
    {
        for (var column = 0; column < widths.Length; column++)
        {
            var gap = widths[column] - TextWidth.Of(cells[column]);
            var last = column == widths.Length - 1;
            if (table.Columns[column].Align == Align.Right)
            {
                Pad(gap);
                gap = 0;
            }

            output.Write(cells[column]);
            Pad(last ? 0 : gap + 2);
        }

        output.WriteLine();
    }

    private void Pad(int count)
    {
        for (; count > 0; count--)
        {
            output.Write(' ');
        }
    }
}
