namespace SnapshotBot.Chat.Messages;

public sealed record EmbedField(string Name, string Value)
{
    public string Name { get; } = Limits.EmbedFieldName.Check(Name);
    public string Value { get; } = Limits.EmbedFieldValue.Check(Value);

    public bool IsInline { get; init; }
}

/// <summary>A box of Discord's first layout; stands beside plain text only, never beside components.</summary>
public sealed record Embed(string? Title, string? Description)
{
    public string? Title { get; } = Limits.EmbedTitle.CheckIfAny(Title);
    public string? Description { get; } = Limits.EmbedDescription.CheckIfAny(Description);

    public int? Colour { get; init; }

    public IReadOnlyList<EmbedField> Fields
    {
        get;
        init => field = Limits.EmbedFields.Check(value);
    } = [];

    internal int Characters => (Title?.Length ?? 0) + (Description?.Length ?? 0) + Fields.Sum(item => item.Name.Length + item.Value.Length);
}
