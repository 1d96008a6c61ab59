using SnapshotBot.Bot.Presentation;
using Spectre.Console;
using Align = SnapshotBot.Bot.Presentation.Align;
using Column = SnapshotBot.Bot.Presentation.Column;
using Table = SnapshotBot.Bot.Presentation.Table;

namespace SnapshotBot.Bot.Terminal;

/// <summary>Pages in colour, for a person at a terminal.</summary>
internal sealed class RichPageWriter(IAnsiConsole console) : IPageWriter
{
    private const int MostHeadingWidth = 100;

    public void Write(Page page)
    {
        foreach (var block in page.Blocks)
        {
            switch (block)
            {
                case Sentence sentence:
                    console.Write(new Text(sentence.Text, StyleOf(sentence.Tone)));
                    console.WriteLine();
                    break;
                case Heading heading:
                    var gap = Math.Min(console.Profile.Width, MostHeadingWidth) - 1 - TextWidth.Of(heading.Text) - TextWidth.Of(heading.Aside);
                    console.Write(new Text(heading.Text, StyleOf(Tone.Title)));
                    console.Write(new Text(new string(' ', Math.Max(2, gap)) + heading.Aside, StyleOf(Tone.Small)));
                    console.WriteLine();
                    break;
                case Facts facts:
                    console.Write(FactsGrid(facts));
                    break;
                case Table table:
                    console.Write(Draw(table));
                    break;
                case Lines lines:
                    foreach (var line in lines.Items)
                    {
                        console.WriteLine(line);
                    }

                    break;
            }
        }
    }

    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Look => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        Tone.Small => new Style(decoration: Decoration.Dim),
        Tone.Title => new Style(decoration: Decoration.Bold),
        _ => Style.Plain,
    };

    private static Grid FactsGrid(Facts facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        foreach (var fact in facts.Rows)
        {
            grid.AddRow(new Text(fact.Name, StyleOf(Tone.Small)), new Text(fact.Value));
        }

        return grid;
    }

    private static Spectre.Console.Table Draw(Table table)
    {
        var drawn = new Spectre.Console.Table().Border(TableBorder.Simple).BorderStyle(StyleOf(Tone.Small));
        foreach (Column column in table.Columns)
        {
            var head = new TableColumn(new Text(column.Title, StyleOf(Tone.Title)));
            drawn.AddColumn(column.Align == Align.Right ? head.RightAligned().NoWrap() : head);
        }

        foreach (var row in table.Rows)
        {
            drawn.AddRow(row.Select(cell => new Text(cell)));
        }

        return drawn;
    }
}
