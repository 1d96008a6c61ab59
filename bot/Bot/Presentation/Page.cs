namespace SnapshotBot.Bot.Presentation;

/// <summary>How a line is meant. A surface may colour it; the words never depend on that.</summary>
internal enum Tone
{
    Plain,
    Good,
    Look,
    Bad,
    Small,
    Title,
}

/// <summary>A piece of what people are shown.</summary>
internal abstract record Block;

internal sealed record Sentence(string Text, Tone Tone) : Block;

/// <summary>A line with something small at its right end, such as the time it took.</summary>
internal sealed record Heading(string Text, string Aside) : Block;

/// <summary>Names and values, one a line.</summary>
internal sealed record Facts(IReadOnlyList<Fact> Rows) : Block;

internal readonly record struct Fact(string Name, string Value);

internal sealed record Column(string Title, Align Align);

internal enum Align
{
    Left,
    Right,
}

internal sealed record Table(IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>Lines that are many and all alike, such as a listing of files; made while they are written.</summary>
internal sealed record Lines(IEnumerable<string> Items) : Block;

/// <summary>An outcome in words.</summary>
internal sealed record Page(IReadOnlyList<Block> Blocks)
{
    public static Page Of(params IReadOnlyList<Block> blocks) => new(blocks);

    public static Page Say(string text, Tone tone) => new([new Sentence(text, tone)]);
}
