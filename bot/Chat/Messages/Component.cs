namespace SnapshotBot.Chat.Messages;

/// <summary>A part of a message in Discord's second layout. Top level: any of these.</summary>
public abstract record Component
{
    private protected Component()
    {
    }

    /// <summary>This one and all within it: what Discord counts up to 40.</summary>
    internal virtual int Count => 1;

    internal virtual int TextLength => 0;

    internal virtual IEnumerable<string> CustomIds => [];

    internal virtual IEnumerable<string> Attachments => [];
}

/// <summary>What may stand in a container too: all but a container.</summary>
public abstract record Part : Component
{
    private protected Part()
    {
    }
}

/// <summary>Markdown.</summary>
public sealed record TextDisplay(string Markdown) : Part
{
    public string Markdown { get; } = Limits.TextDisplay.Check(Markdown);

    internal override int TextLength => Markdown.Length;
}

/// <summary>A box with a coloured edge; the colour is the state (0xRRGGBB).</summary>
public sealed record Container : Component
{
    public Container(int? accentColour, IReadOnlyList<Part> parts)
    {
        AccentColour = accentColour is { } colour ? (int)Limits.AccentColour.Check(colour) : null;
        Parts = Limits.ContainerParts.Check(parts);
    }

    public Container(int? accentColour, params Part[] parts)
        : this(accentColour, (IReadOnlyList<Part>)parts)
    {
    }

    public int? AccentColour { get; }
    public IReadOnlyList<Part> Parts { get; }

    internal override int Count => 1 + Parts.Sum(part => part.Count);
    internal override int TextLength => Parts.Sum(part => part.TextLength);
    internal override IEnumerable<string> CustomIds => Parts.SelectMany(part => part.CustomIds);
    internal override IEnumerable<string> Attachments => Parts.SelectMany(part => part.Attachments);
}

/// <summary>What stands at the right of a section: a <see cref="Button"/> or a <see cref="Thumbnail"/>.</summary>
public interface IAccessory
{
    internal string? OwnId { get; }
    internal string? Attachment { get; }
}

/// <summary>One to three texts with a button or a picture at their right.</summary>
public sealed record Section : Part
{
    public Section(IReadOnlyList<TextDisplay> texts, IAccessory accessory)
    {
        Texts = Limits.SectionTexts.Check(texts);
        Accessory = accessory;
    }

    public Section(string markdown, IAccessory accessory)
        : this([new TextDisplay(markdown)], accessory)
    {
    }

    public IReadOnlyList<TextDisplay> Texts { get; }
    public IAccessory Accessory { get; }

    internal override int Count => 2 + Texts.Count;
    internal override int TextLength => Texts.Sum(text => text.TextLength);
    internal override IEnumerable<string> CustomIds => Accessory.OwnId is { } id ? [id] : [];
    internal override IEnumerable<string> Attachments => Accessory.Attachment is { } name ? [name] : [];
}

public enum SeparatorKind
{
    Line,
    WideLine,
    Space,
    WideSpace,
}

public sealed record Separator(SeparatorKind Kind = SeparatorKind.Line) : Part;

/// <summary>One to five buttons, or one select.</summary>
public sealed record ActionRow : Part
{
    public ActionRow(IReadOnlyList<Button> buttons)
    {
        Buttons = Limits.RowButtons.Check(buttons);
    }

    public ActionRow(params Button[] buttons)
        : this((IReadOnlyList<Button>)buttons)
    {
    }

    public ActionRow(Select select)
    {
        Buttons = [];
        Select = select;
    }

    public IReadOnlyList<Button> Buttons { get; }
    public Select? Select { get; }

    internal override int Count => 1 + (Select is null ? Buttons.Count : 1);

    internal override IEnumerable<string> CustomIds =>
        Select is null ? Buttons.Select(button => button.CustomId).OfType<string>() : [Select.CustomId];
}
