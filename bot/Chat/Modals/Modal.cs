using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Chat.Modals;

/// <summary>A form. Opened as the first answer to a command or a press; never to another form.</summary>
public sealed record Modal
{
    public Modal(string customId, string title, params IReadOnlyList<ModalField> fields)
    {
        CustomId = Limits.CustomId.Check(customId);
        Title = Limits.ModalTitle.Check(title);
        Fields = Limits.ModalRows.Check(fields);
        Limits.Unique("custom_id", fields.Select(field => field.Input.CustomId));
    }

    public string CustomId { get; }
    public string Title { get; }
    public IReadOnlyList<ModalField> Fields { get; }
}

/// <summary>A label with what is filled in below it.</summary>
public sealed record ModalField(string Label, ModalInput Input)
{
    public string Label { get; } = Limits.FieldLabel.Check(Label);

    /// <summary>A small line below the label.</summary>
    public string? Description
    {
        get;
        init => field = Limits.FieldDescription.CheckIfAny(value);
    }
}

/// <summary>A <see cref="TextInput"/>, a <see cref="SelectInput"/> or a <see cref="Checkbox"/>.</summary>
public abstract record ModalInput
{
    private protected ModalInput(string customId) => CustomId = Limits.CustomId.Check(customId);

    public string CustomId { get; }

    /// <summary>The form can't be sent without it. A checkbox is never required.</summary>
    public bool IsRequired { get; init; }
}

public enum TextInputStyle
{
    Line = 1,
    Paragraph = 2,
}

public sealed record TextInput : ModalInput
{
    public TextInput(string customId, TextInputStyle style = TextInputStyle.Line)
        : base(customId) => Style = style;

    public TextInputStyle Style { get; }

    /// <summary>Filled in already.</summary>
    public string? Value
    {
        get;
        init => field = Limits.InputValue.CheckIfAny(value);
    }

    public string? Placeholder
    {
        get;
        init => field = Limits.InputPlaceholder.CheckIfAny(value);
    }

    public int LeastLength
    {
        get;
        init => field = (int)Limits.InputValue.Check(value);
    }

    public int MostLength
    {
        get;
        init => field = (int)(Limits.InputValue with { Least = 1 }).Check(value);
    } = (int)Limits.InputValue.Most;
}

/// <summary>A select of any kind in a form.</summary>
public sealed record SelectInput : ModalInput
{
    public SelectInput(Select select)
        : base(select.CustomId)
    {
        if (select.IsOff)
        {
            throw new ChatShapeException($"The select '{select.CustomId}' of a modal can't be off.");
        }

        Select = select;
    }

    public Select Select { get; }
}

public sealed record Checkbox : ModalInput
{
    public Checkbox(string customId)
        : base(customId)
    {
    }

    public bool IsTicked { get; init; }
}
