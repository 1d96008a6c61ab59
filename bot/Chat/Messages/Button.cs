namespace SnapshotBot.Chat.Messages;

/// <summary>Blue, grey, green, red; an address is a kind of its own.</summary>
public enum ButtonStyle
{
    Primary = 1,
    Secondary = 2,
    Success = 3,
    Danger = 4,
    Link = 5,
}

/// <summary>A button that is pressed, or that opens an address.</summary>
public sealed record Button : IAccessory
{
    private Button(ButtonStyle style, string label, string? customId, string? url)
    {
        Style = style;
        Label = Limits.ButtonLabel.Check(label);
        CustomId = Limits.CustomId.CheckIfAny(customId);
        Url = Limits.ButtonUrl.CheckIfAny(url);
    }

    public ButtonStyle Style { get; }
    public string Label { get; }

    /// <summary>What comes back when it is pressed; null for an address.</summary>
    public string? CustomId { get; }

    public string? Url { get; }

    /// <summary>A Unicode emoji before the label.</summary>
    public string? Emoji { get; init; }

    /// <summary>Shown, but can't be pressed.</summary>
    public bool IsOff { get; init; }

    string? IAccessory.OwnId => CustomId;
    string? IAccessory.Attachment => null;

    public static Button Primary(string label, string customId) => new(ButtonStyle.Primary, label, customId, url: null);

    public static Button Secondary(string label, string customId) => new(ButtonStyle.Secondary, label, customId, url: null);

    public static Button Success(string label, string customId) => new(ButtonStyle.Success, label, customId, url: null);

    public static Button Danger(string label, string customId) => new(ButtonStyle.Danger, label, customId, url: null);

    public static Button Link(string label, string url) => new(ButtonStyle.Link, label, customId: null, url);
}
