namespace SnapshotBot.Chat.Messages;

/// <summary>A list to pick from; in a message, or in a modal's field.</summary>
public abstract record Select
{
    private protected Select(string customId) => CustomId = Limits.CustomId.Check(customId);

    public string CustomId { get; }

    public string? Placeholder
    {
        get;
        init => field = Limits.SelectPlaceholder.CheckIfAny(value);
    }

    public int Least
    {
        get;
        init => field = (int)Limits.SelectPicks.Check(value);
    } = 1;

    public int Most
    {
        get;
        init => field = (int)Limits.SelectPicks.Check(value);
    } = 1;

    /// <summary>Shown, but can't be opened. Not in a modal: Discord refuses it there.</summary>
    public bool IsOff { get; init; }
}

/// <summary>One line of a <see cref="StringSelect"/>.</summary>
public sealed record SelectOption(string Label, string Value)
{
    public string Label { get; } = Limits.SelectOptionText.Check(Label);
    public string Value { get; } = Limits.SelectOptionText.Check(Value);

    public string? Description
    {
        get;
        init => field = Limits.SelectOptionText.CheckIfAny(value);
    }

    public string? Emoji { get; init; }

    /// <summary>Picked already when shown.</summary>
    public bool IsPicked { get; init; }
}

public sealed record StringSelect : Select
{
    public StringSelect(string customId, IReadOnlyList<SelectOption> options)
        : base(customId)
    {
        Options = Limits.SelectOptions.Check(options);
        Limits.Unique("Select value", options.Select(option => option.Value));
    }

    public IReadOnlyList<SelectOption> Options { get; }
}

public sealed record RoleSelect : Select
{
    public RoleSelect(string customId)
        : base(customId)
    {
    }

    /// <summary>Picked already when shown.</summary>
    public IReadOnlyList<RoleId> Picked
    {
        get;
        init => field = Limits.SelectPicks.Check(value);
    } = [];
}

/// <summary>Text channels and announcement channels of the guild: those a bot can post in.</summary>
public sealed record ChannelSelect : Select
{
    public ChannelSelect(string customId)
        : base(customId)
    {
    }

    public IReadOnlyList<ChannelId> Picked
    {
        get;
        init => field = Limits.SelectPicks.Check(value);
    } = [];
}

public sealed record UserSelect : Select
{
    public UserSelect(string customId)
        : base(customId)
    {
    }

    public IReadOnlyList<UserId> Picked
    {
        get;
        init => field = Limits.SelectPicks.Check(value);
    } = [];
}
