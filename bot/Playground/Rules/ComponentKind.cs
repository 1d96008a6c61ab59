namespace SnapshotBot.Playground.Rules;

/// <summary>The types of components, by Discord's numbers.</summary>
internal static class ComponentKind
{
    public const int Row = 1;
    public const int Button = 2;
    public const int StringSelect = 3;
    public const int TextInput = 4;
    public const int UserSelect = 5;
    public const int RoleSelect = 6;
    public const int MentionableSelect = 7;
    public const int ChannelSelect = 8;
    public const int Section = 9;
    public const int Text = 10;
    public const int Thumbnail = 11;
    public const int Gallery = 12;
    public const int FileLink = 13;
    public const int Separator = 14;
    public const int Container = 17;
    public const int Label = 18;
    public const int FileUpload = 19;
    public const int RadioGroup = 21;
    public const int CheckboxGroup = 22;
    public const int Checkbox = 23;

    public static IReadOnlyList<int> Selects { get; } = [StringSelect, UserSelect, RoleSelect, MentionableSelect, ChannelSelect];

    public static IReadOnlyList<int> InRow { get; } = [Button, .. Selects];

    public static IReadOnlyList<int> InContainer { get; } = [Row, Section, Text, Gallery, FileLink, Separator];

    public static IReadOnlyList<int> InMessage { get; } = [.. InContainer, Container];

    public static IReadOnlyList<int> InModal { get; } = [Row, Text, Label];

    public static IReadOnlyList<int> InLabel { get; } = [TextInput, .. Selects, FileUpload, RadioGroup, CheckboxGroup, Checkbox];
}
