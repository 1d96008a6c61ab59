namespace SnapshotBot.Chat.SlashCommands;

/// <summary>Something a command takes.</summary>
public abstract record SlashOption
{
    private protected SlashOption(string name, string description)
    {
        Name = SlashName.Check(name);
        Description = Limits.CommandDescription.Check(description);
    }

    public string Name { get; }
    public string Description { get; }
    public bool IsRequired { get; init; }

    internal virtual int Characters => Name.Length + Description.Length;
}

/// <summary>A fixed answer: what people read, and what comes back.</summary>
public sealed record Choice(string Name, string Value)
{
    public string Name { get; } = Limits.ChoiceName.Check(Name);
    public string Value { get; } = Limits.ChoiceValue.Check(Value);
}

public sealed record StringOption : SlashOption
{
    public StringOption(string name, string description)
        : base(name, description)
    {
    }

    public IReadOnlyList<Choice> Choices
    {
        get;
        init => field = Limits.Choices.Check(value);
    } = [];

    /// <summary>Asks for suggestions while it is typed; excludes choices.</summary>
    public bool Suggests { get; init; }

    public int? MostLength { get; init; }

    internal override int Characters => base.Characters + Choices.Sum(choice => choice.Name.Length + choice.Value.Length);
}

public sealed record IntegerOption : SlashOption
{
    public IntegerOption(string name, string description)
        : base(name, description)
    {
    }

    public long? Least { get; init; }
    public long? Most { get; init; }
}

public sealed record BooleanOption : SlashOption
{
    public BooleanOption(string name, string description)
        : base(name, description)
    {
    }
}

public sealed record RoleOption : SlashOption
{
    public RoleOption(string name, string description)
        : base(name, description)
    {
    }
}

/// <summary>A text or announcement channel.</summary>
public sealed record ChannelOption : SlashOption
{
    public ChannelOption(string name, string description)
        : base(name, description)
    {
    }
}

public sealed record UserOption : SlashOption
{
    public UserOption(string name, string description)
        : base(name, description)
    {
    }
}
